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
const patience = 30 * time.Second

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

func TestSender(t *testing.T) {
	t.Run("mails every recipient once, over connections that it uses again", func(t *testing.T) {
		o := newOffice(t, nil, 100)
		m := o.mailing(0)
		o.run()
		r := o.until(m, "the end of the run", over)
		if r.State != domain.RunDone || r.Counts.Sent != 100 {
			t.Errorf("the run is %s with %+v", r.State, r.Counts)
		}
		for i := range 100 {
			if n := o.copies()[address(i)]; n != 1 {
				t.Errorf("%s got %d copies", address(i), n)
			}
		}
		if n := o.relay.Connections(); n > connections {
			t.Errorf("%d connections for %d at once", n, connections)
		}
		got, err := o.store.Mailing(t.Context(), m.ID)
		if err != nil || got.Status != domain.StatusCompleted {
			t.Errorf("the mailing is %s, %v", got.Status, err)
		}
	})

	t.Run("goes on with the others when one is refused, and logs the words of the relay", func(t *testing.T) {
		o := newOffice(t, func(s mailtest.Step) mailtest.Action {
			if s.Stage == mailtest.Rcpt && s.Address == address(1) {
				return mailtest.Answer("550 5.1.1 no such user")
			}
			return mailtest.Action{}
		}, 3)
		m := o.mailing(0)
		o.run()
		r := o.until(m, "the end of the run", over)
		if r.Counts.Sent != 2 || r.Counts.Failed != 1 {
			t.Errorf("the run counts %+v", r.Counts)
		}
		found := false
		for _, a := range o.log(m) {
			if a.Recipient.Email == address(1) {
				found = a.Outcome == domain.OutcomePermanent && a.Reply.Code == 550 && a.Reply.Enhanced == "5.1.1" && a.Reply.Text == "no such user"
			}
		}
		if !found {
			t.Errorf("the log has %+v", o.log(m))
		}
	})

	t.Run("tries again later after a 451, and counts each try", func(t *testing.T) {
		o := newOffice(t, func(s mailtest.Step) mailtest.Action {
			if s.Stage == mailtest.Rcpt && s.Again == 1 {
				return mailtest.Answer("451 4.7.1 greylisted")
			}
			return mailtest.Action{}
		}, 2)
		m := o.mailing(0)
		o.run()
		o.until(m, "both to wait for another try", func(r domain.Run) bool { return r.Counts.Retrying == 2 })
		if n := o.relay.Count(); n != 0 {
			t.Fatalf("%d letters arrived too early", n)
		}
		o.advance(2 * time.Minute)
		r := o.until(m, "the end of the run", over)
		if r.Counts.Sent != 2 || len(o.log(m)) != 4 {
			t.Errorf("the run counts %+v, the log has %d lines", r.Counts, len(o.log(m)))
		}
	})

	t.Run("says when the relay is down, counts no attempt, and goes on when it is back", func(t *testing.T) {
		o := newOffice(t, nil, 20)
		o.relay.Stop()
		m := o.mailing(0)
		o.run()
		o.wait("the relay to be called down", func() bool { return o.sender.Relay().Down })
		if why := o.sender.Relay().Why; why == "" {
			t.Error("nobody says why")
		}
		o.relay.Start()
		if len(o.log(m)) != 0 {
			t.Errorf("the log has %+v", o.log(m))
		}
		o.wait("the run to end", func() bool {
			o.advance(time.Minute)
			runs, err := o.store.Runs(t.Context(), m.ID, 1)
			return err == nil && over(runs[0])
		})
		if n := len(o.copies()); n != 20 {
			t.Errorf("%d of 20 arrived", n)
		}
		if o.sender.Relay().Down {
			t.Error("the relay is still called down")
		}
	})

	t.Run("sends nothing after the end of the window", func(t *testing.T) {
		hold := make(chan struct{})
		o := newOffice(t, func(s mailtest.Step) mailtest.Action {
			if s.Stage == mailtest.Data {
				return mailtest.Action{Hold: hold}
			}
			return mailtest.Action{}
		}, 20)
		m := o.mailing(10 * time.Minute)
		o.run()
		o.wait("letters under way", func() bool { return o.relay.Open() == connections })
		o.advance(10 * time.Minute)
		o.until(m, "the run to end", func(r domain.Run) bool { return r.State == domain.RunExpired })
		close(hold)
		r := o.until(m, "all to have expired", over)
		if r.Counts.Expired != 20 || o.relay.Count() != 0 {
			t.Errorf("the run counts %+v, %d arrived", r.Counts, o.relay.Count())
		}
	})

	t.Run("stops a paused mailing at once, and resumes it", func(t *testing.T) {
		hold := make(chan struct{})
		o := newOffice(t, func(s mailtest.Step) mailtest.Action {
			if s.Stage == mailtest.Dot && s.Letter > 10 {
				return mailtest.Action{Hold: hold}
			}
			return mailtest.Action{}
		}, 50)
		m := o.mailing(0)
		o.run()
		o.relay.WaitFor(10, patience)
		if _, err := o.store.PauseMailing(t.Context(), m.ID, o.clock()); err != nil {
			t.Fatal(err)
		}
		close(hold)
		o.until(m, "the letters under way to end", func(r domain.Run) bool { return r.Counts.Sent == o.relay.Count() })
		if n := o.relay.Count(); n > 10+connections {
			t.Errorf("%d letters went out after the pause", n-10)
		}
		if _, err := o.store.ResumeMailing(t.Context(), m.ID, o.clock()); err != nil {
			t.Fatal(err)
		}
		o.sender.Wake()
		o.until(m, "the end of the run", over)
		for to, n := range o.copies() {
			if n != 1 {
				t.Errorf("%s got %d copies", to, n)
			}
		}
		if n := len(o.copies()); n != 50 {
			t.Errorf("%d of 50 arrived", n)
		}
	})

	t.Run("stops cleanly in the middle: a later sender sends the rest, nobody twice", func(t *testing.T) {
		o := newOffice(t, nil, 300)
		m := o.mailing(0)
		stop := o.run()
		o.relay.WaitFor(50, patience)
		stop()
		sent := o.relay.Count()
		o.run()
		r := o.until(m, "the end of the run", over)
		if r.Counts.Sent != 300 || sent == 300 {
			t.Errorf("the run counts %+v; %d before the stop", r.Counts, sent)
		}
		for to, n := range o.copies() {
			if n != 1 {
				t.Errorf("%s got %d copies", to, n)
			}
		}
	})

	t.Run("goes on when a socket breaks in the middle of a letter", func(t *testing.T) {
		o := newOffice(t, func(s mailtest.Step) mailtest.Action {
			if s.Stage == mailtest.Rcpt && s.Again == 1 && s.Address == address(0) {
				return mailtest.Action{End: mailtest.Reset}
			}
			return mailtest.Action{}
		}, 5)
		m := o.mailing(0)
		o.run()
		o.until(m, "one to wait", func(r domain.Run) bool { return r.Counts.Sent == 4 && r.Counts.Retrying == 1 })
		o.advance(2 * time.Minute)
		if r := o.until(m, "the end of the run", over); r.Counts.Sent != 5 {
			t.Errorf("the run counts %+v", r.Counts)
		}
	})

	t.Run("tries an uncertain letter once more with the same Message-ID, and never a third time", func(t *testing.T) {
		o := newOffice(t, mailtest.At(mailtest.Dot, mailtest.Action{Take: true, End: mailtest.Close}), 1)
		m := o.mailing(0)
		o.run()
		o.until(m, "the first copy", func(r domain.Run) bool { return r.Counts.Retrying == 1 })
		o.advance(16 * time.Minute)
		r := o.until(m, "the end of the run", over)
		letters := o.relay.Letters()
		if r.Counts.Unknown != 1 || len(letters) != 2 || letters[0].MessageID != letters[1].MessageID || letters[0].MessageID == "" {
			t.Errorf("the run counts %+v, the letters are %+v", r.Counts, letters)
		}
	})

	t.Run("sends a system letter while every connection of a run is stuck", func(t *testing.T) {
		hold := make(chan struct{})
		o := newOffice(t, func(s mailtest.Step) mailtest.Action {
			if s.Stage == mailtest.Rcpt && s.Address != "new@example.com" {
				return mailtest.Action{Hold: hold}
			}
			return mailtest.Action{}
		}, 20)
		defer close(hold)
		o.mailing(0)
		o.run()
		o.wait("every connection to be stuck", func() bool { return o.relay.Open() >= connections })
		in := domain.SignUp{Email: "new@example.com", Password: storetest.Password, Language: "en", TimeZone: "UTC"}
		letter := domain.SystemLetter{Subject: "Confirm", Body: "Text", Language: "en", ExpiresAt: o.clock().Add(time.Hour)}
		if err := o.store.SignUp(t.Context(), in, "token", letter, letter, o.clock()); err != nil {
			t.Fatal(err)
		}
		o.sender.Wake()
		o.relay.WaitFor(1, patience)
		if to := o.relay.Letters()[0].To; to != "new@example.com" {
			t.Errorf("the letter went to %s", to)
		}
	})

	t.Run("waits for the start of a mailing and then begins by itself", func(t *testing.T) {
		o := newOffice(t, nil, 2)
		at := o.clock().Add(time.Hour)
		m := storetest.Mailing(t, o.store, o.user.TeamID, o.clock(), domain.WallOf(at, time.UTC).String(), "", "UTC", domain.Once)
		o.run()
		o.advance(time.Hour - time.Second)
		if err := o.sender.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		if runs, err := o.store.Runs(t.Context(), m.ID, 1); err != nil || len(runs) != 0 {
			t.Fatalf("begun too early: %+v, %v", runs, err)
		}
		o.advance(time.Second)
		o.until(m, "the end of the run", over)
	})
}
