package jobs_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"postrider/domain"
	"postrider/jobs"
	"postrider/mail/mailtest"
	"postrider/mail/relay"
	"postrider/store"
	"postrider/store/storetest"
)

// patience is how long a test waits for what must happen.
const patience = 2 * time.Minute

// office is a sender with everything around it: a store, a relay, and a clock that the test moves.
type office struct {
	t      *testing.T
	store  *store.Store
	relay  *mailtest.Server
	user   domain.User
	sender *jobs.Sender

	mu  sync.Mutex
	now time.Time
}

// connections is how many the sender of an office has.
const connections = 4

func newOffice(t *testing.T, script mailtest.Script, clients int) *office {
	t.Helper()
	o := &office{t: t, store: storetest.Open(t), relay: mailtest.New(t, mailtest.Config{Script: script}),
		now: time.Now().UTC().Truncate(time.Minute)}
	o.user = storetest.User(t, o.store, "owner@example.com")
	for i := range clients {
		storetest.Client(t, o.store, o.user.TeamID, address(i))
	}
	conf, err := relay.ParseURL(o.relay.URL())
	if err != nil {
		t.Fatal(err)
	}
	o.sender, err = jobs.New(jobs.Config{Store: o.store, Dial: conf.Dial, From: "Postrider <news@example.com>",
		Connections: connections, Every: 20 * time.Millisecond, Now: o.clock,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func address(i int) string { return fmt.Sprintf("client%04d@example.com", i) }

func (o *office) clock() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

func (o *office) advance(d time.Duration) {
	o.mu.Lock()
	o.now = o.now.Add(d)
	o.mu.Unlock()
	o.sender.Wake()
}

// run lets the sender work until the returned func is called, which waits for it to stop.
func (o *office) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- o.sender.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				o.t.Errorf("the sender ended with %v", err)
			}
		})
	}
	o.t.Cleanup(stop)
	return stop
}

// mailing makes a mailing that is due now, to all clients.
func (o *office) mailing(length time.Duration) domain.Mailing {
	end := ""
	if length > 0 {
		end = domain.WallOf(o.clock().Add(length), time.UTC).String()
	}
	return storetest.Mailing(o.t, o.store, o.user.TeamID, o.clock(), domain.WallOf(o.clock(), time.UTC).String(), end, "UTC", domain.Once)
}

// until waits until the latest run of a mailing is as wanted.
func (o *office) until(m domain.Mailing, what string, is func(domain.Run) bool) domain.Run {
	o.t.Helper()
	var last domain.Run
	o.wait(what, func() bool {
		runs, err := o.store.Runs(o.t.Context(), m.ID, 1)
		if err != nil {
			o.t.Fatal(err)
		}
		if len(runs) == 0 {
			return false
		}
		last = runs[0]
		return is(last)
	})
	return last
}

func (o *office) wait(what string, is func() bool) {
	o.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(patience); !is(); {
		select {
		case <-tick.C:
		case <-late:
			o.t.Fatalf("waited in vain for: %s", what)
		}
	}
}

func over(r domain.Run) bool { return !r.State.Active() && r.Counts.Waiting == 0 }

// copies counts the letters that the relay has taken, by recipient.
func (o *office) copies() map[string]int {
	all := map[string]int{}
	for _, l := range o.relay.Letters() {
		all[l.To]++
	}
	return all
}

func (o *office) log(m domain.Mailing) []domain.Attempt {
	o.t.Helper()
	page, err := o.store.Log(o.t.Context(), m.ID, store.LogQuery{Per: 100})
	if err != nil {
		o.t.Fatal(err)
	}
	return page.Attempts
}
