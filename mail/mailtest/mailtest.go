// Package mailtest is a scripted SMTP server for tests: it accepts every letter, unless a script makes it be slow,
// refuse, send garbage or disappear at any stage.
package mailtest

import (
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"sync"
	"testing"
)

// Security is how a server protects its connections.
type Security int

// The ways to protect connections.
const (
	Clear    Security = iota // no TLS
	Offered                  // STARTTLS is offered
	Implicit                 // TLS from the first byte
)

// Config configures a server. The zero Config accepts every letter, without TLS and without AUTH.
type Config struct {
	Script     Script // nil does the usual thing everywhere
	Security   Security
	Mechanisms string // of AUTH, like "PLAIN LOGIN", offered even without TLS; "" offers none
	User       string
	Password   string
	Extensions []string // of EHLO; nil means 8BITMIME, ENHANCEDSTATUSCODES and SMTPUTF8
	Lean       bool     // keep neither the sources of letters nor the command lines
}

// Server is an SMTP server on loopback.
type Server struct {
	Addr string // host:port, the same after a restart

	config Config
	cert   tls.Certificate
	t      testing.TB

	mu       sync.Mutex
	listener net.Listener // nil while stopped
	open     map[net.Conn]bool
	done     chan struct{} // closed by Stop
	running  sync.WaitGroup
	seen     seen
	more     *sync.Cond // on mu: a letter arrived
}

// New starts a server, which stops with the test.
func New(t testing.TB, c Config) *Server {
	t.Helper()
	s := &Server{Addr: "127.0.0.1:0", config: c, cert: certificate(t), t: t, seen: newSeen()}
	s.more = sync.NewCond(&s.mu)
	s.Start()
	t.Cleanup(s.Stop)
	return s
}

// Start listens again at the same address after Stop.
func (s *Server) Start() {
	s.t.Helper()
	listener, err := net.Listen("tcp", s.Addr)
	if err != nil {
		s.t.Fatalf("mailtest: %v", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done == nil { // the first time; later the port stays the same
		s.Addr = listener.Addr().String()
	}
	s.listener, s.open, s.done = listener, map[net.Conn]bool{}, make(chan struct{})
	s.running.Add(1)
	go s.accept(listener, s.done)
}

// Stop closes the listener and every connection, and returns when all have ended. It may be called twice.
func (s *Server) Stop() {
	s.mu.Lock()
	if s.listener != nil {
		close(s.done)
		_ = s.listener.Close()
		for conn := range s.open {
			_ = conn.Close()
		}
		s.listener = nil
	}
	s.mu.Unlock()
	s.running.Wait()
}

// URL is the server's address for relay.ParseURL, with the user if there is one.
func (s *Server) URL() string {
	u := url.URL{Scheme: "smtp+insecure", Host: s.Addr}
	switch s.config.Security {
	case Offered:
		u.Scheme = "smtp"
	case Implicit:
		u.Scheme = "smtps"
	}
	if s.config.User != "" {
		u.User = url.UserPassword(s.config.User, s.config.Password)
	}
	return u.String()
}

func (s *Server) accept(listener net.Listener, done chan struct{}) {
	defer s.running.Done()
	for {
		conn, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			s.t.Errorf("mailtest: accept: %v", err)
			return
		}
		s.begin(conn, done)
	}
}

func (s *Server) begin(conn net.Conn, done chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener == nil {
		_ = conn.Close()
		return
	}
	s.open[conn] = true
	s.seen.connections++
	c := newSession(s, conn, done, s.seen.connections)
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		c.serve()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.open, conn)
		_ = conn.Close()
	}()
}
