package relay

import (
	"context"
	"strings"

	"github.com/emersion/go-smtp"

	"postrider/crash"
	"postrider/domain"
)

// Send hands over a letter and returns the result. It calls gate with StageMail before MAIL and with StageDot before
// the final dot. If gate returns an error or ctx is cancelled, the letter is not sent and the outcome is released:
// before MAIL the connection stays usable, later it is broken. After the dot, Send waits for the reply, for at most
// Limits.Stop once ctx is cancelled. After a refusal the connection is usable unless it is broken.
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

// upToDot does everything before the final dot, and closes the connection if ctx is cancelled during it. An empty
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

// check refuses whatever must not get into an SMTP command, whoever wrote it.
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

// isBare reports whether an address has no control, space or angle bracket, and only US-ASCII unless utf8 is set.
func isBare(address string, utf8 bool) bool {
	return address != "" && !strings.ContainsFunc(address, func(r rune) bool {
		return r <= ' ' || r == '<' || r == '>' || r == 0x7f || r > 0x7f && !utf8
	})
}

// envelope sends MAIL, RCPT and DATA. If the returned data command is nil, the result is a refusal.
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

// refused clears the transaction if the connection can take another letter.
func (c *Conn) refused(result domain.Result) domain.Result {
	if !c.broken {
		c.reset()
	}
	return result
}

// body writes the letter and asks the gate once more. Unless the result is empty the connection is broken, because its
// next command would send the dot.
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

// dot sends the final dot, together with the rest of the body that is still buffered, and reads the reply. A failed
// write has not sent the whole dot, so the letter was not accepted.
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
