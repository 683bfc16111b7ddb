package relay_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
	"postrider/mail/relay"
)

const body = "From: a@example.com\r\nMessage-ID: <1@example.com>\r\n\r\n.a dot\r\n..two\r\nend\r\n"

var letter = domain.Letter{From: "a@example.com", To: "b@example.com", Source: []byte(body)}

// patient limits never expire in a test; a test of a limit makes that one short.
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

func open(domain.Stage) error { return nil }

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

// shorten shortens the limit that applies when a relay is silent at a stage.
func shorten(c *relay.Config, stage string) {
	if stage == mailtest.Dot {
		c.Limits.Dot = 50 * time.Millisecond
		return
	}
	c.Limits.Command = 50 * time.Millisecond
}
