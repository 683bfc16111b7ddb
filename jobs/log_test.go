package jobs_test

import (
	"strings"
	"testing"

	"postrider/domain"
	"postrider/mail/mailtest"
	"postrider/mail/relay"
)

// A relay's words about a letter may name its recipient. The program's log belongs to no team, so it contains only
// codes.
func TestSecurityLogHoldsCodes(t *testing.T) {
	const words = "<leak4+tag@rival.example> Lea Kay"
	secret := func(c *relay.Config) { c.User, c.Password = "relay-user", "s3cret-password" }
	asking := mailtest.Config{Mechanisms: "PLAIN LOGIN", User: "relay-user", Password: "s3cret-password"}
	private := func(script mailtest.Script) mailtest.Config {
		c := asking
		c.Script = script
		return c
	}
	for name, c := range map[string]struct {
		server mailtest.Config
		relay  func(*relay.Config)
		until  string // the log line to wait for
		why    string // what the log must say about it
	}{
		"the relay closes at RCPT":        {server: mailtest.Config{Script: mailtest.At(mailtest.Rcpt, mailtest.Answer("421 4.7.0 "+words))}, until: "the relay is down", why: "stage=rcpt code=421 enhanced=4.7.0"},
		"the relay closes at the dot":     {server: mailtest.Config{Script: mailtest.At(mailtest.Dot, mailtest.Answer("421 4.3.2 "+words))}, until: "the relay is down", why: "stage=dot code=421 enhanced=4.3.2"},
		"it sends garbage":                {server: mailtest.Config{Script: mailtest.At(mailtest.Rcpt, mailtest.Answer(words))}, until: "the relay is down", why: "stage=rcpt code=0"},
		"it refuses the sender":           {server: mailtest.Config{Script: mailtest.At(mailtest.Mail, mailtest.Answer("550 5.7.1 "+words))}, until: "a mailing is paused", why: "stage=mail code=550 enhanced=5.7.1"},
		"it refuses the letter":           {server: mailtest.Config{Script: mailtest.At(mailtest.Dot, mailtest.Answer("554 5.6.0 "+words))}, until: "a mailing is paused", why: "stage=dot code=554 enhanced=5.6.0"},
		"it refuses every recipient":      {server: mailtest.Config{Script: mailtest.At(mailtest.Rcpt, mailtest.Answer("550 5.7.1 "+words))}, until: "a mailing is paused", why: "stage=rcpt code=550 enhanced=5.7.1"},
		"it rejects our sign-in":          {server: private(mailtest.At(mailtest.Auth, mailtest.Answer("535 5.7.8 relay-user has not s3cret-password "+words))), relay: secret, until: "the relay is down", why: "stage=auth code=535 enhanced=5.7.8"},
		"it greets us with a long text":   {server: mailtest.Config{Script: mailtest.At(mailtest.Greeting, mailtest.Answer("554 5.7.1 "+words))}, until: "the relay is down", why: "stage=greeting code=554 enhanced=5.7.1"},
		"it greets us with an extra line": {server: mailtest.Config{Script: mailtest.At(mailtest.Greeting, mailtest.Answer("554-5.7.1 go\r\n554 5.7.1 "+words))}, until: "the relay is down", why: "stage=greeting code=554 enhanced=5.7.1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, plan{server: c.server, relay: c.relay, clients: 40})
			s.mailing(0)
			s.run()
			s.wait("the log to say it", func() bool { return s.logged.count(c.until) > 0 })
			s.logged.mu.Lock()
			text := s.logged.text.String()
			s.logged.mu.Unlock()
			for _, leak := range []string{"leak4", "rival.example", "Lea Kay", "s3cret", "relay-user", "client00"} {
				if strings.Contains(text, leak) {
					t.Errorf("the log holds %q: %s", leak, text)
				}
			}
			if !strings.Contains(text, c.why) {
				t.Errorf("the log does not say %q: %s", c.why, text)
			}
			if state := s.sender.Relay(); c.until == "the relay is down" && state.Cause == (domain.Cause{}) {
				t.Errorf("the relay is %+v", state)
			}
		})
	}
}
