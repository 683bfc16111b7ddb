package jobs_test

import (
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
)

// extend gives a mailing a later end, as its page does.
func (s *site) extend(m domain.Mailing, end time.Time) {
	s.t.Helper()
	m = s.mailingNow(m)
	m.Schedule.End = domain.LocalTimeOf(end, time.UTC)
	if _, err := s.store.UpdateMailing(s.t.Context(), domain.CommandLineActor(), m, s.clock()); err != nil {
		s.t.Fatal(err)
	}
}

func TestMovedDeadline(t *testing.T) {
	for _, stage := range []string{mailtest.Ehlo, mailtest.Data} {
		t.Run("a window that is extended with letters at "+stage+" lets them go after the old end", func(t *testing.T) {
			t.Parallel()
			var under gauge
			hold := make(chan struct{})
			s := newSite(t, plan{clients: 20, server: mailtest.Config{Script: func(step mailtest.Step) mailtest.Action {
				if step.Stage == stage {
					under.add(1)
					return mailtest.Action{Hold: hold}
				}
				return mailtest.Action{}
			}}})
			m := s.mailing(10 * time.Minute)
			s.run()
			s.wait("every connection to be stuck", func() bool { return under.level() == connections })
			s.extend(m, s.clock().Add(time.Hour))
			s.advance(11 * time.Minute)
			close(hold)
			if r := s.until(m, "the end of the run", over); r.State != domain.RunDone || r.Counts.Sent != 20 || s.relay.Count() != 20 {
				t.Errorf("the run is %s with %+v, %d arrived", r.State, r.Counts, s.relay.Count())
			}
		})
	}

	t.Run("a letter that is temporarily refused near the old end is retried inside the new one", func(t *testing.T) {
		t.Parallel()
		hold := make(chan struct{})
		var under gauge
		s := newSite(t, plan{clients: 1, server: mailtest.Config{Script: func(step mailtest.Step) mailtest.Action {
			if step.Stage == mailtest.Rcpt && step.Again == 1 {
				under.add(1)
				return mailtest.Action{Hold: hold, Reply: "450 4.2.1 busy"}
			}
			return mailtest.Action{}
		}}})
		m := s.mailing(10 * time.Minute)
		s.run()
		s.wait("the letter", func() bool { return under.level() == 1 })
		s.extend(m, s.clock().Add(time.Hour))
		s.advance(10*time.Minute - 10*time.Second)
		close(hold)
		s.tries(m, 1)
		s.advance(minuteHigh)
		if r := s.until(m, "the end of the run", over); r.State != domain.RunDone || r.Counts.Sent != 1 {
			t.Errorf("the run is %s with %+v", r.State, r.Counts)
		}
	})
}
