package mailbox

import (
	"net"
	"sync"
)

// listener tracks its open connections, because the library can close them or wait for them to end, but not both.
type listener struct {
	net.Listener
	mu   sync.Mutex
	open map[net.Conn]bool
}

// Accept waits for the next connection.
func (l *listener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[conn] = true
	return &tracked{conn, l}, nil
}

// hangUp closes every open connection.
func (l *listener) hangUp() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for conn := range l.open {
		_ = conn.Close()
	}
}

type tracked struct {
	net.Conn
	listener *listener
}

// Close closes the connection.
func (c *tracked) Close() error {
	c.listener.mu.Lock()
	defer c.listener.mu.Unlock()
	delete(c.listener.open, c.Conn)
	return c.Conn.Close()
}
