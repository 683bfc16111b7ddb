package jobs_test

import (
	"database/sql"
	"testing"
	"time"

	"postrider/domain"
	"postrider/jobs"
	"postrider/mail/mailtest"
	"postrider/store"
	"postrider/store/storetest"
)

func TestNeighbours(t *testing.T) {
	t.Run("a mailing that falls due while the recipients of a large one are being copied does not wait for all of them", func(t *testing.T) {
		t.Parallel()
		var s *site
		s = newSite(t, plan{sender: func(c *jobs.Config) {
			c.Now = func() time.Time { // an hour passes between chunks
				defer func() { s.now = s.now.Add(time.Hour) }()
				return s.now
			}
		}})
		if err := storetest.AddClients(t.Context(), s.path, s.user.TeamID, 2100, s.now); err != nil {
			t.Fatal(err)
		}
		s.mailing(0)
		soon := domain.LocalTimeOf(s.now.Add(time.Hour), time.UTC).String()
		second := storetest.Mailing(t, s.store, s.user.TeamID, s.now, soon, "", "UTC", domain.Once)
		if err := s.sender.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		if runs, err := s.store.Runs(t.Context(), second.ID, 1); err != nil || len(runs) != 1 {
			t.Errorf("the second has the runs %+v, %v", runs, err)
		}
	})

	t.Run("a relay that accepts fewer connections is not asked for more again and again", func(t *testing.T) {
		t.Parallel()
		var s *site
		ready := make(chan struct{})
		s = newSite(t, plan{clients: 60, server: mailtest.Config{Script: func(step mailtest.Step) mailtest.Action {
			<-ready
			switch {
			case step.Stage == mailtest.Greeting && s.relay.Open() > 2:
				return mailtest.Action{Reply: "421 4.7.0 too many connections", End: mailtest.Close}
			case step.Stage == mailtest.Dot:
				return mailtest.Action{Delay: 5 * time.Millisecond}
			}
			return mailtest.Action{}
		}}})
		close(ready)
		m := s.mailing(0)
		s.run()
		s.wait("the end of the run", func() bool {
			if down := s.sender.Relay(); down.NextAt.After(s.clock()) { // before the first letter it cannot know
				s.advance(down.NextAt.Sub(s.clock()))
			}
			runs, err := s.store.Runs(t.Context(), m.ID, 1)
			return err == nil && len(runs) == 1 && over(runs[0])
		})
		if n := s.relay.Connections(); s.relay.Count() != 60 || n > 10*connections {
			t.Errorf("%d letters arrived over %d connections", s.relay.Count(), n)
		}
	})
}

// write puts a system letter to new@example.com into the outbox.
func (s *site) write() {
	s.t.Helper()
	in := domain.SignUp{Email: "new@example.com", Password: storetest.Password, Language: "en", TimeZone: "UTC"}
	letter := domain.SystemLetter{Subject: "Confirm", Body: "Text", Language: "en", ExpiresAt: s.clock().Add(time.Hour)}
	if err := s.store.SignUp(s.t.Context(), in, store.Joining{Token: "token", Confirm: letter, Known: letter}, s.clock()); err != nil {
		s.t.Fatal(err)
	}
	s.sender.Wake()
}

func TestCrowdedRelay(t *testing.T) {
	for name, refusal := range map[string]mailtest.Action{
		"says 421":               {Reply: "421 4.7.0 too many connections", End: mailtest.Close},
		"closes without a reply": {End: mailtest.Close},
	} {
		t.Run("a system letter goes in the middle of a run at a relay that "+name+" to a third connection", func(t *testing.T) {
			t.Parallel()
			const letters = 300
			var s *site
			ready := make(chan struct{})
			s = newSite(t, plan{clients: letters, server: mailtest.Config{Script: func(step mailtest.Step) mailtest.Action {
				<-ready
				switch {
				case step.Stage == mailtest.Greeting && s.relay.Open() > 2:
					return refusal
				case step.Stage == mailtest.Dot:
					return mailtest.Action{Delay: 10 * time.Millisecond}
				}
				return mailtest.Action{}
			}}})
			close(ready)
			m := s.mailing(0)
			s.run()
			// A stopped clock would keep the workers idle for ever, a fast one closes idle connections.
			goOn := func() { s.advance(100 * time.Millisecond) }
			s.wait("some letters", func() bool { goOn(); return s.relay.Count() >= 20 })
			s.write()
			s.wait("the system letter", func() bool { goOn(); return s.copies()["new@example.com"] == 1 })
			if n := s.relay.Count(); n >= letters {
				t.Errorf("the system letter came after %d of %d letters", n, letters)
			}
			s.wait("the end of the run", func() bool {
				goOn()
				runs, err := s.store.Runs(t.Context(), m.ID, 1)
				return err == nil && over(runs[0])
			})
			if n := s.relay.Count(); n != letters+1 || s.logged.count("the relay is down") > 1 { // before the first letter it cannot know
				t.Errorf("%d letters arrived, the relay was called down %d times", n, s.logged.count("the relay is down"))
			}
		})
	}
}

func TestSystemLetterOutcome(t *testing.T) {
	t.Run("an outcome that cannot be recorded is kept, and the letter is not sent again", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, plan{})
		execute := func(text string) {
			s.file(func(db *sql.DB) error { _, err := db.ExecContext(t.Context(), text); return err })
		}
		execute(`CREATE TRIGGER broken BEFORE UPDATE ON outbox WHEN NEW.state = 'sent' BEGIN SELECT RAISE(ABORT, 'no room'); END`)
		in := domain.SignUp{Email: "new@example.com", Password: storetest.Password, Language: "en", TimeZone: "UTC"}
		letter := domain.SystemLetter{Subject: "Confirm", Body: "Text", Language: "en", ExpiresAt: s.clock().Add(time.Hour)}
		if err := s.store.SignUp(t.Context(), in, store.Joining{Token: "token", Confirm: letter, Known: letter}, s.clock()); err != nil {
			t.Fatal(err)
		}
		s.run()
		s.relay.WaitFor(1, patience)
		s.wait("the trouble to be told", func() bool { return s.logged.count("no room") > 0 })
		execute(`DROP TRIGGER broken`)
		f := storetest.OpenFile(t, s.path)
		s.wait("the outcome to be recorded", func() bool { return f.LettersWaiting() == 0 })
		if n := s.relay.Count(); n != 1 {
			t.Errorf("%d copies arrived", n)
		}
	})
}
