// Package mailbox owns the built-in SMTP server: it takes any letter on loopback, passes none on, and keeps the newest
// in memory to be looked at.
package mailbox

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"time"

	"github.com/emersion/go-smtp"
)

const (
	maxLetter = 10 << 20 // bytes of one letter
	maxLine   = 1 << 20  // bytes of one line
	idle      = 10 * time.Minute
)

// Box is the server and its letters.
type Box struct {
	listener *listener
	server   *smtp.Server
	letters  letters
}

// Listen takes a free port on loopback. Connections wait until Run.
func Listen() (*Box, error) {
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("built-in mailbox: %w", err)
	}
	b := &Box{listener: &listener{Listener: tcp, open: map[net.Conn]bool{}}}
	b.server = smtp.NewServer(smtp.BackendFunc(b.session))
	b.server.Domain = "localhost"
	b.server.MaxMessageBytes = maxLetter + 1 // the library's limit is the first size that is too much
	b.server.MaxLineLength = maxLine
	b.server.EnableSMTPUTF8 = true
	b.server.ReadTimeout, b.server.WriteTimeout = idle, idle
	b.server.ErrorLog = log.New(io.Discard, "", 0) // a client on this machine that hung up is nobody's news
	return b, nil
}

// Addr is the host:port to send letters to.
func (b *Box) Addr() string { return b.listener.Addr().String() }

// Run takes letters until ctx is done. It closes every connection, and returns when all is over: nil, or why the server
// could not go on.
func (b *Box) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = b.listener.Close() })
	defer stop()
	err := b.server.Serve(b.listener)
	b.listener.hangUp()
	_ = b.server.Shutdown(context.Background()) // waits for the conversations; the listener is closed already
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("built-in mailbox: %w", err)
}
