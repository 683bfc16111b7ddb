package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Browser: our headers are also on the answers that net/http makes itself, before any handler runs.
func TestSecurityRawAnswers(t *testing.T) {
	address, _, _ := started(t, nil, "--db", filepath.Join(t.TempDir(), "p.db"), "--addr", "127.0.0.1:0")
	requests := map[string]struct {
		text   string
		status int
	}{
		"no request":              {"nonsense\r\n\r\n", 400},
		"no Host":                 {"GET / HTTP/1.1\r\n\r\n", 400},
		"two Hosts":               {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
		"a header without a name": {"GET / HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n", 400},
		"an invalid length":       {"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n", 400},
		"headers without an end":  {"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + strings.Repeat("a", 200<<10), 431},
		"an unknown coding":       {"POST /login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: x\r\n\r\n", 501},
		"another protocol":        {"GET / HTTP/7.0\r\nHost: localhost\r\n\r\n", 505},
		"an expectation":          {"GET / HTTP/1.1\r\nHost: localhost\r\nExpect: wonders\r\n\r\n", 417},
	}
	for name, r := range requests {
		for before, first := range map[string]string{"": "", ", after an answer": "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"} {
			t.Run(name+before, func(t *testing.T) {
				conn := dialed(t, address)
				go func() { _, _ = io.WriteString(conn, first+r.text) }()
				in := bufio.NewReader(conn)
				if first != "" {
					wantAnswer(t, in, 200)
				}
				wantAnswer(t, in, r.status)
			})
		}
	}
}

// wantAnswer reads an answer and checks its headers.
func wantAnswer(t *testing.T, in *bufio.Reader, status int) {
	t.Helper()
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != status {
		t.Errorf("status %d, want %d", res.StatusCode, status)
	}
	for header, value := range map[string]string{"Content-Security-Policy": "default-src 'none'; ", "X-Content-Type-Options": "nosniff",
		"Referrer-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin"} {
		if all := res.Header.Values(header); len(all) != 1 || !strings.HasPrefix(all[0], value) {
			t.Errorf("%d: %s is %q", status, header, all)
		}
	}
}

// A body that looks like an answer of net/http is not changed, however it is split into writes.
func TestBodiesAreUnchanged(t *testing.T) {
	body := strings.Repeat("HTTP/1.1 400 Bad Request\r\n", 4000)
	address := servedBy(t, func(w http.ResponseWriter, _ *http.Request) {
		for piece := range strings.SplitAfterSeq(body, "\n") {
			if _, err := io.WriteString(w, piece); err != nil || http.NewResponseController(w).Flush() != nil {
				return
			}
		}
	}, nil)
	for range 2 {
		if _, got := get(t, "http://"+address); got != body {
			t.Errorf("%d bytes came, %d were sent", len(got), len(body))
		}
	}
}

// servedBy serves the handler until the test ends. change may alter the server first.
func servedBy(t *testing.T, handler http.HandlerFunc, change func(*http.Server, *connections)) (address string) {
	t.Helper()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	s, l := webServer(handler, log), listen(inner, nil, [][2]string{{"X-Ours", "yes"}}, log)
	if change != nil {
		change(s, l)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), <-done); !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
		eventually(t, "all places to be given back", func() bool {
			l.mu.Lock()
			defer l.mu.Unlock()
			return l.open == 0 && len(l.of) == 0
		})
	})
	return inner.Addr().String()
}

// Connections: a client that does not read its answer is cut off.
func TestSecurityUnreadAnswers(t *testing.T) {
	if s := webServer(http.NotFoundHandler(), slog.New(slog.DiscardHandler)); s.WriteTimeout != 2*time.Minute {
		t.Errorf("an answer may be taken for %v", s.WriteTimeout)
	}
	const readers = 50
	ended := make(chan error, readers)
	address := servedBy(t, func(w http.ResponseWriter, _ *http.Request) {
		err := error(nil)
		for piece := bytes.Repeat([]byte("x"), 1<<20); err == nil; {
			_, err = w.Write(piece)
		}
		ended <- err
	}, func(s *http.Server, _ *connections) { s.WriteTimeout = 100 * time.Millisecond })
	for range readers {
		if _, err := io.WriteString(dialed(t, address), "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
	}
	for range readers {
		select {
		case err := <-ended:
			if !isLate(err) {
				t.Errorf("it ended with %v", err)
			}
		case <-time.After(time.Minute):
			t.Fatal("a connection that reads nothing stays open")
		}
	}
}

// Connections: a limit in total and one per network; a closed connection frees its place; a proxy stands for many networks.
func TestSecurityConnections(t *testing.T) {
	ask := func(t *testing.T, conn net.Conn) (status int) {
		t.Helper()
		if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode
	}
	hello := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }
	t.Run("in all", func(t *testing.T) {
		address := servedBy(t, hello, func(_ *http.Server, l *connections) { l.most = 3 })
		var open []net.Conn
		for range 3 {
			open = append(open, dialed(t, address))
			if got := ask(t, open[len(open)-1]); got != http.StatusNoContent {
				t.Fatalf("status %d", got)
			}
		}
		res, err := http.ReadResponse(bufio.NewReader(dialed(t, address)), nil)
		if err != nil || res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || res.Header.Get("X-Ours") != "yes" {
			t.Errorf("one too many is answered with %+v, %v", res, err)
		}
		if err := open[0].Close(); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the place to be free", func() bool { return fresh(address) == http.StatusNoContent })
	})
	for network, c := range map[string]struct {
		other string // an address that counts as the same
		most  int    // its limit
	}{
		"203.0.113.7": {"203.0.113.7", 2}, "2001:db8:0:1::1": {"2001:db8:0:1:ffff::2", 2}, "::ffff:198.51.100.9": {"198.51.100.9", 2},
		"203.0.113.80": {"203.0.113.80", 9}, "2001:db8:0:9::5": {"2001:db8:0:9::5", 9}, "127.0.0.1": {"::1", 9},
	} {
		t.Run("from "+network, func(t *testing.T) {
			l := listen(nil, []netip.Prefix{netip.MustParsePrefix("203.0.113.80/32"), netip.MustParsePrefix("2001:db8:0:9::5/128")}, nil, slog.New(slog.DiscardHandler))
			l.most, l.ofNetwork = 9, 2
			let := 0
			for i := range 12 {
				from := netip.MustParseAddr([]string{network, c.other}[i%2]).Unmap()
				if l.enter(networkOf(from), l.isProxy(from)) {
					let++
				}
			}
			if let != c.most {
				t.Errorf("%d came in, want %d", let, c.most)
			}
			if l.most = 99; !l.enter(networkOf(netip.MustParseAddr("192.0.2.1")), false) {
				t.Error("another network is kept out")
			}
		})
	}
	t.Run("of the program", func(t *testing.T) {
		l := listen(nil, nil, nil, nil)
		if l.most != 2000 || l.ofNetwork != 100 {
			t.Errorf("%d in all, %d of a network", l.most, l.ofNetwork)
		}
	})
}

// fresh is the status on a new connection; 0 if it gets no answer.
func fresh(address string) int {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return 0
	}
	defer conn.Close()
	if _, err := fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		return 0
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0
	}
	return res.StatusCode
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for late := time.Now().Add(patience); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(late) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
