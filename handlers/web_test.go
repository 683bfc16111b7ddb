package handlers_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/handlers"
	"postrider/static"
	"postrider/store/storetest"
)

func number(id int64) string { return strconv.FormatInt(id, 10) }

func TestHeaders(t *testing.T) {
	st := open(t, withMailbox)
	for _, path := range []string{"/", "/login", "/nothing", "/clients", "/mailbox/1", "/healthz", static.URL("app.css"), "/static/nothing"} {
		t.Run("stand on "+path, func(t *testing.T) {
			h := st.browser().get(path).Header()
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
				"Cross-Origin-Opener-Policy": "same-origin"} {
				if h.Get(name) != want {
					t.Errorf("%s: %q", name, h.Get(name))
				}
			}
			csp := h.Get("Content-Security-Policy")
			for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
				if !strings.Contains(csp, want) {
					t.Errorf("the policy %q lacks %s", csp, want)
				}
			}
			if strings.Contains(csp, "unsafe") || h.Get("Permissions-Policy") == "" || h.Get("X-Request-Id") == "" {
				t.Errorf("headers %v", h)
			}
			if vary := h.Get("Vary"); !strings.Contains(vary, "HX-Request, HX-Request-Type") {
				t.Errorf("Vary: %q", vary)
			}
		})
	}
}

func TestCrossSite(t *testing.T) {
	for name, header := range map[string]map[string]string{
		"by Sec-Fetch-Site": {"Sec-Fetch-Site": "cross-site"},
		"by Origin":         {"Origin": "http://evil.test"},
	} {
		t.Run("a form of another site is refused, known "+name, func(t *testing.T) {
			st := open(t)
			storetest.User(t, st.store, "ann@example.com")
			b := st.browser()
			b.header = header
			b.post("/login", "email", "ann@example.com", "password", storetest.Password).want(t, 403, "another site")
			if b.cookies[cookieName] != nil {
				t.Error("there is a session")
			}
		})
	}
	t.Run("our own forms are taken", func(t *testing.T) {
		st := open(t)
		b := st.browser()
		b.header = map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "http://" + publicHost}
		b.post("/language", "lang", "ru").want(t, 303)
	})
}

func TestHost(t *testing.T) {
	st := open(t)
	for host, want := range map[string]int{
		publicHost: 200, publicHost + ":80": 200, "POSTRIDER.test": 200, "localhost:8080": 200, "127.0.0.1": 200, "[::1]:8080": 200,
		"evil.test": 421, publicHost + ":81": 421, publicHost + ".evil.test": 421, "10.0.0.1": 421, "": 421,
	} {
		t.Run("of "+host, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/login", nil)
			r.Host = host
			st.browser().do(r).want(t, want)
			r = httptest.NewRequest(http.MethodGet, "/healthz", nil)
			r.Host = host
			st.browser().do(r).want(t, 200)
		})
	}
}

func TestLargeForm(t *testing.T) {
	st := open(t)
	large := "email=" + strings.Repeat("a", 1<<20)
	for name, body := range map[string]io.Reader{"with a length": strings.NewReader(large), "in chunks": io.MultiReader(strings.NewReader(large))} {
		t.Run("is refused "+name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+"/login", body)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			st.browser().do(r).want(t, 413, "larger than 1 MB", "<html")
		})
	}
	t.Run("leaves the form on the page as it is with htmx", func(t *testing.T) {
		b := st.browser()
		b.htmx = true
		a := b.post("/login", "email", strings.Repeat("a", 1<<20))
		a.want(t, 413, "larger than 1 MB")
		if a.Header().Get("HX-Retarget") != "find .summary" || strings.Contains(a.body, "<html") {
			t.Errorf("it goes to %q: %s", a.Header().Get("HX-Retarget"), a.body)
		}
	})
	t.Run("is not a form at all when it is JSON", func(t *testing.T) {
		r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+"/login", strings.NewReader("{}"))
		r.Header.Set("Content-Type", "application/json")
		st.browser().do(r).want(t, 415)
	})
	t.Run("is named when it is damaged", func(t *testing.T) {
		r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+"/login", strings.NewReader("email=%zz"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		st.browser().do(r).want(t, 400)
	})
}

// broken is a mailbox that fails as nothing should.
type broken struct{}

func (broken) Letters() []domain.CaughtLetter { panic("a secret detail") }

func (broken) Letter(int64) (domain.CaughtLetter, error) {
	return domain.CaughtLetter{}, errors.New("a secret detail")
}

func TestOurFault(t *testing.T) {
	var log bytes.Buffer
	st := open(t, func(s *handlers.Server) {
		s.Mailbox = broken{}
		s.Log = slog.New(slog.NewTextHandler(&log, nil))
	})
	for path, name := range map[string]string{"/mailbox": "a panic", "/mailbox/1": "an error"} {
		t.Run("shows the number of the request and nothing else for "+name, func(t *testing.T) {
			log.Reset()
			a := st.browser().get(path)
			request := a.Header().Get("X-Request-Id")
			a.want(t, 500, request, "<html")
			if strings.Contains(a.body, "secret") {
				t.Error("the detail is shown")
			}
			if strings.Count(log.String(), "level=ERROR") != 1 || !strings.Contains(log.String(), request) || !strings.Contains(log.String(), "secret") {
				t.Errorf("the log says %q", log.String())
			}
		})
		t.Run("leaves the page as it is with htmx for "+name, func(t *testing.T) {
			b := st.browser()
			b.htmx = true
			a := b.get(path)
			a.want(t, 500, a.Header().Get("X-Request-Id"))
			if a.Header().Get("HX-Retarget") != "#toasts" || strings.Contains(a.body, "<html") {
				t.Errorf("headers %v", a.Header())
			}
		})
	}
}

func TestProbes(t *testing.T) {
	b := open(t).browser()
	b.get("/healthz").want(t, 200, "ok")
	b.get("/readyz").want(t, 200, "ok")
	t.Run("readyz is 503 when the database cannot be written", func(t *testing.T) {
		closed := storetest.OpenAt(t, filepath.Join(t.TempDir(), "closed.db"))
		st := open(t, func(s *handlers.Server) { s.Store = closed })
		if err := closed.Close(); err != nil {
			t.Fatal(err)
		}
		st.browser().get("/readyz").want(t, 503, "the database cannot be written")
	})
}

func TestStatic(t *testing.T) {
	b := open(t).browser()
	for _, name := range []string{"app.css", "app.js", "logo.svg", "vendor/htmx-4.0.1.min.js"} {
		a := b.get(static.URL(name))
		a.want(t, 200)
		if a.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %v", name, a.Header())
		}
	}
	b.get("/static/app.css").want(t, 404)
	b.get("/static/").want(t, 404)
	b.get("/static/vendor/").want(t, 404)
}
