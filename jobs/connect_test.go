package jobs_test

import (
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/jobs"
	"postrider/mail/mailtest"
	"postrider/mail/relay"
)

// refusal is a table row of outcomes before any letter: what keeps a connection from becoming ready.
type refusal struct {
	name    string
	server  mailtest.Config
	relay   func(*relay.Config)
	stopped bool   // nobody listens
	why     string // part of what pages show
	most    int    // connections, and sign-in commands
	low     time.Duration
	high    time.Duration
}

// Three failures in a row open the breaker for 15 s, one that only a person can fix for 15 minutes, both ±20 %.
const (
	shortLow, shortHigh = 12 * time.Second, 18 * time.Second
	longLow, longHigh   = 12 * time.Minute, 18 * time.Minute
)

func temporaries() []refusal {
	user := mailtest.Config{User: "ann", Password: "secret", Mechanisms: "PLAIN", Security: mailtest.Offered}
	locked := user
	locked.Script = mailtest.At(mailtest.Auth, mailtest.Answer("454 4.7.0 try later"))
	noTLS := mailtest.Config{Security: mailtest.Offered, Script: mailtest.At(mailtest.StartTLS, mailtest.Answer("454 4.7.0 TLS not available"))}
	nowhere := func(c *relay.Config) { c.Addr = "nowhere.invalid:25"; c.Limits.Connect = time.Second }
	at := func(stage string, a mailtest.Action) mailtest.Config {
		return mailtest.Config{Script: mailtest.At(stage, a)}
	}
	return []refusal{
		{name: "nobody listens", stopped: true, why: "refused"},
		{name: "the name does not resolve", relay: nowhere, why: "nowhere.invalid"},
		{name: "a late greeting", server: at(mailtest.Greeting, mailtest.Action{End: mailtest.Silent}), relay: quick, why: "the relay took too long"},
		{name: "a garbled greeting", server: at(mailtest.Greeting, mailtest.Answer("hello there")), why: "hello there"},
		{name: "a greeting without end", server: at(mailtest.Greeting, mailtest.Answer(strings.Repeat("220-welcome\r\n", 6000))), why: "too long"},
		{name: "a 4xx greeting", server: at(mailtest.Greeting, mailtest.Answer("450 4.3.2 busy")), why: "busy"},
		{name: "a 421 greeting", server: at(mailtest.Greeting, mailtest.Answer("421 4.3.2 closing")), why: "closing"},
		{name: "a greeting that is a close", server: at(mailtest.Greeting, mailtest.Action{End: mailtest.Close}), why: "the relay closed the connection"},
		{name: "a greeting that is a reset", server: at(mailtest.Greeting, mailtest.Action{End: mailtest.Reset}), why: "the relay closed the connection"},
		{name: "421 to EHLO", server: at(mailtest.Ehlo, mailtest.Answer("421 4.3.2 closing")), why: "closing"},
		{name: "454 to AUTH", server: locked, why: "try later"},
		{name: "454 to STARTTLS", server: noTLS, why: "TLS not available"},
	}
}

func permanents() []refusal {
	user := mailtest.Config{User: "ann", Password: "secret", Mechanisms: "PLAIN LOGIN"}
	private := user
	private.Security = mailtest.Offered
	private.Script = mailtest.At(mailtest.Auth, mailtest.Answer("535 5.7.8 wrong password"))
	startTLS := func(c *relay.Config) { c.Security = relay.StartTLS }
	stranger := func(c *relay.Config) { c.TLS = nil }
	handshake := func(end mailtest.End) mailtest.Config {
		c := user
		c.Security, c.Script = mailtest.Offered, mailtest.At(mailtest.StartTLS, mailtest.Action{Reply: "220 go", End: end})
		return c
	}
	atOnce := func(end mailtest.End) mailtest.Config {
		return mailtest.Config{Script: mailtest.At(mailtest.Greeting, mailtest.Action{End: end})}
	}
	impatient := func(c *relay.Config) { c.Limits.TLS = 300 * time.Millisecond }
	implicit := func(c *relay.Config) { c.Security = relay.ImplicitTLS }
	both := func(c *relay.Config) { implicit(c); impatient(c) }
	dial := func(name string) mailtest.Config {
		return mailtest.Config{Script: mailtest.At(mailtest.Greeting, mailtest.Answer(name))}
	}
	return []refusal{
		{name: "a 5xx greeting", server: dial("554 5.7.1 go away"), why: "go away"},
		{name: "AUTH refused", server: private, why: "wrong password"},
		{name: "STARTTLS not offered", server: user, relay: startTLS, why: "does not offer STARTTLS"},
		{name: "a certificate of a stranger after STARTTLS", server: mailtest.Config{Security: mailtest.Offered}, relay: stranger, why: "TLS failed"},
		{name: "a certificate of a stranger at once", server: mailtest.Config{Security: mailtest.Implicit}, relay: stranger, why: "TLS failed"},
		{name: "a close after the agreement to STARTTLS", server: handshake(mailtest.Close), why: "TLS failed: the relay closed"},
		{name: "a reset after the agreement to STARTTLS", server: handshake(mailtest.Reset), why: "TLS failed: the relay closed"},
		{name: "silence after the agreement to STARTTLS", server: handshake(mailtest.Deaf), relay: impatient, why: "TLS failed: the relay took"},
		{name: "a close when TLS is to begin at once", server: atOnce(mailtest.Close), relay: implicit, why: "TLS failed: the relay closed"},
		{name: "silence when TLS is to begin at once", server: atOnce(mailtest.Deaf), relay: both, why: "TLS failed: the relay took"},
	}
}

func TestConnecting(t *testing.T) {
	t.Run("three failures in a row open the breaker for 15 seconds, and no attempt counts", func(t *testing.T) {
		for _, r := range temporaries() {
			r.low, r.high, r.most = shortLow, shortHigh, 3+connections-1
			t.Run(r.name, r.try)
		}
	})
	t.Run("a failure that a person must fix opens it for 15 minutes at once, and no attempt counts", func(t *testing.T) {
		for _, r := range permanents() {
			r.low, r.high, r.most = longLow, longHigh, connections
			t.Run(r.name, r.try)
		}
	})
}

func (r refusal) try(t *testing.T) {
	t.Parallel()
	s := newSite(t, plan{server: r.server, relay: r.relay, clients: 20})
	if r.stopped {
		s.relay.Stop()
	}
	m := s.mailing(0)
	s.run()
	s.wait("the breaker to open", func() bool { return !s.sender.Relay().NextAt.IsZero() })
	s.wait("all to be given back", func() bool { return s.states()[domain.DeliveryWaiting] == 20 })
	state := s.sender.Relay()
	if !state.Down || !strings.Contains(state.Cause.Words, r.why) || !s.between(state.NextAt, r.low, r.high) || !state.Since.Equal(s.clock()) {
		t.Errorf("the relay is %+v, next after %s", state, state.NextAt.Sub(s.clock()))
	}
	for i, d := range s.rows() {
		if d.Tries != 0 || d.Uncertain != 0 || d.NextAt.After(s.clock()) {
			t.Errorf("delivery %d is %+v", i, d)
		}
	}
	if s.relay.Count() != 0 || len(s.log(m)) != 0 || s.commands("MAIL") != 0 {
		t.Errorf("%d letters arrived, the log has %+v, commands %q", s.relay.Count(), s.log(m), s.relay.Lines())
	}
	if n := s.relay.ClearAuth(); n != 0 || s.commands("AUTH") > r.most || s.relay.Connections() > r.most {
		t.Errorf("%d bytes of AUTH in the clear, %d AUTH, %d connections", n, s.commands("AUTH"), s.relay.Connections())
	}
	if n := s.logged.count("the relay is down"); n != 1 {
		t.Errorf("the log says %d times that the relay is down", n)
	}
}

// states counts the deliveries in each state.
func (s *site) states() map[domain.DeliveryState]int {
	all := map[domain.DeliveryState]int{}
	for _, r := range s.rows() {
		all[r.State]++
	}
	return all
}

func TestIdle(t *testing.T) {
	single := func(c *jobs.Config) { c.Connections = 1 }
	// again sends a mailing to the only client.
	again := func(s *site) {
		s.t.Helper()
		m := s.mailing(0)
		s.sender.Wake()
		s.until(m, "the end of the run", over)
	}

	t.Run("a connection is reused, and checked after 30 seconds without work", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, plan{clients: 1, sender: single})
		s.run()
		again(s)
		s.advance(20 * time.Second)
		again(s)
		if n := s.commands("NOOP"); n != 0 {
			t.Errorf("%d NOOP after 20 s", n)
		}
		s.advance(45 * time.Second)
		again(s)
		if noops, conns := s.commands("NOOP"), s.relay.Connections(); noops != 1 || conns != 1 || s.relay.Count() != 3 {
			t.Errorf("%d NOOP, %d connections, %d letters", noops, conns, s.relay.Count())
		}
	})

	t.Run("one that the relay has closed costs no letter an attempt", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, plan{clients: 1, sender: single, server: mailtest.Config{
			Script: mailtest.At(mailtest.Noop, mailtest.Action{End: mailtest.Close})}})
		s.run()
		again(s)
		s.advance(45 * time.Second)
		again(s)
		for _, r := range s.rows() {
			if r.Tries != 1 {
				t.Errorf("a delivery is %+v", r)
			}
		}
		if n := s.relay.Connections(); n != 2 || s.relay.Count() != 2 {
			t.Errorf("%d letters over %d connections", s.relay.Count(), n)
		}
	})

	t.Run("one that has been idle for long is closed", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, plan{clients: 1, sender: single})
		s.run()
		again(s)
		s.advance(2 * time.Minute)
		s.wait("the connection to be closed", func() bool { return s.relay.Open() == 0 })
		if n := s.commands("QUIT"); n != 1 {
			t.Errorf("%d QUIT", n)
		}
	})

	t.Run("a slow rate keeps its connection, and checks it", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, plan{clients: 2, sender: func(c *jobs.Config) {
			single(c)
			now := c.Now
			begun := time.Now()
			c.Rate, c.Now = 1, func() time.Time { return now().Add(100 * time.Since(begun)) } // 1 s counts as 100 s
		}})
		m := s.mailing(0)
		s.run()
		s.until(m, "the end of the run", over)
		if noops, conns := s.commands("NOOP"), s.relay.Connections(); noops != 1 || conns != 1 || s.relay.Count() != 2 {
			t.Errorf("%d NOOP, %d connections, %d letters", noops, conns, s.relay.Count())
		}
	})
}
