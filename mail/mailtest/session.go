package mailtest

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"net"
	"strings"
	"time"
)

// session is one conversation.
type session struct {
	server *Server
	tcp    net.Conn
	conn   net.Conn // TCP or TLS
	in     *bufio.Reader
	done   chan struct{} // closed when the server stops
	number int
	secure bool
	letter int
	again  int
	begun  bool // MAIL was accepted
	from   string
	to     []string
	source []byte // of the letter being read; only its header in a lean server
}

func newSession(s *Server, conn net.Conn, done chan struct{}, number int) *session {
	return &session{server: s, tcp: conn, conn: conn, in: bufio.NewReaderSize(conn, 16<<10), done: done, number: number}
}

func (c *session) serve() {
	if c.server.config.Security == Implicit && !c.begin() {
		return
	}
	if _, ok := c.act(Greeting, "", "220 mailtest ready"); !ok {
		return
	}
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		c.server.note(line, c.secure)
		if !c.command(line) {
			return
		}
	}
}

// begin starts TLS.
func (c *session) begin() bool {
	conn := tls.Server(c.tcp, &tls.Config{Certificates: []tls.Certificate{c.server.cert}})
	if conn.Handshake() != nil {
		return false
	}
	c.conn, c.secure = conn, true
	c.in = bufio.NewReaderSize(conn, 16<<10)
	return true
}

// command answers one command and reports whether the conversation continues.
func (c *session) command(line string) bool {
	verb, _, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO", "HELO":
		c.clear()
		return c.say(Ehlo, line, c.hello())
	case "STARTTLS":
		return c.startTLS(line)
	case "AUTH":
		return c.auth(line)
	case "MAIL":
		return c.mail(line)
	case "RCPT":
		return c.rcpt(line)
	case "DATA":
		return c.data(line)
	case "RSET":
		c.clear()
		return c.say(Rset, line, "250 2.0.0 OK")
	case "NOOP":
		return c.say(Noop, line, "250 2.0.0 OK")
	case "QUIT":
		c.say(Quit, line, "221 2.0.0 Bye")
		return false
	}
	return c.write("500 5.5.2 Unknown command\r\n", 0)
}

func (c *session) hello() string {
	lines := []string{"mailtest"}
	if c.server.config.Extensions == nil {
		lines = append(lines, "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8")
	}
	lines = append(lines, c.server.config.Extensions...)
	if c.server.config.Security == Offered && !c.secure {
		lines = append(lines, "STARTTLS")
	}
	if c.server.config.Mechanisms != "" {
		lines = append(lines, "AUTH "+c.server.config.Mechanisms)
	}
	last := len(lines) - 1
	var reply strings.Builder
	for _, line := range lines[:last] {
		reply.WriteString("250-" + line + "\r\n")
	}
	return reply.String() + "250 " + lines[last]
}

func (c *session) startTLS(line string) bool {
	if c.server.config.Security != Offered || c.secure {
		return c.say(StartTLS, line, "502 5.5.1 No STARTTLS")
	}
	reply, ok := c.act(StartTLS, line, "220 2.0.0 Go ahead")
	if !ok || !strings.HasPrefix(reply, "220") {
		return ok
	}
	return c.begin()
}

func (c *session) mail(line string) bool {
	if c.begun {
		return c.write("503 5.5.1 Nested MAIL\r\n", 0)
	}
	c.server.mu.Lock()
	c.server.seen.mails++
	c.letter = c.server.seen.mails
	c.server.mu.Unlock()
	reply, ok := c.act(Mail, line, "250 2.1.0 OK")
	if isGood(reply) {
		c.begun, c.from = true, address(line)
	}
	return ok
}

func (c *session) rcpt(line string) bool {
	if !c.begun {
		return c.write("503 5.5.1 No MAIL\r\n", 0)
	}
	to := address(line)
	c.server.mu.Lock()
	c.server.seen.offered[to]++
	c.again = c.server.seen.offered[to]
	c.server.mu.Unlock()
	reply, ok := c.act(Rcpt, line, "250 2.1.5 OK")
	if isGood(reply) {
		c.to = append(c.to, to)
	}
	return ok
}

func (c *session) data(line string) bool {
	usual := "354 Go ahead"
	if len(c.to) == 0 {
		usual = "503 5.5.1 No recipient"
	}
	reply, ok := c.act(Data, line, usual)
	if !ok || !strings.HasPrefix(reply, "354") {
		return ok
	}
	if _, ok := c.act(Body, "", ""); !ok || !c.read() {
		return false
	}
	return c.dot()
}

// read reads a letter up to its final dot.
func (c *session) read() bool {
	c.source = c.source[:0]
	header, start := true, true
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil && err != bufio.ErrBufferFull {
			return false
		}
		whole := err == nil
		if start && string(line) == ".\r\n" {
			return true
		}
		if start && string(line) == "\r\n" {
			header = false
		}
		if start && line[0] == '.' {
			line = line[1:]
		}
		if header || !c.server.config.Lean {
			c.source = append(c.source, line...)
		}
		start = whole
	}
}

func (c *session) dot() bool {
	l := Letter{From: c.from, To: strings.Join(c.to, ","), MessageID: messageID(c.source), Conn: c.number, At: time.Now()}
	if !c.server.config.Lean {
		l.Source = bytes.Clone(c.source)
	}
	ok := c.actOn(l)
	c.clear()
	return ok
}

func (c *session) clear() { c.begun, c.from, c.to, c.again = false, "", nil, 0 }

// address is what is between the angle brackets of a command.
func address(line string) string {
	_, rest, _ := strings.Cut(line, "<")
	bare, _, _ := strings.Cut(rest, ">")
	return bare
}

func isGood(reply string) bool { return strings.HasPrefix(reply, "2") }
