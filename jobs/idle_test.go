package jobs_test

import (
	"testing"
	"time"

	"postrider/jobs"
	"postrider/mail/mailtest"
)

func TestIdle(t *testing.T) {
	single := func(c *jobs.Config) { c.Connections = 1 }
	// again sends a mailing to the only client.
	again := func(s *site) {
		s.t.Helper()
		m := s.mailing(0)
		s.sender.Wake()
		s.until(m, "the end of the run", over)
	}

	t.Run("a connection is used again, and asked whether it lives after 30 seconds without work", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, plan{clients: 1, sender: single})
		s.run()
		again(s)
		s.advance(20 * time.Second)
		again(s)
		if n := s.commands("NOOP"); n != 0 {
			t.Errorf("%d NOOP after 20 s", n)
		}
		s.advance(45 * time.Second)
		again(s)
		if noops, conns := s.commands("NOOP"), s.relay.Connections(); noops != 1 || conns != 1 || s.relay.Count() != 3 {
			t.Errorf("%d NOOP, %d connections, %d letters", noops, conns, s.relay.Count())
		}
	})

	t.Run("one that the relay has closed meanwhile costs no letter an attempt", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, plan{clients: 1, sender: single, server: mailtest.Config{
			Script: mailtest.At(mailtest.Noop, mailtest.Action{End: mailtest.Close})}})
		s.run()
		again(s)
		s.advance(45 * time.Second)
		again(s)
		for _, r := range s.rows() {
			if r.Tries != 1 {
				t.Errorf("a delivery is %+v", r)
			}
		}
		if n := s.relay.Connections(); n != 2 || s.relay.Count() != 2 {
			t.Errorf("%d letters over %d connections", s.relay.Count(), n)
		}
	})

	t.Run("one that has long had no work is closed", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, plan{clients: 1, sender: single})
		s.run()
		again(s)
		s.advance(2 * time.Minute)
		s.wait("the connection to be closed", func() bool { return s.relay.Open() == 0 })
		if n := s.commands("QUIT"); n != 1 {
			t.Errorf("%d QUIT", n)
		}
	})

	t.Run("a slow rate keeps its connection, and asks whether it lives", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, plan{clients: 2, sender: func(c *jobs.Config) {
			single(c)
			now := c.Now
			begun := time.Now()
			c.Rate, c.Now = 1, func() time.Time { return now().Add(100 * time.Since(begun)) } // 1 s is 100 s
		}})
		m := s.mailing(0)
		s.run()
		s.until(m, "the end of the run", over)
		if noops, conns := s.commands("NOOP"), s.relay.Connections(); noops != 1 || conns != 1 || s.relay.Count() != 2 {
			t.Errorf("%d NOOP, %d connections, %d letters", noops, conns, s.relay.Count())
		}
	})
}
