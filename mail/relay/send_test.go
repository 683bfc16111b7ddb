package relay_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
	"postrider/mail/relay"
)

func TestSend(t *testing.T) {
	stages := []struct {
		at    string
		stage domain.Stage
		scope domain.Scope
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
			t.Run(fmt.Sprintf("%q to %s is %s and about the %s", r.reply, st.at, r.outcome, st.scope), func(t *testing.T) {
				s := mailtest.New(t, mailtest.Config{Script: only(st.at, mailtest.Answer(r.reply))})
				conn := dial(t, config(t, s))
				got := conn.Send(t.Context(), letter, open)
				check(t, got, st.stage, r.outcome, st.scope)
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
			{"an unexpected 3xx", mailtest.Answer("352 hm")},
			{"two codes in one reply", mailtest.Answer("250-yes\r\n550 no")},
			{"an endless reply", mailtest.Answer(strings.Repeat("250-and so on\r\n", 8000))},
			{"closing", mailtest.Action{End: mailtest.Close}},
			{"closing in the middle of a reply", mailtest.Action{Reply: "250-yes", End: mailtest.Close}},
			{"resetting", mailtest.Action{End: mailtest.Reset}},
			{"silence", mailtest.Action{End: mailtest.Silent}},
			{"a reply that drips forever", mailtest.Action{
				Reply: strings.Repeat("250-drip\r\n", 1000), Drip: 5 * time.Millisecond}},
		}
		for _, e := range ends {
			t.Run(e.name+" at "+st.at+" is a fault of the relay", func(t *testing.T) {
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

// arrivesNext sends a second letter over the same connection and checks that only that one has arrived.
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

func TestSendAccepts(t *testing.T) {
	for _, c := range []struct{ stage, reply string }{
		{mailtest.Dot, "250"},
		{mailtest.Dot, "250 2.0.0 queued as 17"},
		{mailtest.Dot, "250-one\r\n250-two\r\n250"},
		{mailtest.Dot, "250-one\r\ntwo without a code\r\n250 three"},
		{mailtest.Dot, "200 fine"},
		{mailtest.Dot, "251 fine"},
		{mailtest.Dot, "250 " + strings.Repeat("long ", 1000)},
		{mailtest.Dot, "250 2.0.0 a bare line end\n"},
		{mailtest.Mail, "250"},
		{mailtest.Mail, "251 fine"},
		{mailtest.Rcpt, "251 forwarded"},
		{mailtest.Rcpt, "200"},
		{mailtest.Data, "354"},
		{mailtest.Data, "354-go\r\n354 on"},
	} {
		t.Run(fmt.Sprintf("%.40q to %s is fine", c.reply, c.stage), func(t *testing.T) {
			s := mailtest.New(t, mailtest.Config{Script: mailtest.At(c.stage, mailtest.Answer(c.reply))})
			conn := dial(t, config(t, s))
			for range 2 {
				check(t, conn.Send(t.Context(), letter, open), domain.StageDot, domain.OutcomeSent, "")
			}
			letters := s.Letters()
			if len(letters) != 2 || letters[0].From != letter.From || letters[0].To != letter.To {
				t.Fatalf("arrived: %+v", letters)
			}
			if string(letters[1].Source) != body || s.Connections() != 1 {
				t.Errorf("source %q over %d connections", letters[1].Source, s.Connections())
			}
		})
	}
	t.Run("its words are kept, 2 KiB at most", func(t *testing.T) {
		reply := "250-2.0.0 queued\r\n250 2.0.0 " + strings.Repeat("ж", 1500)
		s := mailtest.New(t, mailtest.Config{Script: mailtest.At(mailtest.Dot, mailtest.Answer(reply))})
		got := dial(t, config(t, s)).Send(t.Context(), letter, open).Reply
		if got.Code != 250 || got.Enhanced != "2.0.0" || !strings.HasPrefix(got.Text, "queued\nжж") {
			t.Errorf("got %+v", got)
		}
		if len(got.Text) > 2048 || len(got.Text) < 2046 || !strings.HasSuffix(got.Text, "ж") {
			t.Errorf("%d bytes of text", len(got.Text))
		}
	})
}

func TestSendFinalScope(t *testing.T) {
	for reply, scope := range map[string]domain.Scope{
		"550 5.1.1 no such user": domain.ScopeRecipient,
		"552 5.2.2 mailbox full": domain.ScopeRecipient,
		"550 5.7.1 looks bad":    domain.ScopeContent,
		"552 5.3.4 too big":      domain.ScopeContent,
		"554 no":                 domain.ScopeContent,
	} {
		t.Run(reply+" after the dot is about the "+string(scope), func(t *testing.T) {
			s := mailtest.New(t, mailtest.Config{Script: mailtest.At(mailtest.Dot, mailtest.Answer(reply))})
			got := dial(t, config(t, s)).Send(t.Context(), letter, open)
			check(t, got, domain.StageDot, domain.OutcomePermanent, scope)
		})
	}
}

func TestSendOutOfStep(t *testing.T) {
	for _, stage := range []string{mailtest.Mail, mailtest.Rcpt, mailtest.Data} {
		t.Run("two replies to "+stage+" end the conversation before the dot", func(t *testing.T) {
			reply := "250 one\r\n250 two"
			if stage == mailtest.Data {
				reply = "354 go\r\n250 taken before it was sent"
			}
			s := mailtest.New(t, mailtest.Config{Script: mailtest.At(stage, mailtest.Answer(reply))})
			conn := dial(t, config(t, s))
			got := conn.Send(t.Context(), letter, open)
			if got.Outcome != domain.OutcomeTemporary || got.Scope != domain.ScopeRelay || !conn.Broken() || s.Count() != 0 {
				t.Errorf("got %+v, broken %v, %d letters", got, conn.Broken(), s.Count())
			}
		})
	}
	t.Run("two replies to the dot count as one, but the connection is not reused", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{Script: mailtest.At(mailtest.Dot, mailtest.Answer("250 one\r\n550 two"))})
		conn := dial(t, config(t, s))
		check(t, conn.Send(t.Context(), letter, open), domain.StageDot, domain.OutcomeSent, "")
		if !conn.Broken() {
			t.Error("the connection is not broken")
		}
	})
	t.Run("a refused RSET breaks the connection", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{Script: func(s mailtest.Step) mailtest.Action {
			switch s.Stage {
			case mailtest.Rcpt:
				return mailtest.Answer("550 5.1.1 no such user")
			case mailtest.Rset:
				return mailtest.Answer("500 what?")
			}
			return mailtest.Action{}
		}})
		conn := dial(t, config(t, s))
		check(t, conn.Send(t.Context(), letter, open), domain.StageRcpt, domain.OutcomePermanent, domain.ScopeRecipient)
		if !conn.Broken() {
			t.Error("the connection is not broken")
		}
	})
}

func TestSendBody(t *testing.T) {
	huge := letter
	huge.Source = []byte(strings.Repeat(strings.Repeat("x", 70)+"\r\n", 1<<19)) // more than any socket buffers
	t.Run("a relay that stops reading hits the limit of the body", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{Lean: true, Script: mailtest.At(mailtest.Body, mailtest.Action{End: mailtest.Deaf})})
		c := config(t, s)
		c.Limits.Body = 100 * time.Millisecond
		conn := dial(t, c)
		check(t, conn.Send(t.Context(), huge, open), domain.StageBody, domain.OutcomeTemporary, domain.ScopeRelay)
		if !conn.Broken() {
			t.Error("the connection is not broken")
		}
	})
	t.Run("a relay that closes in the body has not accepted the letter", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{Lean: true, Script: mailtest.At(mailtest.Body, mailtest.Action{End: mailtest.Close})})
		conn := dial(t, config(t, s))
		check(t, conn.Send(t.Context(), huge, open), domain.StageBody, domain.OutcomeTemporary, domain.ScopeRelay)
		if !conn.Broken() || s.Count() != 0 {
			t.Errorf("broken %v, %d letters", conn.Broken(), s.Count())
		}
	})
	t.Run("a letter larger than the buffers arrives in full", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{})
		big := letter
		big.Source = huge.Source[:72<<14]
		check(t, dial(t, config(t, s)).Send(t.Context(), big, open), domain.StageDot, domain.OutcomeSent, "")
		if got := s.Letters()[0].Source; string(got) != string(big.Source) {
			t.Errorf("%d bytes arrived, want %d", len(got), len(big.Source))
		}
	})
}
