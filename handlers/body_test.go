package handlers_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"postrider/domain"
)

// submitParts is submit as multipart/form-data.
func (b *browser) submitParts(t testing.TB, path string, form ...string) answer {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(form); i += 2 {
		if err := w.WriteField(form[i], form[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.do(r)
}

func TestTooManyFields(t *testing.T) {
	var fields []string
	for i := range domain.MaxFields {
		fields = append(fields, fmt.Sprintf("f%d", i), "")
	}
	asBoth(t, func(t *testing.T, v visit) {
		for _, to := range []string{"/clients", "/messages", "/mailings", "/profile", "/login"} {
			form := append([]string{"email", "new@example.com", "subject", "S"}, fields...)
			a := v.submit(to, form...)
			a.want(t, 413, "The form has more than 12,000 fields, so nothing was saved.")
			a.wantLack(t, "damaged", "1 MB")
			v.wantWhole(t, a)
			v.submitParts(t, to, form...).want(t, 413, "The form has more than 12,000 fields")
		}
		v.submit("/clients", append([]string{"email", "new@example.com"}, fields[4:]...)...).want(t, map[bool]int{false: 303, true: 200}[v.htmx])
	})
	t.Run("a malformed form is still reported as damaged", func(t *testing.T) {
		v := ann(t)
		for _, body := range []string{"email=%zz", "email=a;b=c", "%", "a=%e"} {
			r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+"/clients", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			v.do(r).want(t, 400, "damaged")
		}
	})
}

// lines is a log that is safe for concurrent use.
type lines struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// A browser that disconnects halfway is not our error: nothing is logged above debug, and nobody else has to wait.
func TestSecurityCutOff(t *testing.T) {
	v, log := editorOf(t), &lines{}
	v.server.Log = slog.New(slog.NewTextHandler(log, nil))
	slowSearch(t, v, 800)
	begun, ended := make(chan string, 10), make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun <- r.URL.Path
		defer func() { ended <- r.URL.Path }()
		v.handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	kind, upload := form("photo.jpg", photo(), article...)
	plain := "email=somebody%40example.com&full_name=Somebody"
	for name, c := range map[string]struct {
		request string
		after   time.Duration // how long the browser stays, so that the work begins
	}{
		"an upload":               {partOf("/posts", kind, len(upload), string(upload[:len(upload)/2])), 0},
		"an upload, in its text":  {partOf("/posts", kind, len(upload), string(upload[:120])), 0},
		"an upload, at its start": {partOf("/posts", kind, len(upload), ""), 0},
		"a form":                  {partOf("/clients", urlencoded, len(plain), plain[:20]), 0},
		"a form before sign-in":   {partOf("/login", urlencoded, len(plain), plain[:20]), 0},
		"a form with parts":       {partOf("/clients", kind, len(upload), string(upload[:200])), 0},
		"chunks":                  {chunked("/clients", "10\r\nemail=somebod"), 0},
		"malformed chunks":        {chunked("/clients", "xyz\r\nemail=somebody"), 0},
		"an upload in chunks":     {chunked("/posts", "ffff\r\nemail=somebod"), 0},
		"a search":                {"GET /clients?q=" + slowText + " HTTP/1.1\r\n", 200 * time.Millisecond},
		"pages never read":        {"GET /clients HTTP/1.1\r\n" + strings.Repeat("\r\nGET /nothing HTTP/1.1\r\nHost: localhost\r\n", 3), 0},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			head, body, _ := strings.Cut(c.request, "\r\n")
			if _, err := io.WriteString(conn, head+"\r\nHost: localhost\r\n"+v.cookieLine()+body+"\r\n"); err != nil {
				t.Fatal(err)
			}
			select {
			case <-begun:
			case <-time.After(time.Minute):
				t.Fatal("it did not begin")
			}
			time.Sleep(c.after)
			_ = conn.(*net.TCPConn).SetLinger(0) // close with a reset, as a closed browser does
			_ = conn.Close()
			for open := 1; open > 0; {
				select {
				case <-begun:
					open++
				case <-ended:
					open--
				case <-time.After(time.Minute):
					t.Fatal("it is still worked on")
				}
			}
		})
	}
	if said := log.String(); said != "" {
		t.Errorf("the log says %s", said)
	}
	if n := len(v.posts()); n != 0 {
		t.Errorf("%d articles were saved", n)
	}
}

// cookieLine is the Cookie header of the browser.
func (b *browser) cookieLine() string {
	return fmt.Sprintf("Cookie: %s=%s\r\n", cookieName, b.cookies[cookieName].Value)
}

// partOf is a form of that declared length, of which only a part is sent.
func partOf(path, kind string, length int, part string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", path, kind, length, part)
}

func chunked(path, part string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n%s", path, urlencoded, part)
}

func TestBodyOfEachRoute(t *testing.T) {
	st := open(t)
	b := st.withRole(domain.RoleAdmin)
	const most = 1 << 20
	for _, line := range st.lines() {
		method, path := at(line, "1")
		if method != http.MethodPost || path == "/logout" {
			continue
		}
		if a := b.send(method, path, urlencoded, "x="+strings.Repeat("x", most-2)); a.Code == http.StatusRequestEntityTooLarge {
			t.Errorf("%s: a form at the bound is too large", line)
		}
		if a := b.send(method, path, urlencoded, "x="+strings.Repeat("x", most-1)); a.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: a form above the bound: %d", line, a.Code)
		}
		if a := b.send(method, path, "application/json", "{}"); a.Code != http.StatusUnsupportedMediaType {
			t.Errorf("%s: what is no form: %d", line, a.Code)
		}
	}
}
