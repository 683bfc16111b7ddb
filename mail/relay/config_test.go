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

func TestParseURL(t *testing.T) {
	for url, want := range map[string]relay.Config{
		"smtp://mail.example.com":                  {Addr: "mail.example.com:587", Host: "mail.example.com", Security: relay.StartTLS},
		"smtp://ann:secret@mail.example.com:2525/": {Addr: "mail.example.com:2525", Host: "mail.example.com", Security: relay.StartTLS, User: "ann", Password: "secret"},
		"smtps://ann%40example.com:p%2F%23@h.org":  {Addr: "h.org:465", Host: "h.org", Security: relay.ImplicitTLS, User: "ann@example.com", Password: "p/#"},
		"smtps://ann@h.org":                        {Addr: "h.org:465", Host: "h.org", Security: relay.ImplicitTLS, User: "ann"},
		"smtp+insecure://127.0.0.1:1025":           {Addr: "127.0.0.1:1025", Host: "127.0.0.1", Security: relay.Plain},
		"smtp+insecure://ann:secret@[::1]":         {Addr: "[::1]:25", Host: "::1", Security: relay.Plain, User: "ann", Password: "secret"},
		"smtp+insecure://ann:secret@localhost":     {Addr: "localhost:25", Host: "localhost", Security: relay.Plain, User: "ann", Password: "secret"},
		"smtp+insecure://relay.lan":                {Addr: "relay.lan:25", Host: "relay.lan", Security: relay.Plain},
	} {
		t.Run(url, func(t *testing.T) {
			want.Limits = relay.DefaultLimits()
			got, err := relay.ParseURL(url)
			if err != nil || got != want {
				t.Errorf("got %#v, %v; want %#v", got, err, want)
			}
			for _, s := range []string{got.String(), fmt.Sprint(got), fmt.Sprintf("%+v", got)} {
				if strings.Contains(s, "secret") || strings.Contains(s, "ann") || !strings.HasSuffix(s, "://"+got.Addr) {
					t.Errorf("it is shown as %q", s)
				}
			}
		})
	}
	for url, expected := range map[string]string{
		"":                                    "smtp://user:password@host:587",
		"mail.example.com":                    "smtp://user:password@host:587",
		"mail.example.com:587":                "smtp://user:password@host:587",
		"http://ann:s3cret@mail.example.com":  "smtps://user:password@host:465",
		"smtp://ann:s3cret/x@example.com":     "%2F",
		"smtp://ann:12#s3cret@example.com":    "%40",
		"smtp://ann:s3cret%zz@example.com":    "smtp://",
		"smtp://ann:s3cret@":                  "smtp://",
		"smtp://ann:s3cret@:587":              "no host",
		"smtp://ann:s3cret@example.com:0":     "1 to 65535",
		"smtp://ann:s3cret@example.com:99999": "1 to 65535",
		"smtp://ann:s3cret@example.com:x":     "smtp://",
		"smtp://ann:s3cret@example.com/a":     "smtp://",
		"smtp://ann:s3cret@example.com?a=b":   "smtp://",
		"smtp://:s3cret@example.com":          "no user",
		"smtp+insecure://ann:s3cret@h.org":    "never sent without TLS",
		"smtp+insecure://ann:s3cret@10.0.0.1": "never sent without TLS",
	} {
		t.Run("wrong: "+url, func(t *testing.T) {
			_, err := relay.ParseURL(url)
			if err == nil || !strings.Contains(err.Error(), expected) {
				t.Fatalf("got %v, want a word of %q", err, expected)
			}
			if strings.Contains(err.Error(), "s3cret") {
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
}

func TestConn(t *testing.T) {
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	t.Run("it is spent after five minutes or a thousand letters", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{Lean: true})
		conn := dial(t, config(t, s))
		if conn.Spent(now) || conn.Spent(now.Add(5*time.Minute)) || !conn.Spent(now.Add(5*time.Minute+1)) {
			t.Error("wrong by time")
		}
		for range 999 {
			check(t, conn.Send(t.Context(), letter, open), domain.StageDot, domain.OutcomeSent, "")
		}
		if conn.Spent(now) {
			t.Error("spent after 999 letters")
		}
		conn.Send(t.Context(), letter, open)
		if !conn.Spent(now) {
			t.Error("not spent after 1,000 letters")
		}
	})
	t.Run("it is asked only after 30 s idle", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{})
		conn := dial(t, config(t, s))
		for i, after := range []time.Duration{0, 30 * time.Second, 61 * time.Second} {
			if !conn.Alive(now.Add(after)) {
				t.Errorf("dead after %v", after)
			}
			if got := len(s.Lines()); got != []int{1, 1, 2}[i] {
				t.Errorf("after %v: commands %q", after, s.Lines())
			}
		}
		arrivesNext(t, s, conn)
	})
	for name, a := range map[string]mailtest.Action{
		"closed": {End: mailtest.Close}, "silent": {End: mailtest.Silent}, "closing": mailtest.Answer("421 4.4.2 bye"),
	} {
		t.Run("a relay that is "+name+" is not alive", func(t *testing.T) {
			s := mailtest.New(t, mailtest.Config{Script: mailtest.At(mailtest.Noop, a)})
			c := config(t, s)
			c.Limits.Connect = 100 * time.Millisecond
			conn := dial(t, c)
			if !conn.Alive(now) || conn.Alive(now.Add(time.Minute)) || !conn.Broken() || conn.Alive(now.Add(time.Minute)) {
				t.Error("it counts as alive")
			}
		})
	}
	t.Run("closing says QUIT, and leaves nothing behind", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{Security: mailtest.Offered})
		conn := dial(t, config(t, s))
		conn.Close()
		conn.Close()
		s.Stop()
		lines := s.Lines()
		if lines[len(lines)-1] != "QUIT" || !conn.Broken() {
			t.Errorf("commands %q", lines)
		}
		noneLeft(t)
	})
}
