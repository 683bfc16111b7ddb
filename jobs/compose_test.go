package jobs_test

import (
	"database/sql"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store/storetest"
)

// bodyOf gives the message of a mailing a body that pages would not accept.
func (s *site) bodyOf(m domain.Mailing, body string) {
	s.t.Helper()
	s.file(func(db *sql.DB) error {
		_, err := db.ExecContext(s.t.Context(), `UPDATE messages SET body = $1 WHERE id = $2`, body, m.MessageID)
		return err
	})
}

// A message that is slow to parse does not delay other letters.
func TestSlowMessageDelaysNoOthers(t *testing.T) {
	t.Parallel()
	s := newSite(t, plan{clients: 1})
	slow := s.mailing(0)
	s.bodyOf(slow, "slow")
	other := storetest.User(t, s.store, "other@example.com")
	for i := range 20 {
		storetest.Client(t, s.store, other.TeamID, address(i))
	}
	quick := storetest.Mailing(t, s.store, other.TeamID, s.now, domain.LocalTimeOf(s.now, time.UTC).String(), "", "UTC", domain.Once)
	held, release := make(chan struct{}), make(chan struct{})
	s.sender.BeforeParsing(func(body string) {
		if body == "slow" {
			close(held)
			<-release
		}
	})
	s.run()
	<-held
	s.until(quick, "the other team's letters", over)
	close(release)
	if r := s.until(slow, "the slow one", over); r.Counts.Sent != 1 {
		t.Errorf("it counts %+v", r.Counts)
	}
}

// Many letters of one run parse its message once, even if that fails.
func TestMessageIsParsedOncePerRun(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body         string
		sent, failed int
	}{
		"a usual one":   {"Hello", 40, 0},
		"too heavy":     {strings.Repeat("[a](", 30_000), 0, 40},
		"too long":      {"[a]: https://x.example/" + strings.Repeat("u", 20_000) + "\n\n" + strings.Repeat("[a] ", 5_000), 0, 40},
		"a huge table":  {strings.Repeat("|a", 500) + "\n" + strings.Repeat("|-", 500) + "\n" + strings.Repeat("|\n", 5_000), 0, 40},
		"a huge letter": {strings.Repeat("{{name}}", 10_000), 0, 40},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, plan{clients: 40})
			m := s.mailing(0)
			s.bodyOf(m, c.body)
			var times atomic.Int32
			s.sender.BeforeParsing(func(string) { times.Add(1) })
			s.run()
			r := s.until(m, "the end of the run", over)
			if r.Counts.Sent != c.sent || r.Counts.Failed != c.failed || times.Load() != 1 {
				t.Errorf("the run counts %+v; parsed %d times", r.Counts, times.Load())
			}
			for _, a := range s.log(m) {
				if c.failed > 0 && (a.Stage != domain.StageCompose || a.Outcome != domain.OutcomePermanent || len(a.Reply.Text) < 30) {
					t.Fatalf("the log says %+v", a)
				}
			}
		})
	}
}
