package relay

import (
	"context"
	"net"
	"time"

	"github.com/emersion/go-smtp"

	"postrider/domain"
)

const (
	maxAge     = 5 * time.Minute  // a connection is not used for longer
	maxLetters = 1000             // nor for more letters
	maxIdle    = 30 * time.Second // idle longer than this, it is checked with NOOP
	quitLimit  = 2 * time.Second  // for the reply to QUIT
)

// Conn is a connection that is ready for letters. One goroutine at a time may use it.
type Conn struct {
	config  Config
	wire    *wire
	client  *smtp.Client
	broken  bool
	letters int
	born    time.Time // by the caller's clock, as is seen
	seen    time.Time
}

// Dial connects, greets, starts TLS and signs in. The error is always a *Failure. Cancelling ctx ends it at once.
func (c Config) Dial(ctx context.Context) (*Conn, error) {
	if c.Limits == (Limits{}) {
		c.Limits = DefaultLimits()
	}
	dialer := net.Dialer{Timeout: c.Limits.Connect}
	tcp, err := dialer.DialContext(ctx, "tcp", c.Addr)
	if ctx.Err() != nil {
		return nil, &Failure{released(domain.StageConnect, context.Cause(ctx))}
	}
	if err != nil {
		return nil, &Failure{broke(domain.StageConnect, err)}
	}
	conn := &Conn{config: c, wire: newWire(tcp, tcp)}
	stop := context.AfterFunc(ctx, conn.wire.cut)
	result, ok := conn.open(ctx)
	if !stop() || ctx.Err() != nil {
		result, ok = released(result.Stage, context.Cause(ctx)), false
	}
	if !ok {
		conn.wire.cut()
		return nil, &Failure{result}
	}
	return conn, nil
}

// Broken reports whether the connection must be closed and not used again.
func (c *Conn) Broken() bool { return c.broken }

// Offers reports whether the relay offers an extension, such as SMTPUTF8.
func (c *Conn) Offers(ext string) bool {
	ok, _ := c.client.Extension(ext)
	return ok
}

// Spent reports whether the connection should be replaced: 5 minutes after the first call by the caller's clock, or
// after 1,000 letters.
func (c *Conn) Spent(now time.Time) bool {
	if c.born.IsZero() {
		c.born = now
	}
	return c.letters >= maxLetters || now.Sub(c.born) > maxAge
}

// Alive is called before each letter and reports whether the relay is still there. It asks only if the last call was
// more than 30 s ago. Without a reply within the limit for connecting, the connection is broken.
func (c *Conn) Alive(now time.Time) bool {
	idle := now.Sub(c.seen)
	fresh := c.seen.IsZero() || idle <= maxIdle
	c.seen = now
	if c.broken || fresh {
		return !c.broken
	}
	c.wire.spare = maxReplies
	reply, err := c.wire.command("NOOP", c.config.Limits.Connect)
	c.broken = err != nil || reply.Code/100 != 2
	return !c.broken
}

// Close sends QUIT where that is still possible, waits at most 2 s for the reply, and closes the connection.
func (c *Conn) Close() {
	if !c.broken {
		c.wire.spare = maxReplies
		_, _ = c.wire.command("QUIT", quitLimit) // it is over, whatever the reply
	}
	c.broken = true
	c.wire.cut()
}

// reset clears the transaction after a refusal, so that the next letter finds a clean connection.
func (c *Conn) reset() {
	reply, err := c.wire.command("RSET", c.config.Limits.Command)
	c.broken = c.broken || err != nil || reply.Code/100 != 2
}

// judgeReply judges the reply to the last command; ok means that the relay accepted it. err is the client library's,
// and says why there is no reply.
func (c *Conn) judgeReply(stage domain.Stage, err error) (result domain.Result, ok bool) {
	if c.wire.answers == 0 {
		c.broken = true
		if err == nil { // the library took something else for a reply
			err = errOutOfStep
		}
		return broke(stage, err), false
	}
	if agreed(stage, c.wire.answer.code) {
		return domain.Result{}, true
	}
	result = judge(stage, c.wire.answer.reply())
	c.broken = c.broken || result.Scope == domain.ScopeRelay
	return result, false
}
