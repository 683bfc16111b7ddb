package jobs

import (
	"testing"
	"time"

	"postrider/mail/mailtest"
	"postrider/mail/relay"
)

func TestRest(t *testing.T) {
	for name, tt := range map[string]struct {
		idle   time.Duration
		closes bool
	}{
		"a connection that was used a moment ago is kept through a tick":     {0, false},
		"a connection that has long had nothing to do is closed at any tick": {keepIdle, true},
	} {
		t.Run(name, func(t *testing.T) {
			conf, err := relay.ParseURL(mailtest.New(t, mailtest.Config{}).URL())
			if err != nil {
				t.Fatal(err)
			}
			l := line{dial: conf.Dial, now: time.Now}
			if err := l.open(t.Context()); err != nil {
				t.Fatal(err)
			}
			defer l.close()
			l.used = l.used.Add(-tt.idle)
			ticked := make(chan struct{})
			close(ticked)
			(&Sender{}).rest(t.Context(), &l, ticked, 0)
			if closed := l.conn == nil; closed != tt.closes {
				t.Errorf("closed is %v", closed)
			}
		})
	}
}
