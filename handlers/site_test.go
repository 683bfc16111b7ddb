package handlers_test

import (
	"database/sql"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
	"postrider/store"
	"postrider/store/storetest"
)

// site is the service as a test visits it: the real routes on a real store.
type site struct {
	t       testing.TB
	store   *store.Store
	file    string  // of the store
	db      *sql.DB // the file past the store; see database
	handler http.Handler
	server  *handlers.Server
	now     time.Time    // what the service takes for now
	woken   atomic.Int32 // how often the sender was woken
	viewed  atomic.Int64 // views that were counted
}

const publicHost = "postrider.test"

// patience is how long a test waits for what must happen.
const patience = 3 * time.Minute

// open starts a site at http://postrider.test; change may alter its settings first.
func open(t testing.TB, change ...func(*handlers.Server)) *site {
	t.Helper()
	file := filepath.Join(t.TempDir(), "postrider.db")
	st := &site{t: t, store: storetest.OpenAt(t, file), file: file, now: time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)}
	st.server = &handlers.Server{Store: st.store, URL: &url.URL{Scheme: "http", Host: publicHost},
		Now: func() time.Time { return st.now }, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Wake: func() { st.woken.Add(1) }, Viewed: func(int64) { st.viewed.Add(1) }, Relay: func() domain.RelayState { return domain.RelayState{} },
		SignUp: "open", Sender: "Postrider <postrider@postrider.test>", Version: "test"}
	st.server.SetPageTime(patience) // a slow machine is no mistake, but where the time is what is tested
	for _, c := range change {
		c(st.server)
	}
	var err error
	if st.handler, err = st.server.Handler(); err != nil {
		t.Fatal(err)
	}
	return st
}

// browser keeps cookies between requests. With htmx it asks as htmx does.
type browser struct {
	site    *site
	cookies map[string]*http.Cookie
	htmx    bool
	header  map[string]string // on every request
}

func (st *site) browser() *browser {
	return &browser{site: st, cookies: map[string]*http.Cookie{}, header: map[string]string{}}
}

func (b *browser) login(email string) {
	b.site.t.Helper()
	r := b.post("/login", "email", email, "password", storetest.Password)
	if r.Code != http.StatusSeeOther {
		b.site.t.Fatalf("%s could not sign in: %d", email, r.Code)
	}
}

// answer is what came back, with its body read.
type answer struct {
	*httptest.ResponseRecorder
	body string
}

func (b *browser) get(path string) answer {
	return b.do(httptest.NewRequest(http.MethodGet, "http://"+publicHost+path, nil))
}

// post sends a form of names and values.
func (b *browser) post(path string, form ...string) answer {
	values := url.Values{}
	for i := 0; i < len(form); i += 2 {
		values.Add(form[i], form[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

func (b *browser) do(r *http.Request) answer {
	for _, cookie := range b.cookies {
		r.AddCookie(cookie)
	}
	if b.htmx {
		r.Header.Set("HX-Request", "true")
		r.Header.Set("HX-Request-Type", "partial")
		r.Header.Set("HX-Source", "form")
	}
	for name, value := range b.header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	b.site.handler.ServeHTTP(w, r)
	for _, cookie := range w.Result().Cookies() {
		if cookie.MaxAge < 0 {
			delete(b.cookies, cookie.Name)
		} else {
			b.cookies[cookie.Name] = cookie
		}
	}
	return answer{w, w.Body.String()}
}

// want fails the test unless the answer has the status and, in its body, every one of the texts.
func (a answer) want(t testing.TB, status int, texts ...string) {
	t.Helper()
	if a.Code != status {
		t.Fatalf("status %d, want %d; body:\n%s", a.Code, status, a.body)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Errorf("%q is missing in:\n%s", text, a.body)
		}
	}
}

// wantTo fails the test unless the answer leads to the path.
func (a answer) wantTo(t testing.TB, path string) {
	t.Helper()
	to := a.Header().Get("Location")
	if redirect := a.Header().Get("HX-Redirect"); redirect != "" {
		to = redirect
	}
	if to != path {
		t.Errorf("status %d, leads to %q, want %q", a.Code, to, path)
	}
}
