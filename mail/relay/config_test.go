package relay_test

import (
	"fmt"
	"strings"
	"testing"

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
