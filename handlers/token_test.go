package handlers_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
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

// asked is a site where someone asked for a confirmation letter, and the path in that letter.
func asked(t *testing.T, change ...func(*handlers.Server)) (*site, *browser, string) {
	t.Helper()
	st := open(t, change...)
	b := st.browser()
	b.submit("/signup", "email", "ann@example.com", "password", storetest.Password).want(t, 303)
	return st, b, link(t, st.letter())
}

// Tokens: 32 random bytes, stored as SHA-256, used once, a new one voids the old; GET shows a button, POST uses the token.
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
		b.submit("/signup", "email", "ann@example.com", "password", storetest.Password).want(t, 303)
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
		b.submit(path).want(t, 303)
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
		b.submit("/signup", "email", "Ann@example.com", "password", storetest.Password).want(t, 303)
		newer := link(t, st.letter())
		b.submit(path).want(t, 404)
		b.submit(newer).want(t, 303)
	})
}

// Tokens: every bad token gets the same 404; those pages are no-store and no-referrer.
func TestSecurityBadTokens(t *testing.T) {
	st, b, used := asked(t)
	b.submit(used).want(t, 303)
	b.submit("/signup", "email", "late@example.com", "password", storetest.Password).want(t, 303)
	late := link(t, st.letter())
	b.submit("/signup", "email", "void@example.com", "password", storetest.Password).want(t, 303)
	void := link(t, st.letter())
	st.now = st.now.Add(time.Hour)
	b.submit("/signup", "email", "void@example.com", "password", storetest.Password).want(t, 303)
	good := link(t, st.letter())
	a := b.get(good)
	a.want(t, 200)
	a.wantSecret(t)
	b.submit("/signup", "email", "bob@example.com", "password", storetest.Password).want(t, 303)
	st.now = st.now.Add(domain.VerifyValid)
	want := ""
	for name, path := range map[string]string{"used": used, "late": late, "void": void, "unknown": "/verify/" + store.NewToken(), "short": "/verify/x",
		"long": "/verify/" + strings.Repeat("x", 9000), "empty": "/verify/", "strange": "/verify/%00%ff'", "the hash of one": "/verify/%27%20OR%201=1"} {
		for _, b.htmx = range []bool{false, true} {
			for _, a := range []answer{b.get(path), b.submit(path)} {
				a.want(t, 404)
				if name != "empty" {
					a.wantSecret(t)
				}
				body := strings.ReplaceAll(strings.ReplaceAll(a.body, path, ""), `value="`+strings.ReplaceAll(path, "'", "&#39;")+`"`, `value=""`)
				if b.htmx || name == "empty" { // not an address with a token
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

// wantSecret fails unless the browser keeps the page's address to itself.
func (a answer) wantSecret(t testing.TB) {
	t.Helper()
	if h := a.Header(); h.Get("Referrer-Policy") != "no-referrer" || h.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", h)
	}
}

// Tokens, passwords and session ids are never logged.
func TestSecurityLog(t *testing.T) {
	var log bytes.Buffer
	st, b, path := asked(t, func(s *handlers.Server) {
		s.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	token := path[strings.LastIndex(path, "/")+1:]
	mend := st.raw.Break("tokens", "UPDATE")
	b.submit(path).want(t, 500)
	mend()
	b.submit(path).want(t, 303)
	b.login("ann@example.com")
	session := b.cookies[cookieName].Value
	st.raw.Break("sessions", "INSERT")
	st.browser().submit("/login", "email", "ann@example.com", "password", storetest.Password).want(t, 500)
	st.raw.Lose("clients")
	b.get("/clients?q=a+search").want(t, 500)
	st.raw.Lose("tokens")
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

// tokenKind is a kind of token: how long it is valid, how to ask for one, and the form that uses it. Asking again makes a newer one.
type tokenKind struct {
	valid time.Duration
	ask   func(st *site) (path string)
	form  []string
}

// tokenKinds are all of them. The tests of each feature show what they do.
func tokenKinds() map[string]tokenKind {
	const email = "ann@example.com"
	inside := map[*site]*browser{} // signed-in browsers that ask
	enter := func(st *site, email string) *browser {
		if inside[st] == nil {
			inside[st], _ = st.signedIn(email)
		}
		return inside[st]
	}
	post := func(b *browser, to string, form ...string) string {
		b.submit(to, form...).want(b.site.t, 303)
		return link(b.site.t, b.site.letter())
	}
	return map[string]tokenKind{
		"verification": {24 * time.Hour, func(st *site) string {
			return post(st.browser(), "/signup", "email", email, "password", storetest.Password)
		}, []string{"password", newPassword}},
		"reset": {30 * time.Minute, func(st *site) string {
			enter(st, email)
			return post(st.browser(), "/forgot", "email", email)
		}, []string{"password", newPassword}},
		"new address": {24 * time.Hour, func(st *site) string {
			path := post(enter(st, email), "/profile/email", "email", "new@example.com", "password", storetest.Password)
			st.letter() // the warning to the old address
			return path
		}, []string{"password", storetest.Password}},
		"invitation": {7 * 24 * time.Hour, func(st *site) string {
			enter(st, "host@example.com").submit("/team/invite", "email", email).want(st.t, 200)
			return link(st.t, st.letter())
		}, []string{"password", newPassword}},
	}
}

// tokenIn returns the token in the path of a page.
func tokenIn(path string) string { return path[strings.LastIndex(path, "/")+1:] }

// Tokens: 32 random bytes, stored as SHA-256, confirmation 24 hours, reset 30 minutes, invitation 7 days; used once, in one UPDATE; a new
// one voids the old; GET shows a button, POST uses the token.
func TestSecurityTokensOfEachKind(t *testing.T) {
	t.Parallel()
	for name, kind := range tokenKinds() {
		t.Run(name+": 32 random bytes, at rest as their SHA-256", func(t *testing.T) {
			st := open(t)
			token := tokenIn(kind.ask(st))
			sum := sha256.Sum256([]byte(token))
			if raw, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(raw) != 32 || !bytes.Contains(st.atRest(), sum[:]) {
				t.Errorf("%d bytes, %v, or the hash is not in the file", len(raw), err)
			}
			if strings.Contains(strings.Join(withoutOutbox(st.dump()), "\n"), token) {
				t.Error("a table holds the token")
			}
		})
		t.Run(name+": GET and HEAD show a button and use nothing up, POST does, once of many", func(t *testing.T) {
			st := open(t)
			path := kind.ask(st)
			before := st.dump()
			for range 3 {
				a := st.browser().get(path)
				a.want(t, 200, "<button", `action="`+path+`"`)
				a.wantSecret(t)
				st.browser().send(http.MethodHead, path, "", "").want(t, 200)
			}
			st.wantSame(t, before, "a GET")
			if used := st.useAtOnce(path, kind.form, 12); used != 1 {
				t.Errorf("it was used %d times", used)
			}
			st.browser().get(path).want(t, 404)
			st.browser().submit(path, kind.form...).want(t, 404)
		})
		t.Run(name+": good until the last second", func(t *testing.T) {
			st := open(t)
			path := kind.ask(st)
			st.now = st.now.Add(kind.valid - time.Second)
			st.browser().get(path).want(t, 200)
			st.now = st.now.Add(time.Second)
			for _, a := range []answer{st.browser().get(path), st.browser().submit(path, kind.form...)} {
				a.want(t, 404)
				a.wantSecret(t)
			}
		})
		t.Run(name+": void once there is a new one", func(t *testing.T) {
			st := open(t)
			old := kind.ask(st)
			st.now = st.now.Add(time.Hour) // at most one letter an hour
			newer := kind.ask(st)
			st.browser().get(old).want(t, 404)
			st.browser().submit(old, kind.form...).want(t, 404)
			if a := st.browser().submit(newer, kind.form...); a.Code != 303 {
				t.Errorf("the newer one: %d", a.Code)
			}
		})
		t.Run(name+": good for nothing else", func(t *testing.T) {
			st := open(t)
			path := kind.ask(st)
			before := st.dump()
			for _, page := range []string{"/verify/", "/reset/", "/email/", "/invite/"} {
				if to := page + tokenIn(path); to != path {
					st.browser().get(to).want(t, 404)
					st.browser().submit(to, "password", newPassword).want(t, 404)
				}
			}
			thief := st.browser()
			thief.cookies[cookieName] = &http.Cookie{Name: cookieName, Value: tokenIn(path)}
			thief.get("/clients").want(t, 303)
			st.wantSame(t, before, "a token in the wrong place")
		})
	}
}

// useAtOnce posts a form n times at once and returns how often it was accepted.
func (st *site) useAtOnce(path string, form []string, n int) int {
	var all sync.WaitGroup
	var used atomic.Int32
	for range n {
		all.Go(func() {
			r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+path, strings.NewReader(encoded(form)))
			r.Header.Set("Content-Type", urlencoded)
			w := httptest.NewRecorder()
			st.handler.ServeHTTP(w, r)
			if w.Code == http.StatusSeeOther {
				used.Add(1)
			}
		})
	}
	all.Wait()
	return int(used.Load())
}

// Tokens: never logged, not even when something fails while one is used, and never in anyone else's letter.
func TestSecurityTokensNeverInLogs(t *testing.T) {
	t.Parallel()
	for name, kind := range tokenKinds() {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			st := open(t, func(s *handlers.Server) {
				s.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			})
			path := kind.ask(st)
			var mend []func()
			for _, table := range []string{"tokens", "invitations", "users", "audit"} {
				mend = append(mend, st.raw.Break(table, "UPDATE"), st.raw.Break(table, "INSERT"))
			}
			st.browser().submit(path, kind.form...).want(t, 500)
			for _, mend := range mend {
				mend()
			}
			st.browser().get(path+"?x=%zz").want(t, 200)
			st.browser().send(http.MethodPost, path, "application/json", "{}").want(t, 415)
			st.browser().submit(path, kind.form...).want(t, 303)
			st.browser().submit(path, kind.form...).want(t, 404)
			st.raw.Lose("tokens")
			st.raw.Lose("invitations")
			st.browser().get(path).want(t, 500)
			if strings.Contains(log.String(), tokenIn(path)) || strings.Count(log.String(), "level=ERROR") != 2 {
				t.Errorf("the log holds the token, or not two errors: %s", log.String())
			}
			if strings.Contains(strings.Join(st.raw.Rows("audit", "*"), "\n"), tokenIn(path)) {
				t.Error("the audit log holds the token")
			}
		})
	}
}

// Input: role, team_id, verified and id beside a token change nothing: a user with a letter joins only that letter's team.
func TestSecurityBindingOfTokens(t *testing.T) {
	t.Parallel()
	for name, kind := range tokenKinds() {
		t.Run(name, func(t *testing.T) {
			st := open(t)
			st.userOf("admin@example.com", domain.RoleAdmin)
			path := kind.ask(st)
			form := slices.Concat(kind.form, []string{"role", "admin", "Role", "admin", "team_id", "1", "team", "1", "id", "1", "user_id", "1", "verified", "true",
				"verified_at", "1", "blocked_at", "1", "email", "admin@example.com", "token", "x", "kind", "invite"})
			st.browser().do(encodings(path, form, url.Values{"role": {"admin"}, "team_id": {"1"}})["urlencoded"]).want(t, 303)
			for _, row := range st.raw.Rows("users", "email, role, team_id, blocked_at") {
				if address, rest, _ := strings.Cut(row, "|"); address != "admin@example.com" && (!strings.HasPrefix(rest, "user|") || strings.HasPrefix(rest, "user|1|") || !strings.HasSuffix(rest, "|<nil>")) {
					t.Errorf("an admin, or of their team, or blocked: %s", row)
				}
			}
			if _, err := st.store.SignIn(t.Context(), store.Origin{Address: "::1"}, "admin@example.com", storetest.Password, st.now); err != nil {
				t.Errorf("the admin: %v", err)
			}
		})
	}
}
