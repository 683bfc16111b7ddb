package jobs_test

import (
	"testing"
	"time"

	"postrider/domain"
	"postrider/jobs"
	"postrider/mail/mailtest"
	"postrider/store"
	"postrider/store/storetest"
)

// noon moves the clock of a site that has not started to the middle of a day.
func (s *site) noon() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Truncate(24 * time.Hour).Add(12 * time.Hour)
	return s.now.Add(12 * time.Hour)
}

func TestDailyCap(t *testing.T) {
	const daily = 10
	limit := func(c *jobs.Config) { c.DailyCap = daily }

	t.Run("no more letters than allowed on a UTC day, even after a restart, and the rest on the next days", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, plan{clients: 25, sender: limit})
		midnight := s.noon()
		m := s.mailing(0)
		stop := s.run()
		for day, want := range []int{10, 20} {
			s.relay.WaitFor(want, patience)
			s.spent(midnight)
			stop()
			s.newSender()
			stop = s.run()
			s.spent(midnight)
			s.advance(midnight.Sub(s.clock()) - time.Second)
			s.spent(midnight)
			if n := s.relay.Count(); n != want || s.states()[domain.DeliverySent] != want {
				t.Fatalf("%d letters by the end of day %d, want %d", n, day+1, want)
			}
			midnight = midnight.Add(24 * time.Hour)
			s.advance(time.Second)
		}
		if r := s.until(m, "the end of the run", over); r.Counts.Sent != 25 || len(s.copies()) != 25 || s.relay.Count() != 25 {
			t.Errorf("the run counts %+v, %d arrived", r.Counts, s.relay.Count())
		}
		if state := s.sender.Relay(); !state.SpentUntil.IsZero() || state.Down {
			t.Errorf("the relay is %+v", state)
		}
	})

	t.Run("a refused letter does not count, one that may have arrived does, and a restart remembers both", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, plan{clients: 25, sender: limit, server: mailtest.Config{Script: func(step mailtest.Step) mailtest.Action {
			switch {
			case step.Stage == mailtest.Rcpt && step.Letter <= 5:
				return mailtest.Answer("550 5.1.1 nobody")
			case step.Stage == mailtest.Dot && step.Letter > 13 && step.Letter <= 15: // not three in a row
				return mailtest.Action{Take: true, End: mailtest.Close}
			}
			return mailtest.Action{}
		}}})
		midnight := s.noon()
		s.mailing(0)
		stop := s.run()
		s.relay.WaitFor(daily, patience)
		s.spent(midnight)
		stop()
		s.newSender()
		s.run()
		s.spent(midnight)
		states := s.states()
		if n := s.relay.Count(); n != daily || states[domain.DeliveryFailed] != 5 || states[domain.DeliverySent] != 8 {
			t.Errorf("%d letters on one day, the deliveries are %v", n, states)
		}
	})

	t.Run("system letters do not wait for the next day", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, plan{clients: 15, sender: limit})
		midnight := s.noon()
		s.mailing(0)
		s.run()
		s.spent(midnight)
		in := domain.SignUp{Email: "new@example.com", Password: storetest.Password, Language: "en", TimeZone: "UTC"}
		letter := domain.SystemLetter{Subject: "Confirm", Body: "Text", Language: "en", ExpiresAt: s.clock().Add(time.Hour)}
		if err := s.store.SignUp(t.Context(), in, store.Joining{Token: "token", Confirm: letter, Known: letter}, s.clock()); err != nil {
			t.Fatal(err)
		}
		s.sender.Wake()
		s.relay.WaitFor(daily+1, patience)
		if n := s.copies()["new@example.com"]; n != 1 {
			t.Errorf("the letter arrived %d times", n)
		}
	})

	t.Run("a run whose window ends while the cap is reached is over at once", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, plan{clients: 25, sender: limit})
		midnight := s.noon()
		m := s.mailing(time.Hour)
		s.run()
		s.spent(midnight)
		s.advance(time.Hour)
		if r := s.until(m, "the end of the run", over); r.State != domain.RunExpired || r.Counts.Sent != daily || r.Counts.Expired != 15 {
			t.Errorf("the run is %s with %+v", r.State, r.Counts)
		}
	})
}

// spent waits until the daily cap is reached and nothing is on its way.
func (s *site) spent(until time.Time) {
	s.t.Helper()
	s.wait("the day to be used up", func() bool {
		return s.sender.Relay().SpentUntil.Equal(until) && s.states()[domain.DeliveryClaimed] == 0
	})
}

func TestRate(t *testing.T) {
	t.Run("letters go out no faster than allowed, over all connections together", func(t *testing.T) {
		t.Parallel()
		const perSecond, letters = 50, 30
		s := newSite(t, plan{clients: letters, sender: func(c *jobs.Config) { c.Rate = perSecond }})
		m := s.mailing(0)
		s.run()
		s.until(m, "the end of the run", over)
		all := s.relay.Letters()
		if took, least := all[len(all)-1].At.Sub(all[0].At), time.Second*(letters-1)/perSecond; took < least/2 || len(all) != letters {
			t.Errorf("%d letters in %s, at %d a second", len(all), took, perSecond)
		}
	})

	t.Run("a sender that waits for the rate limit stops at once and returns its reservation", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, plan{clients: 40, sender: func(c *jobs.Config) { c.Rate = 1 }})
		m := s.mailing(0)
		stop := s.run()
		s.relay.WaitFor(1, patience)
		stop()
		if states := s.states(); states[domain.DeliveryClaimed] != 0 || states[domain.DeliverySent] != s.relay.Count() {
			t.Errorf("the deliveries are %v, %d arrived", states, s.relay.Count())
		}
		if n := len(s.log(m)); n != s.relay.Count() {
			t.Errorf("the log has %d lines for %d letters", n, s.relay.Count())
		}
	})
}
