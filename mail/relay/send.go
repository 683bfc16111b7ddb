package relay

import (
	"context"
	"strings"

	"github.com/emersion/go-smtp"

	"postrider/crash"
	"postrider/domain"
)

// Send hands over a letter and says what came of it. gate is asked with StageMail before MAIL and with
// StageDot before the final dot. When it returns an error, or ctx is cancelled, the letter does not leave and the outcome
// is released: before MAIL the connection stays usable, later it is broken. Once the dot is sent its reply is awaited, for at most Limits.Stop from
// the moment ctx is cancelled. After a refusal the connection is usable unless it is broken.
func (c *Conn) Send(ctx context.Context, l domain.Letter, gate func(domain.Stage) error) domain.Result {
	if result, ok := c.check(l); !ok {
		return result
	}
	if ctx.Err() != nil {
		return released(domain.StageMail, context.Cause(ctx))
	}
	if err := gate(domain.StageMail); err != nil {
		return released(domain.StageMail, err)
	}
	c.letters++
	c.wire.spare = maxReplies
	result, data := c.upToDot(ctx, l, gate)
	if result.Outcome == "" {
		result = c.dot(ctx, data)
	}
	if c.broken {
		c.wire.cut()
	}
	return result
}

// upToDot does all that comes before the final dot, and closes the connection when ctx is cancelled meanwhile. An empty
// result means that only the dot is missing.
func (c *Conn) upToDot(ctx context.Context, l domain.Letter, gate func(domain.Stage) error) (domain.Result, *smtp.DataCommand) {
	stop := context.AfterFunc(ctx, c.wire.cut)
	result, data := c.envelope(l)
	if data != nil {
		result = c.body(data, l.Source, gate)
	}
	if stop() {
		return result, data
	}
	c.broken = true
	if result.Reply.Code == 0 {
		result = released(domain.StageBody, context.Cause(ctx))
	}
	return result, nil
}

// check refuses what must not get into an SMTP command, whoever wrote it.
func (c *Conn) check(l domain.Letter) (domain.Result, bool) {
	switch {
	case !isBare(l.From, l.UTF8):
		return permanent(domain.StageCompose, domain.ScopeSender, "the sender's address cannot be sent"), false
	case !isBare(l.To, l.UTF8):
		return permanent(domain.StageCompose, domain.ScopeRecipient, "the address cannot be sent"), false
	case l.UTF8 && !c.Offers("SMTPUTF8"):
		return permanent(domain.StageMail, domain.ScopeRecipient,
			"the relay does not take addresses with letters outside ASCII (it does not offer SMTPUTF8)"), false
	}
	return domain.Result{}, true
}

// isBare reports whether an address has no control, space or angle bracket, and nothing outside US-ASCII unless that is
// asked for.
func isBare(address string, utf8 bool) bool {
	return address != "" && !strings.ContainsFunc(address, func(r rune) bool {
		return r <= ' ' || r == '<' || r == '>' || r == 0x7f || r > 0x7f && !utf8
	})
}

// envelope says MAIL, RCPT and DATA. Without a data command the result is a refusal.
func (c *Conn) envelope(l domain.Letter) (domain.Result, *smtp.DataCommand) {
	limit := c.config.Limits.Command
	c.wire.expect(limit, limit)
	crash.At("before mail")
	err := c.client.Mail(l.From, &smtp.MailOptions{UTF8: l.UTF8})
	if result, ok := c.judgeReply(domain.StageMail, err); !ok {
		return c.refused(result), nil
	}
	c.wire.expect(limit, limit)
	crash.At("mail")
	err = c.client.Rcpt(l.To, nil)
	if result, ok := c.judgeReply(domain.StageRcpt, err); !ok {
		return c.refused(result), nil
	}
	c.wire.expect(limit, limit)
	crash.At("rcpt")
	data, err := c.client.Data()
	if result, ok := c.judgeReply(domain.StageData, err); !ok {
		return c.refused(result), nil
	}
	return domain.Result{}, data
}

// refused clears the transaction when the connection is still good for another one.
func (c *Conn) refused(result domain.Result) domain.Result {
	if !c.broken {
		c.reset()
	}
	return result
}

// body writes the letter and asks the gate once more. Unless the result is empty the connection is broken, for its next
// command would send the dot.
func (c *Conn) body(data *smtp.DataCommand, letter []byte, gate func(domain.Stage) error) domain.Result {
	c.wire.expect(c.config.Limits.Body, c.config.Limits.Dot)
	if _, err := data.Write(letter); err != nil {
		c.broken = true
		return broke(domain.StageBody, err)
	}
	crash.At("body")
	if err := gate(domain.StageDot); err != nil {
		c.broken = true
		return released(domain.StageBody, err)
	}
	return domain.Result{}
}

// dot sends the final dot, together with the rest of the body that is still buffered, and reads the reply. A write that
// fails has not sent the whole dot, so nothing was taken.
func (c *Conn) dot(ctx context.Context, data *smtp.DataCommand) domain.Result {
	stop := context.AfterFunc(ctx, func() { c.wire.hurry(c.config.Limits.Stop) })
	_, err := data.CloseWithResponse()
	crash.At("reply")
	result := c.answered(err)
	stopped := !stop()
	c.broken = c.broken || stopped || c.wire.excess()
	return result
}

func (c *Conn) answered(err error) domain.Result {
	if c.wire.writeErr != nil {
		c.broken = true
		return broke(domain.StageBody, c.wire.writeErr)
	}
	result, ok := c.judgeReply(domain.StageDot, err)
	if !ok {
		return c.refused(result)
	}
	return judge(domain.StageDot, c.wire.answer.reply())
}
