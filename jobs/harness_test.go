package jobs_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
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
	"postrider/store"
	"postrider/store/storetest"
)

// plan says how an office differs from the usual one.
type plan struct {
	server  mailtest.Config
	relay   func(*relay.Config)
	sender  func(*jobs.Config)
	clients int
}

// site is an office whose rows and log a test can inspect.
type site struct {
	*office
	conf   jobs.Config
	path   string
	logged *logged
}

// logged is what the sender has logged.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write stores the output.
func (p *logged) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *logged) count(words string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Count(p.text.String(), words)
}

func newSite(t *testing.T, p plan) *site {
	t.Helper()
	path := filepath.Join(t.TempDir(), "postrider.db")
	s := &site{path: path, logged: &logged{}, office: &office{t: t, store: storetest.OpenAt(t, path),
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
		Every: 10 * time.Millisecond, Now: s.clock, Log: slog.New(slog.NewTextHandler(s.logged, nil))}
	if p.sender != nil {
		p.sender(&s.conf)
	}
	s.newSender()
	return s
}

// newSender creates a new sender, as a restart does.
func (s *site) newSender() {
	s.t.Helper()
	sender, err := jobs.New(s.conf)
	if err != nil {
		s.t.Fatal(err)
	}
	s.sender = sender
}

// row is a delivery as stored.
type row struct {
	State            domain.DeliveryState
	Tries, Uncertain int
	NextAt           time.Time
}

// file lets do read the database, or write what no page could.
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

// rows are the deliveries of all runs, in order.
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

// tries waits until the log has n attempts of the mailing's letters.
func (s *site) tries(m domain.Mailing, n int) {
	s.t.Helper()
	s.wait("the log to grow", func() bool { return len(s.log(m)) >= n })
}

// between reports whether a time is between low and high after now.
func (s *site) between(at time.Time, low, high time.Duration) bool {
	after := at.Sub(s.clock())
	return after >= low && after <= high
}

// commands counts the commands that the relay has received.
func (s *site) commands(verb string) (n int) {
	for _, line := range s.relay.Lines() {
		if strings.HasPrefix(line, verb) {
			n++
		}
	}
	return n
}

// gauge counts the letters that are between MAIL and the reply to the dot at the same time.
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

// highest is the peak since the last call.
func (g *gauge) highest() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	peak := g.peak
	g.peak = g.now
	return peak
}

// level is how many letters are on their way.
func (g *gauge) level() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.now
}

// patience is how long a test waits for something that must happen.
const patience = 2 * time.Minute

// office is a sender with everything around it: a store, a relay, and a clock that the test moves.
type office struct {
	t      *testing.T
	store  *store.Store
	relay  *mailtest.Server
	user   domain.User
	sender *jobs.Sender

	mu  sync.Mutex
	now time.Time
}

// connections is how many connections an office's sender has.
const connections = 4

func newOffice(t *testing.T, script mailtest.Script, clients int) *office {
	t.Helper()
	o := &office{t: t, store: storetest.Open(t), relay: mailtest.New(t, mailtest.Config{Script: script}),
		now: time.Now().UTC().Truncate(time.Minute)}
	o.user = storetest.User(t, o.store, "owner@example.com")
	for i := range clients {
		storetest.Client(t, o.store, o.user.TeamID, address(i))
	}
	conf, err := relay.ParseURL(o.relay.URL())
	if err != nil {
		t.Fatal(err)
	}
	o.sender, err = jobs.New(jobs.Config{Store: o.store, Dial: conf.Dial, From: "Postrider <news@example.com>",
		Connections: connections, Every: 20 * time.Millisecond, Now: o.clock,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func address(i int) string { return fmt.Sprintf("client%04d@example.com", i) }

func (o *office) clock() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

func (o *office) advance(d time.Duration) {
	o.mu.Lock()
	o.now = o.now.Add(d)
	o.mu.Unlock()
	o.sender.Wake()
}

// run lets the sender work until the returned function is called, which waits for it to stop.
func (o *office) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- o.sender.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				o.t.Errorf("the sender ended with %v", err)
			}
		})
	}
	o.t.Cleanup(stop)
	return stop
}

// mailing adds a mailing to all clients that is due now.
func (o *office) mailing(length time.Duration) domain.Mailing {
	end := ""
	if length > 0 {
		end = domain.LocalTimeOf(o.clock().Add(length), time.UTC).String()
	}
	return storetest.Mailing(o.t, o.store, o.user.TeamID, o.clock(), domain.LocalTimeOf(o.clock(), time.UTC).String(), end, "UTC", domain.Once)
}

// until waits until the latest run of a mailing is as wanted.
func (o *office) until(m domain.Mailing, what string, is func(domain.Run) bool) domain.Run {
	o.t.Helper()
	var last domain.Run
	o.wait(what, func() bool {
		runs, err := o.store.Runs(o.t.Context(), m.ID, 1)
		if err != nil {
			o.t.Fatal(err)
		}
		if len(runs) == 0 {
			return false
		}
		last = runs[0]
		return is(last)
	})
	return last
}

func (o *office) wait(what string, is func() bool) {
	o.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(patience); !is(); {
		select {
		case <-tick.C:
		case <-late:
			o.t.Fatalf("waited in vain for: %s", what)
		}
	}
}

func over(r domain.Run) bool { return !r.State.Active() && r.Counts.Waiting == 0 }

// copies counts the letters that the relay has accepted, by recipient.
func (o *office) copies() map[string]int {
	all := map[string]int{}
	for _, l := range o.relay.Letters() {
		all[l.To]++
	}
	return all
}

func (o *office) log(m domain.Mailing) []domain.Attempt {
	o.t.Helper()
	page, err := o.store.Log(o.t.Context(), m.ID, store.LogQuery{Per: 100})
	if err != nil {
		o.t.Fatal(err)
	}
	return page.Rows
}
