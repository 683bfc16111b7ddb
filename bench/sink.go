package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// tally is what a sink has seen since it was last reset. Times are nanoseconds since the epoch.
type tally struct {
	Letters   int
	FirstMail int64 // first MAIL of the first letter
	FirstDot  int64 // the first letter was complete
	LastDot   int64 // the last letter was answered
}

// rate is letters per second, from the first MAIL to the last answer.
func (t tally) rate() float64 {
	return float64(t.Letters) / time.Duration(t.LastDot-t.FirstMail).Seconds()
}

// sink is a relay that accepts everything and keeps nothing. It supports just enough SMTP for a correct client.
type sink struct {
	latency time.Duration
	dotOnly bool // only the reply to the final dot is delayed
	mu      sync.Mutex
	seen    tally
}

// runSink listens, prints its address, and prints its tally for each line of input. It then resets the tally unless the
// line is "peek". It ends with its input.
func runSink(ctx context.Context, latency time.Duration, dotOnly bool) error {
	s := &sink{latency: latency, dotOnly: dotOnly}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = listener.Close() })()
	go s.serve(listener)
	fmt.Println(listener.Addr())
	answers := json.NewEncoder(os.Stdout)
	for asked := bufio.NewScanner(os.Stdin); asked.Scan(); {
		if err := answers.Encode(s.tell(asked.Text() == "peek")); err != nil {
			return err
		}
	}
	return listener.Close()
}

func (s *sink) serve(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return // closed
		}
		go func() {
			defer conn.Close()
			if err := s.talk(conn); !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
				fmt.Fprintln(os.Stderr, "sink:", err)
			}
		}()
	}
}

func (s *sink) tell(keep bool) tally {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := s.seen
	if !keep {
		s.seen = tally{}
	}
	return seen
}

// talk serves a client until the connection ends; the error says how.
func (s *sink) talk(conn net.Conn) error {
	in := bufio.NewReaderSize(conn, 32<<10)
	if _, err := io.WriteString(conn, "220 sink\r\n"); err != nil {
		return err
	}
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if err := s.answer(conn, in, line); err != nil {
			return err
		}
	}
}

func (s *sink) answer(conn net.Conn, in *bufio.Reader, line []byte) error {
	switch verb := string(bytes.ToUpper(line[:min(4, len(line))])); verb {
	case "EHLO", "HELO":
		_, err := io.WriteString(conn, "250-sink\r\n250-ENHANCEDSTATUSCODES\r\n250 8BITMIME\r\n")
		return err
	case "QUIT":
		_, _ = io.WriteString(conn, "221 2.0.0 Bye\r\n") // the conversation is over either way
		return io.EOF
	case "DATA":
		if err := s.reply(conn, "354 Go on\r\n", !s.dotOnly); err != nil {
			return err
		}
		return s.letter(conn, in)
	case "MAIL":
		s.begin()
	}
	return s.reply(conn, "250 2.0.0 Ok\r\n", !s.dotOnly)
}

// letter reads up to the final dot.
func (s *sink) letter(conn net.Conn, in *bufio.Reader) error {
	for {
		line, err := in.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		if string(line) == ".\r\n" {
			break
		}
	}
	arrived := time.Now().UnixNano()
	err := s.reply(conn, "250 2.0.0 Ok: queued as 4Xn8Zq2Vb1z9sTq\r\n", true)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen.Letters++
	if s.seen.FirstDot == 0 {
		s.seen.FirstDot = arrived
	}
	s.seen.LastDot = time.Now().UnixNano()
	return err
}

func (s *sink) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen.FirstMail == 0 {
		s.seen.FirstMail = time.Now().UnixNano()
	}
}

func (s *sink) reply(conn net.Conn, text string, late bool) error {
	if late && s.latency > 0 {
		time.Sleep(s.latency)
	}
	_, err := io.WriteString(conn, text)
	return err
}
