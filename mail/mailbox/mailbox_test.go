package mailbox_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailbox"
)

func TestLetter(t *testing.T) {
	b := start(t)
	conn := dial(t, b)
	mustSend(t, conn, "john@example.com", alternative)
	l, err := b.Letter(1)
	if err != nil {
		t.Fatal(err)
	}
	if time.Since(l.ReceivedAt) > time.Minute || string(l.Source) != alternative {
		t.Errorf("at %v: %q", l.ReceivedAt, l.Source)
	}
	l.ReceivedAt, l.Source = time.Time{}, nil
	want := domain.CaughtLetter{
		ID: 1, From: "bounce@example.com", To: "john@example.com",
		Subject: "Привет, мир", FromHeader: "Анна <anna@example.com>", ToHeader: `"Doe, John" <john@example.com>`,
		Text: "Привет\n.dot", HTML: "<b>hi</b>",
	}
	if fmt.Sprint(l) != fmt.Sprint(want) {
		t.Errorf("got  %+v\nwant %+v", l, want)
	}
	if _, err := b.Letter(2); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("a letter that is not there: %v", err)
	}
	mustSend(t, conn, "жук@example.com", "Subject: second\r\n\r\nтекст\r\n")
	list := b.Letters()
	if len(list) != 2 || list[0].Subject != "second" || list[0].To != "жук@example.com" || list[1].Subject != "Привет, мир" {
		t.Errorf("list %+v", list)
	}
	if l, _ := b.Letter(2); l.Text != "текст\n" {
		t.Errorf("text %q", l.Text)
	}
	if list[0].Source != nil || !conn.Offers("SMTPUTF8") || !conn.Offers("8BITMIME") {
		t.Error("the list has sources, or an extension is missing")
	}
}

func TestBrokenLetters(t *testing.T) {
	deep := strings.Repeat("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", 5000)
	for name, source := range map[string]string{
		"empty":                   "",
		"no header":               "\r\n\r\njust text\r\n",
		"a garbage header":        "what is this\r\nand this\r\n",
		"no boundary":             "Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\nx\r\n",
		"never closed":            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n",
		"wrong base64":            "Content-Transfer-Encoding: base64\r\n\r\n%%%%\r\n",
		"an unknown encoding":     "Content-Transfer-Encoding: rot13\r\n\r\nuryyb\r\n",
		"an unknown charset":      "Content-Type: text/plain; charset=klingon\r\nSubject: =?klingon?q?=ff?=\r\n\r\n\xff\r\n",
		"a broken type":           "Content-Type: ;;;\r\n\r\nx\r\n",
		"bytes that are not text": "Subject: \xff\xfe\r\n\r\n\x00\xff\r\n",
		"endless parts":           deep,
		"many parts":              "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\nx\r\n", 5000),
	} {
		t.Run(name+" is accepted all the same", func(t *testing.T) {
			b := start(t)
			mustSend(t, dial(t, b), "b@example.com", source)
			l, err := b.Letter(1)
			if err != nil || !strings.HasPrefix(string(l.Source), source) || len(b.Letters()) != 1 {
				t.Errorf("%v: %.100q", err, l.Source)
			}
			if shown := l.Subject + l.Text + l.HTML; strings.ToValidUTF8(shown, "") != shown {
				t.Errorf("not valid text: %q", shown)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	t.Run("the newest 1,000 are kept", func(t *testing.T) {
		b := start(t)
		conn := dial(t, b)
		for i := range 1003 {
			mustSend(t, conn, fmt.Sprintf("c%d@example.com", i+1), "Subject: x\r\n\r\nx\r\n")
		}
		list := b.Letters()
		if len(list) != 1000 || list[0].To != "c1003@example.com" || list[999].ID != 4 {
			t.Errorf("%d letters, %v to %v", len(list), list[0], list[len(list)-1])
		}
		if _, err := b.Letter(3); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the third: %v", err)
		}
	})
	t.Run("a letter of 10 MiB is accepted, a larger one is not", func(t *testing.T) {
		b := start(t)
		conn := dial(t, b)
		line := strings.Repeat("x", 1022) + "\r\n"
		mustSend(t, conn, "b@example.com", "\r\n"+line[2:]+strings.Repeat(line, 10<<10-1))
		if l, err := b.Letter(1); err != nil || len(l.Source) != 10<<20 {
			t.Errorf("%v, %d bytes of source", err, len(l.Source))
		}
		r := send(t, conn, "b@example.com", strings.Repeat(line, 10<<10+1))
		if r.Outcome != domain.OutcomePermanent || r.Reply.Code != 552 || len(b.Letters()) != 1 {
			t.Errorf("a larger one: %+v", r)
		}
	})
}

func TestManyConnections(t *testing.T) {
	b := start(t)
	var senders sync.WaitGroup
	for i := range 20 {
		conn := dial(t, b)
		senders.Go(func() {
			for range 20 {
				l := domain.Letter{From: "a@example.com", To: fmt.Sprintf("c%d@example.com", i), Source: []byte(alternative)}
				if r := conn.Send(t.Context(), l, func(domain.Stage) error { return nil }); r.Outcome != domain.OutcomeSent {
					t.Errorf("got %+v", r)
				}
				_, _ = b.Letter(b.Letters()[0].ID)
			}
		})
	}
	senders.Wait()
	if list := b.Letters(); len(list) != 400 || list[0].ID != 400 {
		t.Errorf("%d letters", len(list))
	}
}

func TestRun(t *testing.T) {
	b, err := mailbox.Listen()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	idle, err := net.Dial("tcp", b.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	if _, err := idle.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
	if _, err := io.ReadAll(idle); errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	if conn, err := net.Dial("tcp", b.Addr()); err == nil {
		conn.Close()
		t.Error("it still listens")
	}
	if !strings.HasPrefix(b.Addr(), "127.0.0.1:") {
		t.Errorf("address %s", b.Addr())
	}
}
