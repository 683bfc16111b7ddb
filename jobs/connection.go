package jobs

import (
	"context"
	"sync/atomic"
	"time"

	"postrider/domain"
	"postrider/mail/relay"
)

// How long an idle connection stays open for more work: long enough for most retries, and shorter than the five minutes
// a relay waits (RFC 5321, section 4.5.3.2.7). System letters are rarer.
const (
	keepIdle   = 2 * time.Minute
	keepSystem = 10 * time.Second
)

// connection is a worker's connection to the relay, if open.
type connection struct {
	dial func(context.Context) (*relay.Conn, error)
	now  func() time.Time
	open *atomic.Int32 // number of open connections of all workers
	keep time.Duration // how long it stays open without work
	conn *relay.Conn
	used time.Time // when it was opened or last sent a letter

	until    time.Time // none is opened before then, because the relay is crowded
	failures int       // failed database reads in a row
}

func (s *Sender) newConnection(keep time.Duration) connection {
	return connection{dial: s.Dial, now: s.Now, open: &s.openConnections, keep: keep}
}

// ready reports whether there is a connection that can take another letter. It closes a worn-out one.
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

// closeIdle closes a connection that has been idle too long.
func (c *connection) closeIdle() {
	if c.now().Sub(c.used) >= c.keep {
		c.close()
	}
}

// giveUp leaves a crowded relay to the other connections for a while.
func (c *connection) giveUp() {
	c.close()
	c.until = c.now().Add(firstOpen)
}

// hasRead records whether the database could be read for a letter. A fault is logged once, and the worker backs off
// before its next letter.
func (s *Sender) hasRead(ctx context.Context, c *connection, err error) {
	const doing = "reading what a letter needs"
	switch {
	case ctx.Err() != nil: // the read failed because of that
	case err != nil:
		c.failures++
		s.logOnce(doing, err)
	case c.failures > 0:
		c.failures = 0
		s.logOnce(doing, nil)
	}
}

// backoff waits before the next read, as long as a failed commit waits before its retry.
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
