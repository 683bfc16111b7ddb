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

// connections is a listener with a limit on all connections and on those from one network. Trusted proxies stand for many networks, and
// this machine for any proxy that runs on it, so they are exempt from the second limit.
type connections struct {
	net.Listener
	most, ofNetwork int
	proxies         []netip.Prefix
	headers         string // header lines for the answers that net/http makes itself
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

// Accept returns the next connection that is within the limits. It refuses and closes the others.
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
	at, _ := netip.ParseAddrPort(conn.RemoteAddr().String()) // a TCP address always parses
	return at.Addr().Unmap().WithZone("")
}

// networkOf is the network an address is counted for: an IPv4 address, or the /64 that an IPv6 customer gets at least (RFC 6177).
func networkOf(addr netip.Addr) netip.Prefix {
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	network, _ := addr.Prefix(bits) // cannot fail for either kind
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

// refuse tells the browser why, if it still listens, and logs the reason once a minute.
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
	_ = conn.Close() // the browser has the answer or is gone
}

// connection is an accepted connection. Until a handler answers on it, what is written is an answer that net/http makes itself to a request
// it cannot read, and it gets our headers.
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

// CloseWrite ends the answer first, so that it is read before the connection ends, even if the request is still being sent.
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

// onConnection makes the server tell each connection when a handler starts to answer, and when the answer is complete.
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
