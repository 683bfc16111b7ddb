package jobs_test

import (
	"database/sql"
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
)

// change changes the file in a way that pages could not.
func (s *site) change(text string) {
	s.t.Helper()
	s.file(func(db *sql.DB) error { _, err := db.ExecContext(s.t.Context(), text); return err })
}

// TestUnreadable: a database that cannot be read loses no letters, and is not polled as fast as it answers.
func TestUnreadable(t *testing.T) {
	const letters, trouble = 20, "trouble reading what a letter needs"
	whole := func(s *site, m domain.Mailing) {
		s.t.Helper()
		if r := s.until(m, "the end of the run", over); r.Counts.Sent != letters || s.relay.Count() != letters || len(s.log(m)) != letters {
			s.t.Errorf("the run counts %+v, %d arrived", r.Counts, s.relay.Count())
		}
		if n := s.logged.count(trouble); n != 1 {
			s.t.Errorf("the log tells %d times of the trouble", n)
		}
		for _, r := range s.rows() {
			if r.Tries != 1 {
				s.t.Errorf("a delivery is %+v", r)
			}
		}
	}

	t.Run("while a run's message cannot be read nobody connects, and the letters go afterwards", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, plan{clients: letters})
		m := s.mailing(0)
		if err := s.sender.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.change(`ALTER TABLE runs RENAME COLUMN body TO text`)
		s.run()
		s.wait("the trouble to be told", func() bool { return s.logged.count(trouble) == 1 })
		if n := s.relay.Connections(); n != 0 {
			t.Errorf("%d connections for nothing", n)
		}
		s.change(`ALTER TABLE runs RENAME COLUMN text TO body`)
		whole(s, m)
	})

	t.Run("while nobody can tell whether a letter may go none does, and each connection retries more and more slowly", func(t *testing.T) {
		t.Parallel()
		var under gauge
		hold := make(chan struct{})
		s := newSite(t, plan{clients: letters, server: mailtest.Config{Script: func(step mailtest.Step) mailtest.Action {
			if step.Stage == mailtest.Data {
				under.add(1)
				return mailtest.Action{Hold: hold}
			}
			return mailtest.Action{}
		}}})
		m := s.mailing(0)
		s.run()
		s.wait("every connection to be stuck", func() bool { return under.level() == connections })
		s.change(`ALTER TABLE sender RENAME COLUMN one TO only`)
		close(hold)
		begun := time.Now()
		s.wait("four more tries of each connection", func() bool { return s.commands("MAIL") >= 5*connections })
		if took := time.Since(begun); took < time.Second { // 0.1 + 0.2 + 0.4 + 0.8 s
			t.Errorf("they took %s", took)
		}
		if n := s.relay.Count(); n != 0 {
			t.Errorf("%d letters left", n)
		}
		s.change(`ALTER TABLE sender RENAME COLUMN only TO one`)
		whole(s, m)
	})
}
