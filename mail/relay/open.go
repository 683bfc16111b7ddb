package relay

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"postrider/domain"
)

// open makes a new connection ready for letters.
func (c *Conn) open(ctx context.Context) (result domain.Result, ok bool) {
	if c.config.Security == ImplicitTLS {
		if result, ok = c.handshake(ctx); !ok {
			return result, false
		}
	}
	if result, ok = c.hello(); !ok {
		return result, false
	}
	if c.config.Security == StartTLS {
		if result, ok = c.startTLS(ctx); !ok {
			return result, false
		}
	}
	return c.auth()
}

// hello reads the greeting and sends EHLO.
func (c *Conn) hello() (domain.Result, bool) {
	limit := c.config.Limits.Command
	c.wire.expect(limit, limit)
	c.client = smtp.NewClient(c.wire)
	name := c.config.HelloName
	if name == "" {
		name = "localhost"
	}
	if err := c.client.Hello(name); err != nil {
		return c.failed(domain.StageGreeting, err), false
	}
	return domain.Result{}, true
}

// failed is the result of an error of the client library while the connection is being set up.
func (c *Conn) failed(stage domain.Stage, err error) domain.Result {
	if c.wire.answers == 0 {
		return broke(stage, err)
	}
	return judge(stage, c.wire.answer.reply())
}

// startTLS asks for TLS, and refuses to continue without it. Anything the relay sends along with its reply could have
// been injected by someone else, so it ends the conversation.
func (c *Conn) startTLS(ctx context.Context) (domain.Result, bool) {
	if !c.Offers("STARTTLS") {
		return permanent(domain.StageTLS, domain.ScopeRelay, "the relay does not offer STARTTLS"), false
	}
	reply, err := c.wire.command("STARTTLS", c.config.Limits.Command)
	if errors.Is(err, errOutOfStep) {
		return permanent(domain.StageTLS, domain.ScopeRelay, err.Error()), false
	}
	if err != nil {
		return broke(domain.StageTLS, err), false
	}
	if reply.Code != 220 {
		return judge(domain.StageTLS, reply), false
	}
	if result, ok := c.handshake(ctx); !ok {
		return result, false
	}
	// The relay does not greet a second time, but a new client waits for that.
	c.wire.out.WriteString("220 \r\n")
	return c.hello()
}

// handshake starts TLS on the connection. Every failure is permanent, even a relay that closes the connection or is
// late: it may be an attack, and retrying at once would only help the attacker.
func (c *Conn) handshake(ctx context.Context) (domain.Result, bool) {
	config := &tls.Config{}
	if c.config.TLS != nil {
		config = c.config.TLS.Clone()
	}
	config.ServerName = c.config.Host
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	limited, cancel := context.WithTimeout(ctx, c.config.Limits.TLS)
	defer cancel()
	conn := tls.Client(c.wire.tcp, config)
	if err := conn.HandshakeContext(limited); err != nil {
		return permanent(domain.StageTLS, domain.ScopeRelay, "TLS failed: "+explain(err)), false
	}
	c.wire = newWire(conn, c.wire.tcp)
	return domain.Result{}, true
}

// auth signs in when there is a user, with PLAIN or else LOGIN. It never does so without TLS, except to this machine.
func (c *Conn) auth() (domain.Result, bool) {
	user, password := c.config.User, c.config.Password
	if user == "" {
		return domain.Result{}, true
	}
	if !c.isPrivate() {
		return permanent(domain.StageAuth, domain.ScopeRelay, "a password is never sent without TLS"), false
	}
	var how sasl.Client
	switch {
	case c.client.SupportsAuth(sasl.Plain):
		how = sasl.NewPlainClient("", user, password)
	case c.client.SupportsAuth(sasl.Login):
		how = sasl.NewLoginClient(user, password)
	default:
		return permanent(domain.StageAuth, domain.ScopeRelay, "the relay offers neither AUTH PLAIN nor AUTH LOGIN"), false
	}
	err := c.client.Auth(how)
	if err == nil {
		return domain.Result{}, true
	}
	result := broke(domain.StageAuth, err)
	// The library sends a line of its own after a refusal, so the last reply is not the one that counts.
	if refusal := (*smtp.SMTPError)(nil); errors.As(err, &refusal) {
		result = judge(domain.StageAuth, replyOf(refusal))
	}
	result.Reply.Text = hide(result.Reply.Text, user, password)
	return result, false
}

// isPrivate reports whether nobody else can read what is sent.
func (c *Conn) isPrivate() bool {
	if _, secure := c.wire.Conn.(*tls.Conn); secure {
		return true
	}
	remote, ok := c.wire.tcp.RemoteAddr().(*net.TCPAddr)
	return ok && remote.IP.IsLoopback()
}

func replyOf(e *smtp.SMTPError) domain.Reply {
	p := parser{code: e.Code, lines: strings.Split(e.Message, "\n")}
	reply := p.reply()
	if e.EnhancedCode != (smtp.EnhancedCode{}) {
		reply.Enhanced = fmt.Sprintf("%d.%d.%d", e.EnhancedCode[0], e.EnhancedCode[1], e.EnhancedCode[2])
	}
	return reply
}

// hide removes our credentials from a reply, in case a careless relay echoes them.
func hide(text, user, password string) string {
	b64 := base64.StdEncoding.EncodeToString
	for _, secret := range []string{b64([]byte("\x00" + user + "\x00" + password)), b64([]byte(password)), password} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "…")
		}
	}
	return text
}
