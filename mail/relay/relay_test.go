package relay_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
	"postrider/mail/relay"
)

const body = "From: a@example.com\r\nMessage-ID: <1@example.com>\r\n\r\n.a dot\r\n..two\r\nend\r\n"

var letter = relay.Letter{From: "a@example.com", To: "b@example.com", Body: []byte(body)}

// patient limits never pass in a test; a test of a limit makes that one short.
func patient() relay.Limits {
	minute := time.Minute
	return relay.Limits{Connect: minute, TLS: minute, Command: minute, Body: minute, Dot: minute, Stop: minute}
}

func config(t *testing.T, s *mailtest.Server) relay.Config {
	t.Helper()
	c, err := relay.ParseURL(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	c.TLS, c.Limits = s.ClientTLS(), patient()
	return c
}

func dial(t *testing.T, c relay.Config) *relay.Conn {
	t.Helper()
	conn, err := c.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn
}

func failure(t *testing.T, c relay.Config) domain.Result {
	t.Helper()
	conn, err := c.Dial(t.Context())
	var f *relay.Failure
	if !errors.As(err, &f) {
		if conn != nil {
			conn.Close()
		}
		t.Fatalf("dialling came to %v, want a failure", err)
	}
	return f.Result
}

func open() error { return nil }

// only does an action with the first letter and the usual thing with all others.
func only(stage string, a mailtest.Action) mailtest.Script {
	return func(s mailtest.Step) mailtest.Action {
		if s.Stage == stage && s.Letter == 1 {
			return a
		}
		return mailtest.Action{}
	}
}

func check(t *testing.T, got domain.Result, stage domain.Stage, outcome domain.Outcome, scope domain.Scope) {
	t.Helper()
	if got.Stage != stage || got.Outcome != outcome || got.Scope != scope {
		t.Errorf("got %+v, want %s %s %s", got, stage, outcome, scope)
	}
}

// noneLeft waits until no goroutine is inside the package any more.
func noneLeft(t *testing.T) {
	t.Helper()
	late := time.Now().Add(time.Minute)
	buf := make([]byte, 1<<20)
	for {
		stacks := string(buf[:runtime.Stack(buf, true)])
		if !strings.Contains(stacks, "mail/relay.(") {
			return
		}
		if time.Now().After(late) {
			t.Fatalf("goroutines are left:\n%s", stacks)
		}
		runtime.Gosched()
	}
}

// shorten makes the limit short that a silent relay at a stage runs into.
func shorten(c *relay.Config, stage string) {
	if stage == mailtest.Dot {
		c.Limits.Dot = 50 * time.Millisecond
		return
	}
	c.Limits.Command = 50 * time.Millisecond
}

func TestSend(t *testing.T) {
	stages := []struct {
		at    string
		stage domain.Stage
		blame domain.Scope
	}{
		{mailtest.Mail, domain.StageMail, domain.ScopeSender},
		{mailtest.Rcpt, domain.StageRcpt, domain.ScopeRecipient},
		{mailtest.Data, domain.StageData, domain.ScopeContent},
		{mailtest.Dot, domain.StageDot, domain.ScopeContent},
	}
	refusals := []struct {
		reply, enhanced, text string
		outcome               domain.Outcome
	}{
		{"450 later", "", "later", domain.OutcomeTemporary},
		{"451 4.3.0 a while\r\n", "4.3.0", "a while", domain.OutcomeTemporary},
		{"550 no", "", "no", domain.OutcomePermanent},
		{"550", "", "", domain.OutcomePermanent},
		{"554 5.7.1 not you", "5.7.1", "not you", domain.OutcomePermanent},
		{"550-5.7.1 not\r\n550-5.7.1 ever\r\n550 5.7.1 you", "5.7.1", "not\never\nyou", domain.OutcomePermanent},
		{"550 4.7.1 milder", "4.7.1", "milder", domain.OutcomeTemporary},
		{"450 5.7.1 milder", "5.7.1", "milder", domain.OutcomeTemporary},
		{"550 5.7.1 \xff\x00words", "5.7.1", "\ufffd\ufffdwords", domain.OutcomePermanent},
	}
	for _, st := range stages {
		for _, r := range refusals {
			t.Run(fmt.Sprintf("%q to %s is %s and blames the %s", r.reply, st.at, r.outcome, st.blame), func(t *testing.T) {
				s := mailtest.New(t, mailtest.Config{Script: only(st.at, mailtest.Answer(r.reply))})
				conn := dial(t, config(t, s))
				got := conn.Send(t.Context(), letter, open)
				check(t, got, st.stage, r.outcome, st.blame)
				want := domain.Reply{Code: got.Reply.Code, Enhanced: r.enhanced, Text: r.text}
				if fmt.Sprint(got.Reply.Code) != r.reply[:3] || got.Reply != want {
					t.Errorf("reply %+v, want %s and %+v", got.Reply, r.reply[:3], want)
				}
				arrivesNext(t, s, conn)
			})
		}
		ends := []struct {
			name   string
			action mailtest.Action
		}{
			{"421", mailtest.Answer("421 4.3.2 closing")},
			{"garbage", mailtest.Answer("what?")},
			{"a code out of range", mailtest.Answer("650 hm")},
			{"a 3xx out of place", mailtest.Answer("352 hm")},
			{"two codes in one reply", mailtest.Answer("250-yes\r\n550 no")},
			{"an endless reply", mailtest.Answer(strings.Repeat("250-and so on\r\n", 8000))},
			{"closing", mailtest.Action{End: mailtest.Close}},
			{"closing in the middle of a reply", mailtest.Action{Reply: "250-yes", End: mailtest.Close}},
			{"resetting", mailtest.Action{End: mailtest.Reset}},
			{"silence", mailtest.Action{End: mailtest.Silent}},
			{"a reply that drips for ever", mailtest.Action{
				Reply: strings.Repeat("250-drip\r\n", 1000), Drip: 5 * time.Millisecond}},
		}
		for _, e := range ends {
			t.Run(e.name+" at "+st.at+" blames the relay", func(t *testing.T) {
				s := mailtest.New(t, mailtest.Config{Script: only(st.at, e.action)})
				c := config(t, s)
				if e.action.End == mailtest.Silent || e.action.Drip > 0 {
					shorten(&c, st.at)
				}
				conn := dial(t, c)
				got := conn.Send(t.Context(), letter, open)
				outcome := domain.OutcomeTemporary
				if st.at == mailtest.Dot && e.name != "421" {
					outcome = domain.OutcomeUncertain
				}
				check(t, got, st.stage, outcome, domain.ScopeRelay)
				if !conn.Broken() {
					t.Error("the connection is not broken")
				}
				if got.Reply.Text == "" {
					t.Error("nothing says why")
				}
				if st.at != mailtest.Dot && s.Count() != 0 {
					t.Errorf("%d letters arrived", s.Count())
				}
			})
		}
	}
}

// arrivesNext sends a second letter over the same connection and checks that it alone has arrived.
func arrivesNext(t *testing.T, s *mailtest.Server, conn *relay.Conn) {
	t.Helper()
	if conn.Broken() {
		t.Fatal("the connection is broken")
	}
	check(t, conn.Send(t.Context(), letter, open), domain.StageDot, domain.OutcomeSent, "")
	letters := s.Letters()
	if len(letters) != 1 || string(letters[0].Source) != body || letters[0].Conn != 1 {
		t.Errorf("arrived: %+v", letters)
	}
}
