package jobs_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
	"postrider/store/storetest"
)

func TestPauses(t *testing.T) {
	id := func(s mailtest.Step) string { return fmt.Sprintf("554 5.6.0 malformed, id=%d", s.Letter) }
	for _, tt := range []struct {
		name, stage string
		reply       func(mailtest.Step) string
		after       int // refusals
		state       domain.DeliveryState
		why         string
	}{
		{"three 4xx to MAIL", mailtest.Mail, func(mailtest.Step) string { return "451 4.7.1 slow down" }, 3, domain.DeliveryWaiting, "The mail server rejects your sender"},
		{"three 5xx to MAIL", mailtest.Mail, func(mailtest.Step) string { return "550 5.7.1 unknown sender" }, 3, domain.DeliveryWaiting, "The mail server rejects your sender"},
		{"twenty 5.7.x to RCPT", mailtest.Rcpt, func(mailtest.Step) string { return "550 5.7.1 listed" }, 20, domain.DeliveryFailed, "twenty recipients"},
		{"five identical 5xx to DATA", mailtest.Data, func(mailtest.Step) string { return "554 5.6.0 no" }, 5, domain.DeliveryFailed, "five times in a row with the same answer"},
		{"five 5xx to the dot, identical except for their ids", mailtest.Dot, id, 5, domain.DeliveryFailed, "five times in a row with the same answer"},
	} {
		t.Run(tt.name+" pause the mailing and say why", func(t *testing.T) {
			t.Parallel()
			s := newSite(t, plan{clients: 40, server: mailtest.Config{Script: func(s mailtest.Step) mailtest.Action {
				if s.Stage == tt.stage {
					return mailtest.Answer(tt.reply(s))
				}
				return mailtest.Action{}
			}}})
			m := s.mailing(0)
			s.run()
			s.wait("the pause", func() bool { return s.mailingNow(m).Paused() })
			s.wait("all to be given back", func() bool { return s.states()[domain.DeliveryClaimed] == 0 })
			tried := 0
			for _, r := range s.rows() {
				if r.Tries > 0 {
					tried++
				}
				if r.Tries > 1 || r.Tries == 1 && r.State != tt.state || r.Tries == 0 && r.State != domain.DeliveryWaiting {
					t.Errorf("a delivery is %+v", r)
				}
			}
			why := s.mailingNow(m).PauseWhy.String()
			// While the pause is being saved, each connection may begin one or two more letters.
			if tried < tt.after || tried > tt.after+3*connections || len(s.log(m)) != tried || !strings.Contains(why, tt.why) {
				t.Errorf("paused after %d letters, %d lines in the log, because %q", tried, len(s.log(m)), why)
			}
			if s.sender.Relay().Down || s.relay.Count() != 0 {
				t.Errorf("the relay is %+v, %d letters arrived", s.sender.Relay(), s.relay.Count())
			}
		})
	}

	t.Run("four equal refusals and then a different one do not pause it", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, plan{clients: 8, server: mailtest.Config{Script: func(s mailtest.Step) mailtest.Action {
			if s.Stage == mailtest.Dot {
				return mailtest.Answer([]string{"554 5.6.0 no", "554 5.7.0 spam"}[s.Letter/4%2])
			}
			return mailtest.Action{}
		}}})
		m := s.mailing(0)
		s.run()
		if r := s.until(m, "the end of the run", over); r.Counts.Failed != 8 || s.mailingNow(m).Paused() {
			t.Errorf("the run counts %+v, the mailing is %+v", r.Counts, s.mailingNow(m))
		}
	})
}

func TestRecipients(t *testing.T) {
	t.Run("a 5.1.x marks only that client undeliverable, in the relay's words", func(t *testing.T) {
		for reply, marks := range map[string]bool{
			"550 5.1.1 no such user": true, "550 5.1.10 null MX": true, "553 5.1.3 bad form": true,
			"550 no": false, "550 5.7.1 no": false, "450 5.1.1 no": false, "550 4.1.1 no": false, "553 5.1.8 your domain": false,
		} {
			t.Run(reply, func(t *testing.T) {
				t.Parallel()
				s := newSite(t, plan{server: mailtest.Config{Script: mailtest.At(mailtest.Rcpt, mailtest.Answer(reply))}})
				c := storetest.Client(t, s.store, s.user.TeamID, address(0))
				m := s.mailing(0)
				s.run()
				s.tries(m, 1)
				c, err := s.store.Client(t.Context(), domain.CommandLineActor(), domain.View, c.ID)
				_, words, _ := strings.Cut(reply, " ")
				if err != nil || c.Undeliverable() != marks || marks && c.UndeliverableWhy != words {
					t.Errorf("the client is %+v, %v", c, err)
				}
			})
		}
	})

	t.Run("a full mailbox gets two retries", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, plan{clients: 1, server: mailtest.Config{Script: mailtest.At(mailtest.Rcpt, mailtest.Answer("552 5.2.2 full"))}})
		m := s.mailing(0)
		s.run()
		for n, wait := range []time.Duration{minuteHigh, 2 * minuteHigh} {
			s.tries(m, n+1)
			if r := s.rows()[0]; r.State != domain.DeliveryWaiting || r.Tries != n+1 || !s.between(r.NextAt, wait*2/3, wait) {
				t.Errorf("after try %d the delivery is %+v at %s", n+1, r, s.clock())
			}
			s.advance(wait)
		}
		r := s.until(m, "the end of the run", over)
		if row := s.rows()[0]; r.Counts.Failed != 1 || row.Tries != 3 || len(s.log(m)) != 3 {
			t.Errorf("the run counts %+v, the delivery is %+v", r.Counts, row)
		}
	})

	t.Run("twelve temporary refusals are enough", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, plan{clients: 1, server: mailtest.Config{Script: mailtest.At(mailtest.Rcpt, mailtest.Answer("450 4.2.1 busy"))}})
		m := s.mailing(0)
		s.run()
		for n := range domain.MaxTries {
			s.tries(m, n+1)
			s.advance(36 * time.Minute)
		}
		r := s.until(m, "the end of the run", over)
		if row := s.rows()[0]; r.Counts.Failed != 1 || row.Tries != domain.MaxTries || len(s.log(m)) != domain.MaxTries {
			t.Errorf("the run counts %+v, the delivery is %+v", r.Counts, row)
		}
	})

	t.Run("a letter that cannot be composed fails before any connection", func(t *testing.T) {
		t.Parallel()
		for what, change := range map[string]string{
			"a line break in a name": `UPDATE clients SET full_name = 'Ann' || char(13) || char(10) || 'Bcc: eve@example.com'`,
			"a NUL in a name":        `UPDATE clients SET full_name = 'Ann' || char(0) || 'Eve'`,
			"a bad address":          `UPDATE clients SET envelope = 'ann@example.com> SIZE=1'`,
			"a subject in two lines": `UPDATE messages SET subject = 'Hello' || char(10) || 'Bcc: eve@example.com'`,
		} {
			s := newSite(t, plan{clients: 1})
			m := s.mailing(0)
			s.file(func(db *sql.DB) error { _, err := db.ExecContext(t.Context(), change); return err })
			s.run()
			r := s.until(m, "the end of the run", over)
			log := s.log(m)
			if r.Counts.Failed != 1 || s.relay.Connections() != 0 || len(log) != 1 || s.rows()[0].Tries != 1 {
				t.Fatalf("%s: the run counts %+v, %d connections, the log has %+v", what, r.Counts, s.relay.Connections(), log)
			}
			if got := log[0].Result; got.Stage != domain.StageCompose || got.Outcome != domain.OutcomePermanent || got.Reply.Text == "" {
				t.Errorf("%s: the log has %+v", what, got)
			}
		}
	})

	t.Run("a non-ASCII address fails at a relay that does not support it, the others go", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, plan{clients: 2, server: mailtest.Config{Extensions: []string{"8BITMIME"}}})
		storetest.Client(t, s.store, s.user.TeamID, "почта@example.com")
		m := s.mailing(0)
		s.run()
		if r := s.until(m, "the end of the run", over); r.Counts.Failed != 1 || r.Counts.Sent != 2 || s.relay.Count() != 2 {
			t.Errorf("the run counts %+v, %d arrived", r.Counts, s.relay.Count())
		}
	})
}

// mailingNow is the mailing as stored.
func (s *site) mailingNow(m domain.Mailing) domain.Mailing {
	s.t.Helper()
	m, err := s.store.Mailing(s.t.Context(), domain.CommandLineActor(), domain.View, m.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}

// refusals are the table rows of refused letters: what the relay says at which stage, and what the log makes of it.
func refusals() (all []outcome) {
	const (
		temporary = domain.OutcomeTemporary
		permanent = domain.OutcomePermanent
		sender    = domain.ScopeSender
		recipient = domain.ScopeRecipient
		content   = domain.ScopeContent
	)
	later, failed := []time.Duration{minuteLow, minuteHigh}, []time.Duration{0, 0}
	quarter := []time.Duration{15 * time.Minute, 15 * time.Minute}
	for _, r := range []struct {
		stage, reply string
		want         domain.Result
		next         []time.Duration
	}{
		{mailtest.Mail, "451 4.3.0 later", result("mail", temporary, sender, 451, "4.3.0", "later"), quarter},
		{mailtest.Mail, "550 5.7.1 not you", result("mail", permanent, sender, 550, "5.7.1", "not you"), quarter},
		{mailtest.Rcpt, "450 4.2.0 busy", result("rcpt", temporary, recipient, 450, "4.2.0", "busy"), later},
		{mailtest.Rcpt, "451 greylisted", result("rcpt", temporary, recipient, 451, "", "greylisted"), later},
		{mailtest.Rcpt, "550 no", result("rcpt", permanent, recipient, 550, "", "no"), failed},
		{mailtest.Rcpt, "550-5.1.1 no\r\n550 5.1.1 such user", result("rcpt", permanent, recipient, 550, "5.1.1", "no\nsuch user"), failed},
		{mailtest.Rcpt, "550 5.7.1 policy", result("rcpt", permanent, recipient, 550, "5.7.1", "policy"), failed},
		{mailtest.Rcpt, "552 full", result("rcpt", permanent, recipient, 552, "", "full"), later},
		{mailtest.Rcpt, "550 5.2.2 full", result("rcpt", permanent, recipient, 550, "5.2.2", "full"), later},
		{mailtest.Rcpt, "552 5.3.4 too large", result("rcpt", permanent, recipient, 552, "5.3.4", "too large"), failed},
		{mailtest.Data, "451 4.3.0 later", result("data", temporary, content, 451, "4.3.0", "later"), later},
		{mailtest.Data, "554 5.6.0 no", result("data", permanent, content, 554, "5.6.0", "no"), failed},
		{mailtest.Dot, "452 4.3.1 no room", result("dot", temporary, content, 452, "4.3.1", "no room"), later},
		{mailtest.Dot, "554 5.7.0 spam", result("dot", permanent, content, 554, "5.7.0", "spam"), failed},
		{mailtest.Dot, "552 5.2.2 full", result("dot", permanent, recipient, 552, "5.2.2", "full"), later},
		{mailtest.Dot, "550 5.1.1 nobody", result("dot", permanent, recipient, 550, "5.1.1", "nobody"), failed},
		// When codes disagree, the milder one counts.
		{mailtest.Rcpt, "550 4.2.1 not now", result("rcpt", temporary, recipient, 550, "4.2.1", "not now"), later},
		{mailtest.Rcpt, "450 5.1.1 no user", result("rcpt", temporary, recipient, 450, "5.1.1", "no user"), later},
		{mailtest.Dot, "554 4.7.0 wait", result("dot", temporary, content, 554, "4.7.0", "wait"), later},
		{mailtest.Mail, "553 4.1.8 dns", result("mail", temporary, sender, 553, "4.1.8", "dns"), quarter},
	} {
		state := domain.DeliveryWaiting
		if r.next[1] == 0 {
			state = domain.DeliveryFailed
		}
		all = append(all, outcome{name: r.stage + " " + r.reply, stage: r.stage, action: mailtest.Answer(r.reply), want: r.want,
			state: state, low: r.next[0], high: r.next[1]})
	}
	return all
}

func taken() (all []outcome) {
	for reply, want := range map[string]domain.Reply{
		"250":                                 {Code: 250},
		"250 ok":                              {Code: 250, Text: "ok"},
		"250-2.0.0 one\r\n250 2.0.0 two":      {Code: 250, Enhanced: "2.0.0", Text: "one\ntwo"},
		"250-one\r\n250":                      {Code: 250, Text: "one\n"},
		"200 fine":                            {Code: 200, Text: "fine"},
		"251 will forward":                    {Code: 251, Text: "will forward"},
		"250 5.1.1 a code that means nothing": {Code: 250, Enhanced: "5.1.1", Text: "a code that means nothing"},
	} {
		all = append(all, outcome{name: reply, stage: mailtest.Dot, action: mailtest.Answer(reply), arrived: 1,
			want: domain.Result{Stage: domain.StageDot, Outcome: domain.OutcomeSent, Reply: want}, state: domain.DeliverySent})
	}
	return all
}

func uncertain() (all []outcome) {
	for name, f := range map[string]struct {
		action mailtest.Action
		reply  domain.Reply
	}{
		"a close":                {mailtest.Action{End: mailtest.Close}, domain.Reply{Text: "the relay closed the connection"}},
		"a reset":                {mailtest.Action{End: mailtest.Reset}, domain.Reply{Text: "the relay closed the connection"}},
		"silence":                {mailtest.Action{End: mailtest.Silent}, domain.Reply{Text: "the relay took too long"}},
		"words without a code":   {mailtest.Answer("taken!"), domain.Reply{}},
		"half of a reply":        {mailtest.Action{Reply: "250-ok\r\n", End: mailtest.Close}, domain.Reply{Text: "the relay closed the connection"}},
		"a 3xx":                  {mailtest.Answer("354 go on"), domain.Reply{Code: 354, Text: "go on"}},
		"two codes in one reply": {mailtest.Answer("250-ok\r\n550 no"), domain.Reply{}},
	} {
		f.action.Take = true
		all = append(all, outcome{name: name, stage: mailtest.Dot, action: f.action, arrived: 1, unsure: 1, breaker: true,
			want:  domain.Result{Stage: domain.StageDot, Outcome: domain.OutcomeUncertain, Scope: domain.ScopeRelay, Reply: f.reply},
			state: domain.DeliveryWaiting, low: 15 * time.Minute, high: 15 * time.Minute})
	}
	return all
}

// twice makes the uncertain result happen to both tries: no third copy leaves.
func (o outcome) twice(t *testing.T) {
	t.Parallel()
	p := plan{server: mailtest.Config{Script: mailtest.At(o.stage, o.action)}, clients: 1}
	if o.action.End == mailtest.Silent {
		p.relay = quick
	}
	s := newSite(t, p)
	m := s.mailing(0)
	s.run()
	s.tries(m, 1)
	s.advance(15*time.Minute - time.Second)
	if err := s.sender.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := s.relay.Count(); n != 1 {
		t.Errorf("%d copies before the 15 minutes were over", n)
	}
	s.advance(time.Second)
	s.until(m, "the end of the run", over)
	s.advance(24 * time.Hour)
	if err := s.sender.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	letters, r := s.relay.Letters(), s.rows()[0]
	if r.State != domain.DeliveryUnknown || r.Tries != 2 || r.Uncertain != 2 || len(s.log(m)) != 2 || len(letters) != 2 {
		t.Fatalf("the delivery is %+v, the log %+v, %d copies arrived", r, s.log(m), len(letters))
	}
	if letters[0].MessageID == "" || letters[0].MessageID != letters[1].MessageID || date(letters[0]) != date(letters[1]) {
		t.Errorf("the copies differ: %s and %s, %s and %s", letters[0].MessageID, letters[1].MessageID, date(letters[0]), date(letters[1]))
	}
}

// date is the Date field of a letter.
func date(l mailtest.Letter) string {
	for line := range bytes.Lines(l.Source) {
		if bytes.HasPrefix(line, []byte("Date: ")) {
			return string(line)
		}
	}
	return ""
}
