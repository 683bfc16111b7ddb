package jobs

import (
	"context"
	"sync/atomic"
	"time"

	"postrider/domain"
	"postrider/mail/letter"
	"postrider/mail/relay"
)

// How long a connection without work is kept for more: long enough for most letters that are tried again, and shorter
// than a relay waits, which is five minutes (RFC 5321, section 4.5.3.2.7). The lane of system letters has few.
const (
	keepIdle   = 2 * time.Minute
	keepSystem = 10 * time.Second
)

// line is a worker's connection to the relay, if it has one.
type line struct {
	dial func(context.Context) (*relay.Conn, error)
	now  func() time.Time
	open *atomic.Int32 // how many lines have a connection
	keep time.Duration // how long it keeps a connection without work
	conn *relay.Conn
	used time.Time // when it was opened or last sent a letter

	until    time.Time // it rests until then, because the relay takes no more connections
	failures int       // reads of the database in a row that failed
}

func (s *Sender) line(keep time.Duration) line {
	return line{dial: s.Dial, now: s.Now, open: &s.lines, keep: keep}
}

// ready reports whether the line has a connection that will take another letter. One that is used up is closed.
func (l *line) ready() bool {
	if l.conn != nil && (l.conn.Broken() || l.conn.Spent(l.now()) || !l.conn.Alive(l.now())) {
		l.close()
	}
	return l.conn != nil
}

func (l *line) connect(ctx context.Context) (err error) {
	if l.conn, err = l.dial(ctx); err == nil {
		l.open.Add(1)
		l.used = l.now()
		l.ready() // its age counts from now
	}
	return err
}

func (l *line) send(ctx context.Context, m letter.Letter, gate func() error) domain.Result {
	defer func() { l.used = l.now() }()
	return l.conn.Send(ctx, relay.Letter{From: m.From, To: m.To, UTF8: m.UTF8, Body: m.Source}, gate)
}

// closeIdle closes a connection that has had nothing to do for too long.
func (l *line) closeIdle() {
	if l.now().Sub(l.used) >= l.keep {
		l.close()
	}
}

// giveUp leaves the place at a crowded relay to others for a while.
func (l *line) giveUp() {
	l.close()
	l.until = l.now().Add(firstOpen)
}

// hasRead books whether the database could be read for a letter. The log is told of a fault once, and the worker lingers
// before its next letter.
func (s *Sender) hasRead(ctx context.Context, l *line, err error) {
	const doing = "reading what a letter needs"
	switch {
	case ctx.Err() != nil: // that is why
	case err != nil:
		l.failures++
		s.trouble(doing, err)
	case l.failures > 0:
		l.failures = 0
		s.trouble(doing, nil)
	}
}

// linger waits as long as a commit does that is tried again.
func (l *line) linger(ctx context.Context) {
	timer := time.NewTimer(min(firstCommitRetry<<min(l.failures-1, 10), lastCommitRetry))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

func (l *line) close() {
	if l.conn != nil {
		l.conn.Close()
		l.conn = nil
		l.open.Add(-1)
	}
}
