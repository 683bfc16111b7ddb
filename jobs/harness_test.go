package jobs_test

import (
	"database/sql"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"postrider/domain"
	"postrider/jobs"
	"postrider/mail/mailtest"
	"postrider/mail/relay"
	"postrider/store/storetest"
)

// plan says in what an office differs from the usual one.
type plan struct {
	server  mailtest.Config
	relay   func(*relay.Config)
	sender  func(*jobs.Config)
	clients int
}

// site is an office whose rows and log a test may look at.
type site struct {
	*office
	conf jobs.Config
	path string
	told *pages
}

// pages is what the sender has logged.
type pages struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write keeps what is logged.
func (p *pages) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *pages) count(words string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Count(p.text.String(), words)
}

func newSite(t *testing.T, p plan) *site {
	t.Helper()
	path := filepath.Join(t.TempDir(), "postrider.db")
	s := &site{path: path, told: &pages{}, office: &office{t: t, store: storetest.OpenAt(t, path),
		relay: mailtest.New(t, p.server), now: time.Now().UTC().Truncate(time.Minute)}}
	s.user = storetest.User(t, s.store, "owner@example.com")
	for i := range p.clients {
		storetest.Client(t, s.store, s.user.TeamID, address(i))
	}
	conf, err := relay.ParseURL(s.relay.URL())
	if err != nil {
		t.Fatal(err)
	}
	conf.TLS = s.relay.ClientTLS()
	if p.relay != nil {
		p.relay(&conf)
	}
	s.conf = jobs.Config{Store: s.store, Dial: conf.Dial, From: "Postrider <news@example.com>", Connections: connections,
		Every: 10 * time.Millisecond, Now: s.clock, Log: slog.New(slog.NewTextHandler(s.told, nil))}
	if p.sender != nil {
		p.sender(&s.conf)
	}
	s.hire()
	return s
}

// hire makes a new sender, as a restart does.
func (s *site) hire() {
	s.t.Helper()
	sender, err := jobs.New(s.conf)
	if err != nil {
		s.t.Fatal(err)
	}
	s.sender = sender
}

// row is a delivery as it stands in the file.
type row struct {
	State            domain.DeliveryState
	Tries, Uncertain int
	NextAt           time.Time
}

// file lets do look at the database, or write what no page could.
func (s *site) file(do func(*sql.DB) error) {
	s.t.Helper()
	db, err := sql.Open("sqlite", "file:"+s.path+"?_pragma=busy_timeout(30000)")
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	if err := do(db); err != nil {
		s.t.Fatal(err)
	}
}

// rows are the deliveries of all runs, in their order.
func (s *site) rows() (all []row) {
	s.t.Helper()
	s.file(func(db *sql.DB) error {
		found, err := db.QueryContext(s.t.Context(), `SELECT state, tries, uncertain, next_at FROM deliveries ORDER BY id`)
		if err != nil {
			return err
		}
		defer found.Close()
		for found.Next() {
			var r row
			var next int64
			if err := found.Scan(&r.State, &r.Tries, &r.Uncertain, &next); err != nil {
				return err
			}
			r.NextAt = time.UnixMilli(next)
			all = append(all, r)
		}
		return found.Err()
	})
	return all
}

// tries is how often the log has seen the mailing's letters go.
func (s *site) tries(m domain.Mailing, n int) {
	s.t.Helper()
	s.wait("the log to grow", func() bool { return len(s.log(m)) >= n })
}

// between reports whether a time is from low to high after now.
func (s *site) between(at time.Time, low, high time.Duration) bool {
	after := at.Sub(s.clock())
	return after >= low && after <= high
}

// commands counts the commands that the relay has heard.
func (s *site) commands(verb string) (n int) {
	for _, line := range s.relay.Lines() {
		if strings.HasPrefix(line, verb) {
			n++
		}
	}
	return n
}

// gauge counts the letters that are between MAIL and the reply to the dot at once.
type gauge struct {
	mu        sync.Mutex
	now, peak int
}

func (g *gauge) add(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now += n
	g.peak = max(g.peak, g.now)
}

// highest is the most there have been since the last call.
func (g *gauge) highest() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	peak := g.peak
	g.peak = g.now
	return peak
}

// level is how many letters are under way.
func (g *gauge) level() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.now
}
