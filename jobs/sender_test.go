package jobs_test

import (
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
)

func TestSender(t *testing.T) {
	t.Run("mails every recipient once, over reused connections", func(t *testing.T) {
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
		got, err := o.store.Mailing(t.Context(), domain.CommandLineActor(), domain.View, m.ID)
		if err != nil || got.Status != domain.StatusCompleted {
			t.Errorf("the mailing is %s, %v", got.Status, err)
		}
	})

	t.Run("continues with the others when one is refused, and logs the relay's words", func(t *testing.T) {
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

	t.Run("retries after a 451, and counts each try", func(t *testing.T) {
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

	t.Run("reports that the relay is down, counts no attempt, and continues when it is back", func(t *testing.T) {
		o := newOffice(t, nil, 20)
		o.relay.Stop()
		m := o.mailing(0)
		o.run()
		o.wait("the relay to be called down", func() bool { return o.sender.Relay().Down })
		if why := o.sender.Relay().Cause.Fault(); why == "" {
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

	t.Run("continues when a socket breaks in the middle of a letter", func(t *testing.T) {
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

	t.Run("retries an uncertain letter once with the same Message-ID, and never a third time", func(t *testing.T) {
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
}
