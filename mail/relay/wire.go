package relay

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"postrider/domain"
)

const (
	maxReplies = 64 << 10 // bytes of replies per letter, and while a connection is being set up
	maxLine    = 1000     // bytes of a reply line passed to the client library, which refuses more than 2,000
)

var (
	errTooLong   = errors.New("the relay's answers are too long")
	errOutOfStep = errors.New("the relay answered more than it was asked")
)

// wire is the connection under the client library. The library sets no deadline while it writes a letter, reads replies
// of any length, and takes a bare 250 for an error. So wire has its own time limits, counts what it reads, and parses
// every reply itself: the library only sees complete, well-formed lines, and replies are judged by what wire has
// parsed.
type wire struct {
	net.Conn          // TCP or TLS
	tcp      net.Conn // closed by cut

	writeLimit, replyLimit time.Duration

	mu      sync.Mutex
	replyBy time.Time
	stopBy  time.Time // zero until hurry

	buf     [4096]byte
	spare   int          // bytes of replies that may still arrive
	line    []byte       // an incomplete line
	out     bytes.Buffer // complete lines for the client library
	pending parser       // the reply being read

	answers  int    // replies since the last command
	answer   parser // the first one
	skewed   bool   // there were more
	writeErr error  // why the last write is incomplete
}

func newWire(conn, tcp net.Conn) *wire {
	return &wire{Conn: conn, tcp: tcp, spare: maxReplies}
}

// expect begins a command, with limits for writing it and for the whole reply.
func (w *wire) expect(write, reply time.Duration) {
	w.writeLimit, w.replyLimit = write, reply
	w.turn()
}

// turn forgets the last reply and begins to wait for the next one.
func (w *wire) turn() {
	w.skewed = w.skewed || w.excess()
	w.answers, w.answer, w.pending = 0, parser{}, parser{}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.replyBy = time.Now().Add(w.replyLimit)
}

// excess reports whether the relay sent more than one reply to the last command, so that replies can no longer be
// matched to commands.
func (w *wire) excess() bool { return w.answers > 1 || w.pending.code != 0 || len(w.line) > 0 }

// hurry makes the relay answer within d, whatever its limit was. It may be called at any time.
func (w *wire) hurry(d time.Duration) {
	w.mu.Lock()
	w.stopBy = time.Now().Add(d)
	w.mu.Unlock()
	w.setReadDeadline()
}

func (w *wire) setReadDeadline() {
	w.mu.Lock()
	defer w.mu.Unlock()
	by := w.replyBy
	if !w.stopBy.IsZero() && w.stopBy.Before(by) {
		by = w.stopBy
	}
	_ = w.Conn.SetReadDeadline(by) // fails only on a closed connection, as the read then does
}

// cut closes the connection at once. It may be called at any time.
func (w *wire) cut() { _ = w.tcp.Close() }

// The client library's own deadlines are ignored.

// SetDeadline does nothing.
func (w *wire) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing.
func (w *wire) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing.
func (w *wire) SetWriteDeadline(time.Time) error { return nil }

// Write sends within the limit, and begins to wait for a reply.
func (w *wire) Write(p []byte) (int, error) {
	w.turn()
	if w.skewed {
		w.writeErr = errOutOfStep
		return 0, errOutOfStep
	}
	_ = w.Conn.SetWriteDeadline(time.Now().Add(w.writeLimit))
	n, err := w.Conn.Write(p)
	w.writeErr = err
	return n, err
}

// Read returns whole lines of replies.
func (w *wire) Read(p []byte) (int, error) {
	for w.out.Len() == 0 {
		if err := w.fill(); err != nil {
			return 0, err
		}
	}
	return w.out.Read(p)
}

// fill reads once and takes the complete lines.
func (w *wire) fill() error {
	w.setReadDeadline()
	n, err := w.Conn.Read(w.buf[:])
	if w.spare -= n; w.spare < 0 {
		return errTooLong
	}
	w.line = append(w.line, w.buf[:n]...)
	for {
		end := bytes.IndexByte(w.line, '\n')
		if end < 0 {
			break
		}
		line := string(bytes.TrimRight(w.line[:end], "\r"))
		w.line = w.line[end+1:]
		if err := w.take(line); err != nil {
			return err
		}
	}
	if n > 0 {
		return nil
	}
	return err
}

// take adds one line to the pending reply, and passes it on in proper form. Anything after a complete reply counts as
// another one.
func (w *wire) take(line string) error {
	if w.answers > 0 {
		w.answers++
		return nil
	}
	text, complete, err := w.pending.add(line)
	if err != nil {
		return err
	}
	separator := '-'
	if complete {
		separator = ' '
	}
	fmt.Fprintf(&w.out, "%d%c%.*s\r\n", w.pending.code, separator, maxLine, text)
	if !complete {
		return nil
	}
	w.answers, w.answer, w.pending = 1, w.pending, parser{}
	return nil
}

// command sends one command without the client library, which does not have it or does more than that. The library has
// nothing buffered between two commands.
func (w *wire) command(line string, limit time.Duration) (domain.Reply, error) {
	w.expect(limit, limit)
	if _, err := w.Write([]byte(line + "\r\n")); err != nil {
		return domain.Reply{}, err
	}
	for w.answers == 0 {
		if err := w.fill(); err != nil {
			return domain.Reply{}, err
		}
	}
	w.out.Reset()
	if w.excess() {
		return domain.Reply{}, errOutOfStep
	}
	return w.answer.reply(), nil
}
