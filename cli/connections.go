package cli

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"postrider/domain"
)

// connections is a listener that takes so many connections in all, and so many from one network, and no more. Proxies that
// are trusted stand for many networks, and this machine for whatever proxy runs on it.
type connections struct {
	net.Listener
	most, ofNetwork int
	proxies         []netip.Prefix
	headers         string // lines of a header, for the answers that net/http gives by itself
	log             *slog.Logger

	mu     sync.Mutex
	open   int
	of     map[netip.Prefix]int
	warned time.Time
}

func listen(inner net.Listener, proxies []netip.Prefix, headers [][2]string, log *slog.Logger) *connections {
	l := &connections{Listener: inner, most: domain.MaxConnections, ofNetwork: domain.ConnectionsPerNetwork, proxies: proxies, log: log,
		of: map[netip.Prefix]int{}}
	for _, h := range headers {
		l.headers += h[0] + ": " + h[1] + "\r\n"
	}
	return l
}

// Accept returns the next connection for which there is a place. The others are told so and closed.
func (l *connections) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		addr := addressOf(conn)
		network := networkOf(addr)
		if l.enter(network, l.isProxy(addr)) {
			return &connection{Conn: conn, headers: l.headers, leave: sync.OnceFunc(func() { l.exit(network) })}, nil
		}
		l.refuse(conn, network)
	}
}

func addressOf(conn net.Conn) netip.Addr {
	at, _ := netip.ParseAddrPort(conn.RemoteAddr().String()) // of TCP it always is one
	return at.Addr().Unmap().WithZone("")
}

// networkOf is the network that an address is counted for: an address of IPv4, or a /64, of which a customer of IPv6 gets
// at least one (RFC 6177).
func networkOf(addr netip.Addr) netip.Prefix {
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	network, _ := addr.Prefix(bits) // fails for no address of either kind
	return network
}

func (l *connections) enter(network netip.Prefix, proxy bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open >= l.most || l.of[network] >= l.ofNetwork && !proxy {
		return false
	}
	l.open++
	l.of[network]++
	return true
}

func (l *connections) isProxy(a netip.Addr) bool {
	return a.IsLoopback() || slices.ContainsFunc(l.proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

func (l *connections) exit(network netip.Prefix) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	if l.of[network]--; l.of[network] == 0 {
		delete(l.of, network)
	}
}

// refuse says why, as far as the browser still listens, and writes it into the log once a minute.
func (l *connections) refuse(conn net.Conn, network netip.Prefix) {
	l.mu.Lock()
	quiet := time.Since(l.warned) < time.Minute
	if !quiet {
		l.warned = time.Now()
	}
	l.mu.Unlock()
	if !quiet {
		l.log.Warn("too many connections: the rest is refused. If this is a proxy, name it in --trusted-proxies", "network", network.String())
	}
	_ = conn.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 503 Service Unavailable\r\n%sContent-Type: text/plain; charset=utf-8\r\nRetry-After: 10\r\nConnection: close\r\n\r\n"+
		"Too many connections are open. Close some, or wait a few seconds.", l.headers)
	_ = conn.Close() // it has been told, or is gone
}

// connection is one that has a place. As long as no handler answers on it, what is written is an answer that net/http
// gives by itself, to a request that it cannot read, and gets our headers.
type connection struct {
	net.Conn
	headers string
	leave   func()
	handled atomic.Bool
}

// Write implements net.Conn.
func (c *connection) Write(b []byte) (int, error) {
	status, rest, isHead := bytes.Cut(b, []byte("\r\n"))
	if c.handled.Load() || !isHead || !bytes.HasPrefix(status, []byte("HTTP/")) {
		return c.Conn.Write(b)
	}
	if _, err := c.Conn.Write(slices.Concat(status, []byte("\r\n"), []byte(c.headers), rest)); err != nil {
		return 0, err
	}
	return len(b), nil
}

// CloseWrite ends what is written, so that the answer to a request that is still coming is read before the connection ends.
func (c *connection) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// Close gives the place back.
func (c *connection) Close() error {
	defer c.leave()
	return c.Conn.Close()
}

type connectionKey struct{}

// onConnection has the server tell each connection when a handler begins to answer, and when all of the answer is written.
func onConnection(s *http.Server) {
	handler := s.Handler
	s.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		return context.WithValue(ctx, connectionKey{}, conn)
	}
	s.ConnState = func(conn net.Conn, state http.ConnState) {
		if c, ok := conn.(*connection); ok && state == http.StateIdle {
			c.handled.Store(false)
		}
	}
	s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, ok := r.Context().Value(connectionKey{}).(*connection); ok {
			c.handled.Store(true)
		}
		handler.ServeHTTP(w, r)
	})
}
