package jobs

import (
	"testing"
	"time"

	"postrider/mail/mailtest"
	"postrider/mail/relay"
)

func TestIdleConnection(t *testing.T) {
	for name, tt := range map[string]struct {
		idle, wait time.Duration
		closes     bool
	}{
		"a recently used connection is kept through a tick":                      {0, 0, false},
		"one that waits for a retry is kept":                                     {time.Minute, 0, false},
		"one that has been idle for long is closed at any tick":                  {keepIdle, 0, true},
		"one that must not be used for a while is closed, even if recently used": {0, time.Second, true},
	} {
		t.Run(name, func(t *testing.T) {
			conf, err := relay.ParseURL(mailtest.New(t, mailtest.Config{}).URL())
			if err != nil {
				t.Fatal(err)
			}
			now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
			s := &Sender{Config: Config{Dial: conf.Dial, Now: func() time.Time { return now }}}
			c := s.newConnection(keepIdle)
			if err := c.connect(t.Context()); err != nil {
				t.Fatal(err)
			}
			defer c.close()
			now = now.Add(tt.idle)
			ticked := make(chan struct{})
			close(ticked)
			s.idle(t.Context(), &c, ticked, tt.wait)
			if closed := c.conn == nil; closed != tt.closes || (s.openConnections.Load() == 0) != closed {
				t.Errorf("closed is %v, %d connections are open", closed, s.openConnections.Load())
			}
		})
	}
}
