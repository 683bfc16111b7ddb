package relay

import (
	"net"
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
