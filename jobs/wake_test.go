package jobs_test

import (
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
	"postrider/store"
	"postrider/store/storetest"
)

func TestOrders(t *testing.T) {
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
		if _, err := o.store.PauseMailing(t.Context(), domain.CommandLineActor(), m.ID, o.clock()); err != nil {
			t.Fatal(err)
		}
		close(hold)
		o.until(m, "the letters under way to end", func(r domain.Run) bool { return r.Counts.Sent == o.relay.Count() })
		if n := o.relay.Count(); n > 10+connections {
			t.Errorf("%d letters went out after the pause", n-10)
		}
		begun, err := o.store.Runs(t.Context(), m.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.store.ResumeMailing(t.Context(), domain.CommandLineActor(), m.ID, begun[0].ID, o.clock()); err != nil {
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
		if err := o.store.SignUp(t.Context(), in, store.Joining{Token: "token", Confirm: letter, Known: letter}, o.clock()); err != nil {
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
		m := storetest.Mailing(t, o.store, o.user.TeamID, o.clock(), domain.LocalTimeOf(at, time.UTC).String(), "", "UTC", domain.Once)
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
