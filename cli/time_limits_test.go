package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Input: ReadHeaderTimeout 5 s, ReadTimeout 30 s, IdleTimeout 120 s, headers 32 KiB.
func TestSecurityTimeLimits(t *testing.T) {
	s := webServer(http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	if s.ReadHeaderTimeout != 5*time.Second || s.ReadTimeout != 30*time.Second || s.IdleTimeout != 120*time.Second || s.MaxHeaderBytes != 32<<10 {
		t.Errorf("the server is %+v", s)
	}
	address, _, _ := started(t, nil, "--db", filepath.Join(t.TempDir(), "p.db"), "--addr", "127.0.0.1:0")
	t.Run("a header that never ends, sent byte by byte, is cut off", func(t *testing.T) {
		conn := dialed(t, address)
		if _, err := fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "); err != nil {
			t.Fatal(err)
		}
		go func() {
			for err := error(nil); err == nil; time.Sleep(50 * time.Millisecond) {
				_, err = conn.Write([]byte("a"))
			}
		}()
		if answer, err := io.ReadAll(conn); isLate(err) || strings.Contains(string(answer), "200 OK") {
			t.Errorf("got %q, %v", answer, err)
		}
	})
	t.Run("many silent connections do not keep others out", func(t *testing.T) {
		for range 200 {
			dialed(t, address)
		}
		if status, _ := get(t, "http://"+address+"/healthz"); status != http.StatusOK {
			t.Errorf("got %d", status)
		}
	})
	for name, request := range map[string]string{
		"a long header":     "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: " + strings.Repeat("a", 40<<10) + "\r\n\r\n",
		"many headers":      "GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + strings.Repeat("X-Many: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", 2000) + "\r\n",
		"a long cookie":     "GET /healthz HTTP/1.1\r\nHost: localhost\r\nCookie: postrider=" + strings.Repeat("a", 60<<10) + "\r\n\r\n",
		"an endless header": "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: " + strings.Repeat("a", 200<<10),
	} {
		t.Run(name+" is 431", func(t *testing.T) {
			if got := said(t, address, request); got.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
				t.Errorf("got %d", got.StatusCode)
			}
		})
	}
	t.Run("headers of 30 KiB pass", func(t *testing.T) {
		if got := said(t, address, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: "+strings.Repeat("a", 30<<10)+"\r\n\r\n"); got.StatusCode != 200 {
			t.Errorf("got %d", got.StatusCode)
		}
	})
	t.Run("OPTIONS * is answered with our headers too", func(t *testing.T) {
		got := said(t, address, "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")
		if !strings.HasPrefix(got.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%d with %v", got.StatusCode, got.Header)
		}
	})
}

// dialed is a connection with a generous deadline that ends with the test.
func dialed(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err == nil {
		err = conn.SetDeadline(time.Now().Add(time.Minute))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func isLate(err error) bool {
	var late net.Error
	return errors.As(err, &late) && late.Timeout()
}

// said is the raw HTTP answer to a request.
func said(t *testing.T, address, request string) *http.Response {
	t.Helper()
	conn := dialed(t, address)
	go func() { _, _ = io.WriteString(conn, request) }() // the server may answer before it has read everything
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	return res
}
