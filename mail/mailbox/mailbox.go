// Package mailbox is the built-in SMTP server: it accepts any letter on loopback, passes none on, and keeps the newest
// in memory for people to look at.
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
	maxLetter = 10 << 20 // bytes per letter
	maxLine   = 1 << 20  // bytes per line
	idle      = 10 * time.Minute
)

// Box is the server and its letters.
type Box struct {
	listener *listener
	server   *smtp.Server
	letters  letters
}

// Listen opens a free port on loopback. Connections wait until Run.
func Listen() (*Box, error) {
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("built-in mailbox: %w", err)
	}
	b := &Box{listener: &listener{Listener: tcp, open: map[net.Conn]bool{}}}
	b.server = smtp.NewServer(smtp.BackendFunc(b.session))
	b.server.Domain = "localhost"
	b.server.MaxMessageBytes = maxLetter + 1 // the library's limit is the first size that is too large
	b.server.MaxLineLength = maxLine
	b.server.EnableSMTPUTF8 = true
	b.server.ReadTimeout, b.server.WriteTimeout = idle, idle
	b.server.ErrorLog = log.New(io.Discard, "", 0) // a client on this machine that hangs up is not worth logging
	return b, nil
}

// Addr is the host:port to send letters to.
func (b *Box) Addr() string { return b.listener.Addr().String() }

// Run accepts letters until ctx is done. It closes every connection, and returns when all have ended: nil, or why the
// server could not continue.
func (b *Box) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = b.listener.Close() })
	defer stop()
	err := b.server.Serve(b.listener)
	b.listener.hangUp()
	_ = b.server.Shutdown(context.Background()) // waits for the conversations; the listener is closed
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("built-in mailbox: %w", err)
}
