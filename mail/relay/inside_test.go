package relay

import (
	"net"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/mail/mailtest"
)

// remote is a connection that seems to lead to another machine.
type remote struct{ net.Conn }

func (remote) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 25} }

func TestAuthWithoutTLS(t *testing.T) {
	s := mailtest.New(t, mailtest.Config{Mechanisms: "PLAIN LOGIN", User: "ann", Password: "secret"})
	tcp, err := net.Dial("tcp", s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	c := &Conn{
		config: Config{Security: Plain, User: "ann", Password: "secret", Limits: DefaultLimits()},
		wire:   newWire(remote{tcp}, remote{tcp}),
	}
	defer c.Close()
	result, ok := c.open(t.Context())
	if ok || result.Stage != domain.StageAuth || result.Outcome != domain.OutcomePermanent {
		t.Errorf("got %+v, %v; want a permanent failure at auth", result, ok)
	}
	if s.ClearAuth() != 0 {
		t.Errorf("AUTH was sent in the clear: %q", s.Lines())
	}
}

func FuzzParser(f *testing.F) {
	f.Add("250-one\n250 two")
	f.Add("550 5.7.1 no\n")
	f.Add("250")
	f.Fuzz(func(t *testing.T, text string) {
		var p parser
		for line := range strings.SplitSeq(text, "\n") {
			_, done, err := p.add(line)
			if err != nil {
				return
			}
			reply := p.reply()
			if reply.Code < 100 || reply.Code > 599 || len(reply.Text) > maxText || strings.ContainsAny(reply.Text, "\x00\r") {
				t.Fatalf("%q became %+v", text, reply)
			}
			if done {
				return
			}
		}
	})
}
