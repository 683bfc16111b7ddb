package jobs_test

import (
	"sync/atomic"
	"testing"
	"time"

	"postrider/domain"
	"postrider/jobs"
	"postrider/mail/mailtest"
	"postrider/store/storetest"
)

func TestRelayDown(t *testing.T) {
	t.Run("for 10 minutes: at most 40 connects, no attempt counted, everything sent afterwards", func(t *testing.T) {
		t.Parallel()
		var down atomic.Bool
		down.Store(true)
		s := newSite(t, plan{clients: 60, server: mailtest.Config{Script: func(step mailtest.Step) mailtest.Action {
			if step.Stage == mailtest.Greeting && down.Load() {
				return mailtest.Action{End: mailtest.Close}
			}
			return mailtest.Action{}
		}}})
		m := s.mailing(0)
		s.run()
		begun := s.clock()
		for s.clock().Sub(begun) < 10*time.Minute {
			s.wait("every try that is due", func() bool { return s.sender.Relay().NextAt.After(s.clock()) })
			s.advance(5 * time.Second)
		}
		s.wait("all to be given back", func() bool { return s.states()[domain.DeliveryWaiting] == 60 })
		if n := s.relay.Connections(); n < 5 || n > 40 {
			t.Errorf("%d connects in 10 minutes", n)
		}
		if state := s.sender.Relay(); !state.Down || state.Cause == (domain.Cause{}) || !state.Since.Equal(begun) {
			t.Errorf("the relay is %+v", state)
		}
		for _, r := range s.rows() {
			if r.Tries != 0 {
				t.Errorf("a delivery is %+v", r)
			}
		}
		if len(s.log(m)) != 0 || s.logged.count("the relay is down") != 1 {
			t.Errorf("the log has %+v; the relay is called down %d times", s.log(m), s.logged.count("the relay is down"))
		}
		down.Store(false)
		s.advance(6 * time.Minute)
		if r := s.until(m, "the end of the run", over); r.State != domain.RunDone || r.Counts.Sent != 60 || len(s.copies()) != 60 || s.relay.Count() != 60 {
			t.Errorf("the run is %s with %+v, %d arrived", r.State, r.Counts, s.relay.Count())
		}
		if s.sender.Relay().Down || s.logged.count("the relay works again") != 1 {
			t.Errorf("the relay is %+v", s.sender.Relay())
		}
	})

	t.Run("afterwards one connection with one letter, then twice as many with each success", func(t *testing.T) {
		t.Parallel()
		const many = 8
		var down atomic.Bool
		down.Store(true)
		var under gauge
		replies := make(chan struct{})
		s := newSite(t, plan{clients: 60, sender: func(c *jobs.Config) { c.Connections = many },
			server: mailtest.Config{Script: func(step mailtest.Step) mailtest.Action {
				switch {
				case step.Stage == mailtest.Greeting && down.Load():
					return mailtest.Action{End: mailtest.Close}
				case step.Stage == mailtest.Mail:
					under.add(1)
				case step.Stage == mailtest.Dot:
					<-replies
					under.add(-1)
				}
				return mailtest.Action{}
			}}})
		t.Cleanup(func() { close(replies) })
		m := s.mailing(0)
		s.run()
		s.wait("the breaker to open", func() bool { return !s.sender.Relay().NextAt.IsZero() })
		s.wait("all to be given back", func() bool { return s.states()[domain.DeliveryWaiting] == 60 })
		down.Store(false)
		s.advance(20 * time.Second)
		for sent, allowed := range []int{1, 2, 4, many, many} {
			s.wait("the letters under way", func() bool { return under.level() == allowed })
			for range 5 { // no other worker joins
				if err := s.sender.Tick(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if n := under.highest(); n != allowed {
				t.Errorf("%d letters are under way after %d, want %d", n, sent, allowed)
			}
			replies <- struct{}{}
		}
		s.relay.WaitFor(5, patience)
		for range 55 {
			replies <- struct{}{}
		}
		if r := s.until(m, "the end of the run", over); r.Counts.Sent != 60 || len(s.copies()) != 60 {
			t.Errorf("the run counts %+v, %d got one", r.Counts, len(s.copies()))
		}
	})
}

func TestPatience(t *testing.T) {
	t.Run("after a 4.7.x half of the connections pause for five minutes", func(t *testing.T) {
		t.Parallel()
		var under gauge
		var full atomic.Bool
		gate := make(chan struct{})
		s := newSite(t, plan{clients: 1, server: mailtest.Config{Script: func(step mailtest.Step) mailtest.Action {
			switch {
			case step.Stage == mailtest.Rcpt && step.Letter == 1:
				return mailtest.Answer("450 4.7.1 too many connections")
			case step.Stage == mailtest.Rcpt:
				under.add(1)
			case step.Stage == mailtest.Dot:
				under.add(-1)
			case step.Stage == mailtest.Data && full.Load():
				return mailtest.Action{Hold: gate}
			case step.Stage == mailtest.Data:
				return mailtest.Action{Delay: 20 * time.Millisecond}
			}
			return mailtest.Action{}
		}}})
		first := s.mailing(0)
		s.run()
		s.tries(first, 1)
		for i := range 20 {
			storetest.Client(t, s.store, s.user.TeamID, address(i+1))
		}
		second := s.mailing(0)
		s.until(second, "the second run to send to everybody else", func(r domain.Run) bool { return r.Counts.Sent == 21 })
		if n := under.highest(); n != connections/2 {
			t.Errorf("%d letters at once, want %d", n, connections/2)
		}
		full.Store(true)
		s.advance(5 * time.Minute)
		third := s.mailing(0)
		s.wait("all connections to be used again", func() bool { return under.level() == connections })
		close(gate)
		s.until(first, "the first run", over)
		s.until(third, "the third run", over)
		if n := s.copies()[address(0)]; n != 3 {
			t.Errorf("the greylisted one got %d of 3 letters", n)
		}
	})
}
