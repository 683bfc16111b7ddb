package relay_test

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
	"postrider/mail/relay"
)

func TestDial(t *testing.T) {
	secured := mailtest.Config{Security: mailtest.Offered, Mechanisms: "PLAIN", User: "ann", Password: "s3cret/@"}
	stages := []struct {
		at    string
		stage domain.Stage
	}{
		{mailtest.Greeting, domain.StageGreeting},
		{mailtest.Ehlo, domain.StageGreeting},
		{mailtest.StartTLS, domain.StageTLS},
		{mailtest.Auth, domain.StageAuth},
	}
	ends := []struct {
		name    string
		action  mailtest.Action
		outcome domain.Outcome
	}{
		{"4xx", mailtest.Answer("454 4.7.0 later"), domain.OutcomeTemporary},
		{"5xx", mailtest.Answer("554 5.7.1 go away"), domain.OutcomePermanent},
		{"5xx with 4.x.x", mailtest.Answer("554 4.7.1 milder"), domain.OutcomeTemporary},
		{"421", mailtest.Answer("421 4.3.2 closing"), domain.OutcomeTemporary},
		{"an unknown 2xx", mailtest.Answer("299 hm"), domain.OutcomeTemporary},
		{"garbage", mailtest.Answer("SSH-2.0-what"), domain.OutcomeTemporary},
		{"an endless reply", mailtest.Answer(strings.Repeat("250-and so on\r\n", 8000)), domain.OutcomeTemporary},
		{"closing", mailtest.Action{End: mailtest.Close}, domain.OutcomeTemporary},
		{"resetting", mailtest.Action{End: mailtest.Reset}, domain.OutcomeTemporary},
		{"silence", mailtest.Action{End: mailtest.Silent}, domain.OutcomeTemporary},
	}
	for _, st := range stages {
		for _, e := range ends {
			if st.at == mailtest.Greeting && e.action.End == mailtest.Reset {
				continue // it may be noticed at connect
			}
			t.Run(e.name+" at "+st.at+" is "+string(e.outcome)+" and a fault of the relay", func(t *testing.T) {
				setup := secured
				setup.Script = mailtest.At(st.at, e.action)
				s := mailtest.New(t, setup)
				c := config(t, s)
				if e.action.End == mailtest.Silent {
					c.Limits.Command = 50 * time.Millisecond
				}
				got := failure(t, c)
				check(t, got, st.stage, e.outcome, domain.ScopeRelay)
				if got.Reply.Text == "" || strings.Contains(got.Reply.Text, "s3cret") {
					t.Errorf("text %q", got.Reply.Text)
				}
				if s.ClearAuth() > 0 {
					t.Error("AUTH was sent in the clear")
				}
				noneLeft(t)
			})
		}
	}
	t.Run("nobody listens: temporary, at connect", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{})
		s.Stop()
		check(t, failure(t, config(t, s)), domain.StageConnect, domain.OutcomeTemporary, domain.ScopeRelay)
	})
	t.Run("no such host: temporary, at connect", func(t *testing.T) {
		c := relay.Config{Addr: "nosuchhost.invalid:25", Host: "nosuchhost.invalid", Security: relay.Plain}
		check(t, failure(t, c), domain.StageConnect, domain.OutcomeTemporary, domain.ScopeRelay)
	})
	t.Run("cancelled while the relay is silent: released", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := mailtest.New(t, mailtest.Config{Script: func(mailtest.Step) mailtest.Action {
			cancel()
			return mailtest.Action{End: mailtest.Silent}
		}})
		_, err := config(t, s).Dial(ctx)
		f, ok := err.(*relay.Failure)
		if !ok || f.Outcome != domain.OutcomeReleased {
			t.Errorf("got %v", err)
		}
		noneLeft(t)
	})
	t.Run("EHLO sends the configured name", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{})
		c := config(t, s)
		c.HelloName = "mail.example.com"
		dial(t, c)
		if got := s.Lines(); !slices.Equal(got, []string{"EHLO mail.example.com"}) {
			t.Errorf("commands %q", got)
		}
	})
}

func TestTLS(t *testing.T) {
	send := func(t *testing.T, s *mailtest.Server) {
		t.Helper()
		check(t, dial(t, config(t, s)).Send(t.Context(), letter, open), domain.StageDot, domain.OutcomeSent, "")
		if got := s.Letters(); len(got) != 1 || string(got[0].Source) != body {
			t.Errorf("arrived: %+v", got)
		}
	}
	t.Run("STARTTLS, and EHLO again after it", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{Security: mailtest.Offered})
		send(t, s)
		want := []string{"EHLO localhost", "STARTTLS", "EHLO localhost"}
		if got := s.Lines(); !slices.Equal(got[:3], want) {
			t.Errorf("commands %q", got)
		}
	})
	t.Run("implicit TLS", func(t *testing.T) {
		send(t, mailtest.New(t, mailtest.Config{Security: mailtest.Implicit}))
	})
	t.Run("STARTTLS stripped: permanent, and nothing more is sent", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{
			Security: mailtest.Offered, Mechanisms: "PLAIN", User: "ann", Password: "secret",
			Script: mailtest.At(mailtest.Ehlo, mailtest.Answer("250-mailtest\r\n250 AUTH PLAIN")),
		})
		check(t, failure(t, config(t, s)), domain.StageTLS, domain.OutcomePermanent, domain.ScopeRelay)
		if s.ClearAuth() != 0 || len(s.Lines()) != 1 {
			t.Errorf("commands %q", s.Lines())
		}
	})
	t.Run("data sent along with the reply to STARTTLS ends the conversation", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{
			Security: mailtest.Offered,
			Script:   mailtest.At(mailtest.StartTLS, mailtest.Answer("220 go\r\n250 injected")),
		})
		check(t, failure(t, config(t, s)), domain.StageTLS, domain.OutcomePermanent, domain.ScopeRelay)
	})
	for name, change := range map[string]func(*relay.Config){
		"an untrusted certificate":       func(c *relay.Config) { c.TLS = nil },
		"a certificate for another name": func(c *relay.Config) { c.Host = "mail.example.com" },
		"no version in common":           func(c *relay.Config) { c.TLS.MaxVersion = tls.VersionTLS10 },
	} {
		for _, security := range []mailtest.Security{mailtest.Offered, mailtest.Implicit} {
			t.Run(name+" is permanent", func(t *testing.T) {
				s := mailtest.New(t, mailtest.Config{
					Security: security, Mechanisms: "PLAIN", User: "ann", Password: "secret"})
				c := config(t, s)
				change(&c)
				check(t, failure(t, c), domain.StageTLS, domain.OutcomePermanent, domain.ScopeRelay)
				if s.ClearAuth() != 0 || slices.ContainsFunc(s.Lines(), isMail) {
					t.Errorf("commands %q", s.Lines())
				}
			})
		}
	}
	for name, end := range map[string]mailtest.End{"closes": mailtest.Close, "resets": mailtest.Reset, "is silent": mailtest.Deaf} {
		t.Run("a relay that "+name+" after accepting STARTTLS is a permanent failure", func(t *testing.T) {
			s := mailtest.New(t, mailtest.Config{Security: mailtest.Offered, Mechanisms: "PLAIN", User: "ann", Password: "secret",
				Script: mailtest.At(mailtest.StartTLS, mailtest.Action{Reply: "220 go", End: end})})
			c := config(t, s)
			if end == mailtest.Deaf {
				c.Limits.TLS = 50 * time.Millisecond
			}
			check(t, failure(t, c), domain.StageTLS, domain.OutcomePermanent, domain.ScopeRelay)
			if s.ClearAuth() != 0 || len(s.Lines()) != 2 {
				t.Errorf("commands %q", s.Lines())
			}
		})
	}
	for name, end := range map[string]mailtest.End{"closes": mailtest.Close, "is silent": mailtest.Deaf} {
		t.Run("a relay that "+name+" with implicit TLS is a permanent failure", func(t *testing.T) {
			s := mailtest.New(t, mailtest.Config{Script: mailtest.At(mailtest.Greeting, mailtest.Action{End: end})})
			c := config(t, s)
			c.Security = relay.ImplicitTLS
			if end == mailtest.Deaf {
				c.Limits.TLS = 50 * time.Millisecond
			}
			check(t, failure(t, c), domain.StageTLS, domain.OutcomePermanent, domain.ScopeRelay)
		})
	}
	t.Run("cancelled in the handshake: released", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := mailtest.New(t, mailtest.Config{Script: func(mailtest.Step) mailtest.Action {
			cancel()
			return mailtest.Action{End: mailtest.Deaf}
		}})
		c := config(t, s)
		c.Security = relay.ImplicitTLS
		_, err := c.Dial(ctx)
		if f, ok := err.(*relay.Failure); !ok || f.Outcome != domain.OutcomeReleased {
			t.Errorf("got %v", err)
		}
	})
}

func isMail(line string) bool { return strings.HasPrefix(line, "MAIL") }

func TestAuth(t *testing.T) {
	for _, c := range []struct{ offered, used string }{
		{"PLAIN", "AUTH PLAIN"}, {"LOGIN", "AUTH LOGIN"}, {"LOGIN PLAIN", "AUTH PLAIN"}, {"CRAM-MD5 LOGIN", "AUTH LOGIN"},
	} {
		t.Run("offered "+c.offered+" it uses "+c.used, func(t *testing.T) {
			s := mailtest.New(t, mailtest.Config{
				Security: mailtest.Implicit, Mechanisms: c.offered, User: "ann@example.com", Password: "pa:ss/w@rd"})
			dial(t, config(t, s))
			if got := s.Lines()[1]; !strings.HasPrefix(got, c.used+" ") {
				t.Errorf("command %q", got)
			}
		})
	}
	t.Run("no mechanism in common is permanent", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{
			Security: mailtest.Implicit, Mechanisms: "CRAM-MD5", User: "ann", Password: "secret"})
		check(t, failure(t, config(t, s)), domain.StageAuth, domain.OutcomePermanent, domain.ScopeRelay)
	})
	t.Run("a wrong password is permanent, with the relay's words", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{
			Security: mailtest.Implicit, Mechanisms: "PLAIN", User: "ann", Password: "secret"})
		c := config(t, s)
		c.Password = "wrong"
		got := failure(t, c)
		check(t, got, domain.StageAuth, domain.OutcomePermanent, domain.ScopeRelay)
		if got.Reply != (domain.Reply{Code: 535, Enhanced: "5.7.8", Text: "Wrong user or password"}) {
			t.Errorf("reply %+v", got.Reply)
		}
	})
	t.Run("a secret echoed by the relay does not get into the log", func(t *testing.T) {
		secret := base64.StdEncoding.EncodeToString([]byte("\x00ann\x00s3cret"))
		s := mailtest.New(t, mailtest.Config{
			Security: mailtest.Implicit, Mechanisms: "PLAIN", User: "ann", Password: "s3cret",
			Script: mailtest.At(mailtest.Auth, mailtest.Answer("500 unknown: AUTH PLAIN "+secret+" (s3cret)")),
		})
		if got := failure(t, config(t, s)).Reply.Text; got != "unknown: AUTH PLAIN … (…)" {
			t.Errorf("text %q", got)
		}
	})
	t.Run("without TLS it signs in to this machine", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{Mechanisms: "PLAIN", User: "ann", Password: "secret"})
		dial(t, config(t, s))
		if s.ClearAuth() == 0 {
			t.Error("no AUTH was sent")
		}
	})
}
