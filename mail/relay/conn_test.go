package relay_test

import (
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
)

func TestConn(t *testing.T) {
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	t.Run("it is spent after five minutes or a thousand letters", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{Lean: true})
		conn := dial(t, config(t, s))
		if conn.Spent(now) || conn.Spent(now.Add(5*time.Minute)) || !conn.Spent(now.Add(5*time.Minute+1)) {
			t.Error("wrong by time")
		}
		for range 999 {
			check(t, conn.Send(t.Context(), letter, open), domain.StageDot, domain.OutcomeSent, "")
		}
		if conn.Spent(now) {
			t.Error("spent after 999 letters")
		}
		conn.Send(t.Context(), letter, open)
		if !conn.Spent(now) {
			t.Error("not spent after 1,000 letters")
		}
	})
	t.Run("it is checked only after 30 s idle", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{})
		conn := dial(t, config(t, s))
		for i, after := range []time.Duration{0, 30 * time.Second, 61 * time.Second} {
			if !conn.Alive(now.Add(after)) {
				t.Errorf("dead after %v", after)
			}
			if got := len(s.Lines()); got != []int{1, 1, 2}[i] {
				t.Errorf("after %v: commands %q", after, s.Lines())
			}
		}
		arrivesNext(t, s, conn)
	})
	for name, a := range map[string]mailtest.Action{
		"closed": {End: mailtest.Close}, "silent": {End: mailtest.Silent}, "closing": mailtest.Answer("421 4.4.2 bye"),
	} {
		t.Run("a relay that is "+name+" is not alive", func(t *testing.T) {
			s := mailtest.New(t, mailtest.Config{Script: mailtest.At(mailtest.Noop, a)})
			c := config(t, s)
			c.Limits.Connect = 100 * time.Millisecond
			conn := dial(t, c)
			if !conn.Alive(now) || conn.Alive(now.Add(time.Minute)) || !conn.Broken() || conn.Alive(now.Add(time.Minute)) {
				t.Error("it counts as alive")
			}
		})
	}
	t.Run("closing sends QUIT, and leaves nothing behind", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{Security: mailtest.Offered})
		conn := dial(t, config(t, s))
		conn.Close()
		conn.Close()
		s.Stop()
		lines := s.Lines()
		if lines[len(lines)-1] != "QUIT" || !conn.Broken() {
			t.Errorf("commands %q", lines)
		}
		noneLeft(t)
	})
}
