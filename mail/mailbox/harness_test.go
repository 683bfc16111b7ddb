package mailbox_test

import (
	"context"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/mail/mailbox"
	"postrider/mail/relay"
)

func start(t *testing.T) *mailbox.Box {
	t.Helper()
	b, err := mailbox.Listen()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return b
}

func dial(t *testing.T, b *mailbox.Box) *relay.Conn {
	t.Helper()
	conn, err := relay.Config{Addr: b.Addr(), Security: relay.Plain}.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn
}

func send(t *testing.T, conn *relay.Conn, to, source string) domain.Result {
	t.Helper()
	l := domain.Letter{From: "bounce@example.com", To: to, UTF8: strings.Contains(to, "ж"), Source: []byte(source)}
	return conn.Send(t.Context(), l, func(domain.Stage) error { return nil })
}

func mustSend(t *testing.T, conn *relay.Conn, to, source string) {
	t.Helper()
	if r := send(t, conn, to, source); r.Outcome != domain.OutcomeSent {
		t.Fatalf("got %+v", r)
	}
}

const alternative = "From: =?utf-8?q?=D0=90=D0=BD=D0=BD=D0=B0?= <anna@example.com>\r\n" +
	"To: \"Doe, John\" <john@example.com>\r\n" +
	"Subject: =?utf-8?b?0J/RgNC40LLQtdGC?=\r\n =?utf-8?b?LCDQvNC40YA=?=\r\n" +
	"Content-Type: multipart/alternative; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
	"=D0=9F=D1=80=D0=B8=D0=B2=D0=B5=D1=82\r\n.dot\r\n" +
	"--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
	"PGI+aGk8L2I+\r\n--b--\r\n"
