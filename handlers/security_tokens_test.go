package handlers_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
	"postrider/store"
	"postrider/store/storetest"
)

// asked is a site on which somebody has asked for the letter that confirms an address, and the path in that letter.
func asked(t *testing.T, change ...func(*handlers.Server)) (*site, *browser, string) {
	t.Helper()
	st := open(t, change...)
	b := st.browser()
	b.post("/signup", "email", "ann@example.com", "password", storetest.Password).want(t, 303)
	return st, b, link(t, st.letter())
}

// Tokens: 32 random bytes, SHA-256 at rest, used once, a new one voids the old; GET shows a button, POST consumes.
func TestSecurityTokens(t *testing.T) {
	t.Parallel()
	t.Run("are 32 random bytes, at rest as their SHA-256 once the letter is gone", func(t *testing.T) {
		st, b, path := asked(t)
		token := path[strings.LastIndex(path, "/")+1:]
		if raw, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(raw) != 32 {
			t.Errorf("%d bytes, %v", len(raw), err)
		}
		sum := sha256.Sum256([]byte(token))
		if !bytes.Contains(st.atRest(), sum[:]) {
			t.Error("its hash is not there")
		}
		st.now = st.now.Add(time.Hour)
		b.post("/signup", "email", "ann@example.com", "password", storetest.Password).want(t, 303)
		l := st.letter()
		token = l.Body[strings.Index(l.Body, "/verify/")+len("/verify/"):]
		token = token[:strings.Index(token, ">")]
		gone := domain.Result{Outcome: domain.OutcomeSent}
		if err := st.store.LetterDone(t.Context(), 1, l, gone, domain.Step{State: domain.DeliverySent, NextAt: st.now}); err != nil {
			t.Fatal(err)
		}
		for _, row := range st.dump() {
			if strings.Contains(row, token) {
				t.Errorf("a table holds it: %s", row)
			}
		}
	})
	t.Run("are not used up by a GET or a HEAD, as mail scanners send them", func(t *testing.T) {
		st, b, path := asked(t)
		before := st.dump()
		for range 3 {
			b.get(path).want(t, 200, "<button", `action="`+path+`"`)
			b.send(http.MethodHead, path, "", "").want(t, 200)
		}
		st.wantSame(t, before, "a GET")
		b.post(path).want(t, 303)
	})
	t.Run("are used up once, also when many use one at once", func(t *testing.T) {
		st, b, path := asked(t)
		var all sync.WaitGroup
		var used atomic.Int32
		for range 20 {
			all.Go(func() {
				r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+path, nil)
				r.AddCookie(b.cookies["postrider-sign-up"])
				w := httptest.NewRecorder()
				st.handler.ServeHTTP(w, r)
				if w.Code == http.StatusSeeOther {
					used.Add(1)
				}
			})
		}
		all.Wait()
		if used.Load() != 1 {
			t.Errorf("it was used %d times", used.Load())
		}
	})
	t.Run("are void once there is a new one", func(t *testing.T) {
		st, b, path := asked(t)
		st.now = st.now.Add(time.Hour)
		b.post("/signup", "email", "Ann@example.com", "password", storetest.Password).want(t, 303)
		newer := link(t, st.letter())
		b.post(path).want(t, 404)
		b.post(newer).want(t, 303)
	})
}

// Tokens: any bad one is the same 404; those pages are no-store and no-referrer.
func TestSecurityBadTokens(t *testing.T) {
	st, b, used := asked(t)
	b.post(used).want(t, 303)
	b.post("/signup", "email", "late@example.com", "password", storetest.Password).want(t, 303)
	late := link(t, st.letter())
	b.post("/signup", "email", "void@example.com", "password", storetest.Password).want(t, 303)
	void := link(t, st.letter())
	st.now = st.now.Add(time.Hour)
	b.post("/signup", "email", "void@example.com", "password", storetest.Password).want(t, 303)
	good := link(t, st.letter())
	a := b.get(good)
	a.want(t, 200)
	a.wantSecret(t)
	b.post("/signup", "email", "bob@example.com", "password", storetest.Password).want(t, 303)
	st.now = st.now.Add(domain.VerifyValid)
	want := ""
	for name, path := range map[string]string{"used": used, "late": late, "void": void, "unknown": "/verify/" + store.NewToken(), "short": "/verify/x",
		"long": "/verify/" + strings.Repeat("x", 9000), "empty": "/verify/", "strange": "/verify/%00%ff'", "the hash of one": "/verify/%27%20OR%201=1"} {
		for _, b.htmx = range []bool{false, true} {
			for _, a := range []answer{b.get(path), b.post(path)} {
				a.want(t, 404)
				if name != "empty" {
					a.wantSecret(t)
				}
				body := strings.ReplaceAll(strings.ReplaceAll(a.body, path, ""), `value="`+strings.ReplaceAll(path, "'", "&#39;")+`"`, `value=""`)
				if b.htmx || name == "empty" { // which is no address of a token at all
					continue
				}
				if want == "" {
					want = body
				}
				if body != want {
					t.Errorf("one that is %s is told from others:\n%s\n%s", name, body, want)
				}
			}
		}
	}
}

// wantSecret fails unless the address of the page stays in the browser.
func (a answer) wantSecret(t testing.TB) {
	t.Helper()
	if h := a.Header(); h.Get("Referrer-Policy") != "no-referrer" || h.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", h)
	}
}

// Tokens, passwords and session ids are never in logs.
func TestSecurityLog(t *testing.T) {
	var log bytes.Buffer
	st, b, path := asked(t, func(s *handlers.Server) {
		s.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	token := path[strings.LastIndex(path, "/")+1:]
	st.exec(`CREATE TRIGGER broken BEFORE UPDATE ON tokens BEGIN SELECT raise(ABORT, 'the disk is on fire'); END`)
	b.post(path).want(t, 500)
	st.exec(`DROP TRIGGER broken`)
	b.post(path).want(t, 303)
	b.login("ann@example.com")
	session := b.cookies[cookieName].Value
	st.exec(`CREATE TRIGGER broken BEFORE INSERT ON sessions BEGIN SELECT raise(ABORT, 'the disk is on fire'); END`)
	st.browser().post("/login", "email", "ann@example.com", "password", storetest.Password).want(t, 500)
	st.exec(`DROP TABLE clients`)
	b.get("/clients?q=a+search").want(t, 500)
	st.exec(`DROP TABLE tokens`)
	b.get(path).want(t, 500)
	if n := strings.Count(log.String(), "level=ERROR"); n != 4 {
		t.Errorf("%d errors are in the log, not 4", n)
	}
	for _, secret := range []string{token, session, storetest.Password, "argon2id", "a+search", "a search"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q: %s", secret, log.String())
		}
	}
}
