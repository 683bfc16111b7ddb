package jobs

import (
	"context"
	"sync/atomic"
	"time"

	"postrider/domain"
	"postrider/mail/relay"
)

// How long a connection without work is kept for more: long enough for most letters that are tried again, and shorter
// than a relay waits, which is five minutes (RFC 5321, section 4.5.3.2.7). The lane of system letters has few.
const (
	keepIdle   = 2 * time.Minute
	keepSystem = 10 * time.Second
)

// connection is a worker's connection to the relay, if it has one.
type connection struct {
	dial func(context.Context) (*relay.Conn, error)
	now  func() time.Time
	open *atomic.Int32 // how many there are, of all workers
	keep time.Duration // how long it stays open without work
	conn *relay.Conn
	used time.Time // when it was opened or last sent a letter

	until    time.Time // none is opened before then, because the relay takes no more connections
	failures int       // reads of the database in a row that failed
}

func (s *Sender) newConnection(keep time.Duration) connection {
	return connection{dial: s.Dial, now: s.Now, open: &s.openConnections, keep: keep}
}

// ready reports whether there is a connection that takes another letter. One that is used up is closed.
func (c *connection) ready() bool {
	if c.conn != nil && (c.conn.Broken() || c.conn.Spent(c.now()) || !c.conn.Alive(c.now())) {
		c.close()
	}
	return c.conn != nil
}

func (c *connection) connect(ctx context.Context) (err error) {
	if c.conn, err = c.dial(ctx); err == nil {
		c.open.Add(1)
		c.used = c.now()
		c.ready() // its age counts from now
	}
	return err
}

func (c *connection) send(ctx context.Context, l domain.Letter, gate func(domain.Stage) error) domain.Result {
	defer func() { c.used = c.now() }()
	return c.conn.Send(ctx, l, gate)
}

// closeIdle closes a connection that has had nothing to do for too long.
func (c *connection) closeIdle() {
	if c.now().Sub(c.used) >= c.keep {
		c.close()
	}
}

// giveUp leaves the place at a crowded relay to others for a while.
func (c *connection) giveUp() {
	c.close()
	c.until = c.now().Add(firstOpen)
}

// hasRead books whether the database could be read for a letter. The log is told of a fault once, and the worker backs off
// before its next letter.
func (s *Sender) hasRead(ctx context.Context, c *connection, err error) {
	const doing = "reading what a letter needs"
	switch {
	case ctx.Err() != nil: // that is why
	case err != nil:
		c.failures++
		s.logOnce(doing, err)
	case c.failures > 0:
		c.failures = 0
		s.logOnce(doing, nil)
	}
}

// backoff waits before the next read, as long as a failed commit does before its retry.
func (c *connection) backoff(ctx context.Context) {
	timer := time.NewTimer(min(firstCommitRetry<<min(c.failures-1, 10), lastCommitRetry))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

func (c *connection) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
		c.open.Add(-1)
	}
}
