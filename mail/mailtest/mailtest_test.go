package mailtest_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/smtp"
	"slices"
	"strings"
	"testing"
	"time"

	"postrider/mail/mailtest"
)

func TestServer(t *testing.T) {
	t.Run("by default it accepts a letter and keeps it as it was sent", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{})
		if err := send(s.Addr, "b@example.com"); err != nil {
			t.Fatal(err)
		}
		s.WaitFor(1, time.Minute)
		l := s.Letters()[0]
		if l.From != "a@example.com" || l.To != "b@example.com" || l.MessageID != "<1@example.com>" || l.Conn != 1 {
			t.Errorf("got %+v", l)
		}
		if string(l.Source) != letter {
			t.Errorf("source %q, want %q", l.Source, letter)
		}
	})
	t.Run("a lean server keeps only the Message-ID", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{Lean: true})
		if err := send(s.Addr, "b@example.com"); err != nil {
			t.Fatal(err)
		}
		l := s.Letters()[0]
		if l.Source != nil || l.MessageID != "<1@example.com>" || len(s.Lines()) != 0 {
			t.Errorf("got %+v, lines %q", l, s.Lines())
		}
	})
	t.Run("a script refuses every second recipient", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{Script: func(s mailtest.Step) mailtest.Action {
			if s.Stage == mailtest.Rcpt && s.Letter%2 == 0 {
				return mailtest.Answer("550 5.1.1 no such user")
			}
			return mailtest.Action{}
		}})
		for i := range 4 {
			err := send(s.Addr, fmt.Sprintf("c%d@example.com", i))
			if refused := err != nil; refused != (i%2 == 1) {
				t.Errorf("letter %d: %v", i+1, err)
			}
		}
		if s.Count() != 2 {
			t.Errorf("%d letters, want 2", s.Count())
		}
	})
	t.Run("a script refuses each recipient once", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{Script: func(s mailtest.Step) mailtest.Action {
			if s.Stage == mailtest.Rcpt && s.Again == 1 {
				return mailtest.Answer("451 4.7.1 try again")
			}
			return mailtest.Action{}
		}})
		if err := send(s.Addr, "b@example.com"); err == nil || !strings.HasPrefix(err.Error(), "451") {
			t.Errorf("first: %v", err)
		}
		if err := send(s.Addr, "b@example.com"); err != nil {
			t.Errorf("second: %v", err)
		}
	})
	t.Run("a letter can be accepted although the reply is lost", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{
			Script: mailtest.At(mailtest.Dot, mailtest.Action{Take: true, End: mailtest.Close}),
		})
		if err := send(s.Addr, "b@example.com"); err == nil {
			t.Error("no error")
		}
		if s.Count() != 1 {
			t.Errorf("%d letters, want 1", s.Count())
		}
	})
	t.Run("a stopped server refuses connections and starts again at the same address", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{})
		addr := s.Addr
		s.Stop()
		if err := send(addr, "b@example.com"); err == nil {
			t.Error("no error while stopped")
		}
		s.Start()
		if err := send(addr, "b@example.com"); err != nil || s.Count() != 1 {
			t.Errorf("after the restart: %v, %d letters", err, s.Count())
		}
	})
}

func TestEnds(t *testing.T) {
	for name, c := range map[string]struct {
		action mailtest.Action
		want   string // everything that is read
		err    error
	}{
		"close":           {mailtest.Action{End: mailtest.Close}, "", nil},
		"answer and end":  {mailtest.Action{Reply: "554 no", End: mailtest.Close}, "554 no\r\n", nil},
		"drip":            {mailtest.Action{Reply: "554 no", Drip: time.Microsecond, End: mailtest.Close}, "554 no\r\n", nil},
		"delay and close": {mailtest.Action{Delay: time.Millisecond, End: mailtest.Close}, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := mailtest.New(t, mailtest.Config{Script: mailtest.At(mailtest.Greeting, c.action)})
			conn, err := net.Dial("tcp", s.Addr)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			got, err := io.ReadAll(conn)
			if string(got) != c.want || err != nil {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	t.Run("a held reply comes when it is released", func(t *testing.T) {
		hold := make(chan struct{})
		s := mailtest.New(t, mailtest.Config{Script: mailtest.At(mailtest.Greeting, mailtest.Action{Hold: hold})})
		conn, err := net.Dial("tcp", s.Addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		if _, err := conn.Read(make([]byte, 1)); err == nil {
			t.Error("an answer before it was let go")
		}
		close(hold)
		_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
		if line, err := bufio.NewReader(conn).ReadString('\n'); !strings.HasPrefix(line, "220") {
			t.Errorf("got %q, %v", line, err)
		}
	})
	t.Run("stopping ends silent, deaf and held conversations", func(t *testing.T) {
		for _, a := range []mailtest.Action{{End: mailtest.Silent}, {End: mailtest.Deaf}, {Hold: make(chan struct{})}} {
			s := mailtest.New(t, mailtest.Config{Script: mailtest.At(mailtest.Greeting, a)})
			conn, err := net.Dial("tcp", s.Addr)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			s.Stop()
			if got, err := io.ReadAll(conn); len(got) > 0 || err != nil && errors.Is(err, net.ErrClosed) {
				t.Errorf("got %q, %v", got, err)
			}
			if s.Open() != 0 {
				t.Errorf("%d connections are open", s.Open())
			}
		}
	})
}

func TestTLSAndAuth(t *testing.T) {
	auth := smtp.PlainAuth("", "ann", "secret", "127.0.0.1")
	t.Run("STARTTLS is offered, and AUTH PLAIN works after it", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{
			Security: mailtest.Offered, Mechanisms: "PLAIN", User: "ann", Password: "secret",
		})
		c, err := smtp.Dial(s.Addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		config := s.ClientTLS()
		config.ServerName = "127.0.0.1"
		if err := c.StartTLS(config); err != nil {
			t.Fatal(err)
		}
		if err := c.Auth(auth); err != nil {
			t.Error(err)
		}
		if s.ClearAuth() != 0 {
			t.Errorf("%d bytes of AUTH in the clear", s.ClearAuth())
		}
	})
	t.Run("a wrong password is refused, and AUTH in the clear is counted", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{Mechanisms: "PLAIN", User: "ann", Password: "other"})
		c, err := smtp.Dial(s.Addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.Auth(auth); err == nil || !strings.HasPrefix(err.Error(), "535") {
			t.Errorf("got %v", err)
		}
		if s.ClearAuth() == 0 {
			t.Error("not counted")
		}
	})
	t.Run("implicit TLS begins with the first byte", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{Security: mailtest.Implicit})
		conn, err := tls.Dial("tcp", s.Addr, s.ClientTLS())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		line, _ := bufio.NewReader(conn).ReadString('\n')
		if !strings.HasPrefix(line, "220") || !strings.HasPrefix(s.URL(), "smtps://127.0.0.1:") {
			t.Errorf("got %q from %s", line, s.URL())
		}
	})
}

func TestLines(t *testing.T) {
	s := mailtest.New(t, mailtest.Config{Script: mailtest.Slow(time.Millisecond)})
	if err := send(s.Addr, "b@example.com"); err != nil {
		t.Fatal(err)
	}
	s.Stop()
	want := []string{"EHLO localhost", "MAIL FROM:<a@example.com> BODY=8BITMIME SMTPUTF8", "RCPT TO:<b@example.com>", "DATA", "QUIT"}
	if got := s.Lines(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if s.Connections() != 1 {
		t.Errorf("%d connections, want 1", s.Connections())
	}
}
