package jobs_test

import (
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
	"postrider/mail/relay"
)

// outcome is a row of the table of outcomes: what the relay does to a letter to one recipient, and what follows.
type outcome struct {
	name    string
	stage   string
	action  mailtest.Action
	server  mailtest.Config // except its script
	want    domain.Result   // as logged; the text of a network error may vary
	state   domain.DeliveryState
	low     time.Duration // earliest and latest time of the next try, after now
	high    time.Duration
	unsure  int  // uncertain attempts
	arrived int  // letters the relay accepted
	breaker bool // the breaker has counted it
}

// minute is the first retry: 1 minute ±20 %.
const (
	minuteLow  = 48 * time.Second
	minuteHigh = 72 * time.Second
)

func result(stage domain.Stage, is domain.Outcome, scope domain.Scope, code int, enhanced, text string) domain.Result {
	return domain.Result{Stage: stage, Outcome: is, Scope: scope, Reply: domain.Reply{Code: code, Enhanced: enhanced, Text: text}}
}

// quick sets short limits, for a slow relay.
func quick(c *relay.Config) {
	c.Limits = relay.DefaultLimits()
	c.Limits.Command, c.Limits.Dot = 500*time.Millisecond, 300*time.Millisecond
}

// try runs the row and checks everything that follows.
func (o outcome) try(t *testing.T) {
	t.Parallel()
	o.server.Script = mailtest.At(o.stage, o.action)
	p := plan{server: o.server, clients: 1}
	if o.action.End == mailtest.Silent {
		p.relay = quick
	}
	s := newSite(t, p)
	m := s.mailing(0)
	s.run()
	s.tries(m, 1)
	s.wait("the delivery to be given back", func() bool { return s.rows()[0].State != domain.DeliveryClaimed })
	log := s.log(m)
	if len(log) != 1 {
		t.Fatalf("the log has %d lines: %+v", len(log), log)
	}
	got := log[0].Result
	if o.want.Reply.Code == 0 && got.Reply.Text != "" && o.want.Reply.Text == "" {
		got.Reply.Text = "" // the network's words
	}
	if got != o.want {
		t.Errorf("the log has %+v, want %+v", got, o.want)
	}
	r := s.rows()[0]
	if r.State != o.state || r.Tries != 1 || r.Uncertain != o.unsure || !s.between(r.NextAt, o.low, o.high) {
		t.Errorf("the delivery is %+v (next after %s), want %s between %s and %s with %d uncertain", r,
			r.NextAt.Sub(s.clock()), o.state, o.low, o.high, o.unsure)
	}
	if n := s.relay.Count(); n != o.arrived {
		t.Errorf("%d letters arrived, want %d", n, o.arrived)
	}
	if state := s.sender.Relay(); (state.Cause != domain.Cause{}) != o.breaker || !state.NextAt.IsZero() {
		t.Errorf("the relay is %+v, counted should be %v", state, o.breaker)
	}
	if o.breaker {
		s.wait("the connection to be closed", func() bool { return s.relay.Open() == 0 })
	}
}

func TestOutcomes(t *testing.T) {
	t.Run("before the dot, a fault of the relay closes the connection, counts, and is retried", func(t *testing.T) {
		for _, o := range brokenOff() {
			t.Run(o.name, o.try)
		}
	})
	t.Run("a refusal is about the sender, the recipient or the letter", func(t *testing.T) {
		for _, o := range refusals() {
			t.Run(o.name, o.try)
		}
	})
	t.Run("a 2xx to the dot is a success, in whatever form", func(t *testing.T) {
		for _, o := range taken() {
			t.Run(o.name, o.try)
		}
	})
	t.Run("after the dot the outcome is unknown: one retry after 15 minutes, then it stays unknown", func(t *testing.T) {
		for _, o := range uncertain() {
			t.Run(o.name, o.try)
			t.Run(o.name+" twice", o.twice)
		}
	})
}

// brokenOff combines every stage before the dot with every way to break off.
func brokenOff() (all []outcome) {
	faults := []struct {
		name   string
		action mailtest.Action
		reply  domain.Reply // zero for the network's words
	}{
		{"421", mailtest.Answer("421 4.3.2 shutting down"), domain.Reply{Code: 421, Enhanced: "4.3.2", Text: "shutting down"}},
		{"a close", mailtest.Action{End: mailtest.Close}, domain.Reply{Text: "the relay closed the connection"}},
		{"a reset", mailtest.Action{End: mailtest.Reset}, domain.Reply{Text: "the relay closed the connection"}},
		{"silence", mailtest.Action{End: mailtest.Silent}, domain.Reply{Text: "the relay took too long"}},
		{"words without a code", mailtest.Answer("who are you"), domain.Reply{}},
		{"a code below 200", mailtest.Answer("150 hm"), domain.Reply{Code: 150, Text: "hm"}},
		{"a code of 600", mailtest.Answer("650 hm"), domain.Reply{}},
	}
	for _, stage := range []string{mailtest.Mail, mailtest.Rcpt, mailtest.Data} {
		for _, f := range faults {
			want := domain.Result{Stage: domain.Stage(stage), Outcome: domain.OutcomeTemporary, Scope: domain.ScopeRelay, Reply: f.reply}
			all = append(all, outcome{name: f.name + " to " + stage, stage: stage, action: f.action, want: want,
				state: domain.DeliveryWaiting, low: minuteLow, high: minuteHigh, breaker: true})
		}
	}
	for stage, reply := range map[string]string{mailtest.Mail: "354 what", mailtest.Rcpt: "354 what", mailtest.Data: "250 what"} {
		code := 354
		if stage == mailtest.Data {
			code = 250
		}
		all = append(all, outcome{name: "a reply out of place to " + stage, stage: stage, action: mailtest.Answer(reply),
			want:  result(domain.Stage(stage), domain.OutcomeTemporary, domain.ScopeRelay, code, "", "what"),
			state: domain.DeliveryWaiting, low: minuteLow, high: minuteHigh, breaker: true})
	}
	all = append(all, outcome{name: "421 to the dot", stage: mailtest.Dot, action: mailtest.Answer("421 4.3.0 later"),
		want:  result(domain.StageDot, domain.OutcomeTemporary, domain.ScopeRelay, 421, "4.3.0", "later"),
		state: domain.DeliveryWaiting, low: minuteLow, high: minuteHigh, breaker: true})
	return all
}
