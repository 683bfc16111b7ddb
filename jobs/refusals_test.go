package jobs_test

import (
	"bytes"
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
)

// The rows of a refused letter in short: what the relay says and where, and what the log makes of it.
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
		// Codes that disagree: the milder one holds.
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

// twice lets the uncertain thing happen to both tries: no third copy leaves.
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
