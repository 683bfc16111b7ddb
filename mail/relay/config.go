// Package relay is the SMTP conversation with the relay: connecting, TLS, signing in, handing over one letter at a
// time, with the time limits of all that, and what a reply means.
package relay

import (
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"strconv"
	"time"

	"postrider/domain"
)

// Security is how a connection is protected.
type Security int

// The ways to protect a connection. None falls back to another.
const (
	StartTLS    Security = iota // begins in the clear, then TLS before anything else or not at all (RFC 3207)
	ImplicitTLS                 // TLS from the first byte (RFC 8314)
	Plain                       // never TLS
)

// scheme is the part before :// in the URL of a relay, and port its usual port.
func (s Security) scheme() (name, port string) {
	switch s {
	case ImplicitTLS:
		return "smtps", "465"
	case Plain:
		return "smtp+insecure", "25"
	default:
		return "smtp", "587"
	}
}

// Limits are the longest times to wait for the relay.
type Limits struct {
	Connect time.Duration // resolving the name and connecting, and the reply to NOOP
	TLS     time.Duration // the handshake
	Command time.Duration // the whole reply to one command, and the greeting
	Body    time.Duration // without progress while the letter is being written
	Dot     time.Duration // the whole reply to the final dot; RFC 5321, section 4.5.3.2.6, asks for 10 minutes
	Stop    time.Duration // the same once the context is cancelled
}

// DefaultLimits are 10 s for connecting, 15 s for TLS, 60 s per command, 60 s without progress in the body, 10 minutes
// after the dot, and 30 s after the dot when stopping.
func DefaultLimits() Limits {
	return Limits{
		Connect: 10 * time.Second,
		TLS:     15 * time.Second,
		Command: time.Minute,
		Body:    time.Minute,
		Dot:     10 * time.Minute,
		Stop:    30 * time.Second,
	}
}

// Config says which relay to talk to and how.
type Config struct {
	Addr      string // host:port
	Host      string // the name its certificate must have
	Security  Security
	User      string // "" to send without signing in
	Password  string
	HelloName string      // the name in EHLO; "" means localhost
	TLS       *tls.Config // nil for the system's roots; ServerName is always Host
	Limits    Limits      // all zero for DefaultLimits
}

// String is the address of the relay as a URL without user and password.
func (c Config) String() string {
	scheme, _ := c.Security.scheme()
	return scheme + "://" + c.Addr
}

var errURL = errors.New("expected smtp://user:password@host:587 (STARTTLS required), " +
	"smtps://user:password@host:465 or smtp+insecure://127.0.0.1:1025 (no TLS); " +
	"in user and password write special characters like %40 for @ and %2F for /")

// ParseURL reads the address of a relay: smtp:// (STARTTLS required, port 587), smtps:// (port 465) or smtp+insecure://
// (no TLS, port 25; a user only with a loopback address). The password may be missing, to be set later. The error says
// what was expected and repeats none of the input, which may be a password.
func ParseURL(s string) (Config, error) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return Config{}, errURL
	}
	security, ok := securityOf(u.Scheme)
	if !ok {
		return Config{}, errURL
	}
	host := u.Hostname()
	if host == "" {
		return Config{}, errors.New("the URL names no host; " + errURL.Error())
	}
	_, port := security.scheme()
	if u.Port() != "" {
		port = u.Port()
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return Config{}, errors.New("the port must be a number from 1 to 65535; " + errURL.Error())
	}
	c := Config{Addr: net.JoinHostPort(host, port), Host: host, Security: security, Limits: DefaultLimits()}
	c.User = u.User.Username()
	c.Password, _ = u.User.Password()
	return c, c.checkUser()
}

func securityOf(scheme string) (Security, bool) {
	for _, s := range []Security{StartTLS, ImplicitTLS, Plain} {
		if name, _ := s.scheme(); name == scheme {
			return s, true
		}
	}
	return 0, false
}

func (c Config) checkUser() error {
	if c.User == "" && c.Password != "" {
		return errors.New("the URL has a password but no user; " + errURL.Error())
	}
	if c.User != "" && c.Security == Plain && !domain.IsLoopback(c.Host) {
		return errors.New("a password is never sent without TLS, except to this machine: " +
			"use smtp:// or smtps://, leave out the user, or name a loopback address such as 127.0.0.1")
	}
	return nil
}
