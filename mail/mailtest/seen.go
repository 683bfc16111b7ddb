package mailtest

import (
	"bytes"
	"slices"
	"strings"
	"time"
)

// Letter is a letter that the server has accepted.
type Letter struct {
	From, To  string // envelope; several recipients are joined by commas
	MessageID string // with its angle brackets; "" without one
	Source    []byte // header and body as sent, with dots unstuffed; nil from a lean server
	At        time.Time
	Conn      int
}

// seen is what a server has seen, across restarts.
type seen struct {
	letters     []Letter
	lines       []string
	offered     map[string]int // RCPT commands by address
	mails       int
	connections int
	clearAuth   int
}

func newSeen() seen { return seen{offered: map[string]int{}} }

// Letters are those accepted so far, in the order of their dots.
func (s *Server) Letters() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen.letters)
}

// Count is how many letters have been accepted so far.
func (s *Server) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.seen.letters)
}

// Lines are the commands so far, without the letters. A lean server keeps none.
func (s *Server) Lines() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen.lines)
}

// Connections is how many connections there have been so far.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen.connections
}

// Open is how many connections are open now.
func (s *Server) Open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

// ClearAuth is how many bytes of AUTH commands have arrived without TLS.
func (s *Server) ClearAuth() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen.clearAuth
}

// WaitFor returns when n letters have been accepted. The test fails if that takes longer than limit.
func (s *Server) WaitFor(n int, limit time.Duration) {
	s.t.Helper()
	late := time.Now().Add(limit)
	timer := time.AfterFunc(limit, s.more.Broadcast)
	defer timer.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.seen.letters) < n {
		if time.Now().After(late) {
			s.t.Fatalf("mailtest: %d letters after %v, want %d", len(s.seen.letters), limit, n)
		}
		s.more.Wait()
	}
}

func (s *Server) keep(l Letter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen.letters = append(s.seen.letters, l)
	s.more.Broadcast()
}

func (s *Server) note(line string, secure bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !secure && len(line) >= 4 && strings.EqualFold(line[:4], "AUTH") {
		s.seen.clearAuth += len(line)
	}
	if !s.config.Lean {
		s.seen.lines = append(s.seen.lines, line)
	}
}

// messageID finds the Message-ID in a header.
func messageID(header []byte) string {
	const name = "message-id:"
	for line := range bytes.Lines(header) {
		if len(line) > len(name) && bytes.EqualFold(line[:len(name)], []byte(name)) {
			return string(bytes.TrimSpace(line[len(name):]))
		}
		if len(line) <= 2 {
			break
		}
	}
	return ""
}
