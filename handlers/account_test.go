package handlers_test

import (
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
	"postrider/store/storetest"
)

// letter takes the next system letter out of the outbox.
func (st *site) letter() domain.SystemLetter {
	st.t.Helper()
	l, err := st.store.ClaimLetter(st.t.Context(), 1, st.now)
	if err != nil {
		st.t.Fatalf("no letter is waiting: %v", err)
	}
	return l
}

// link returns the path of the link in a letter.
func link(t testing.TB, l domain.SystemLetter) string {
	t.Helper()
	m := regexp.MustCompile(`<http://postrider\.test(/[^>]*)>`).FindStringSubmatch(l.Body)
	if m == nil {
		t.Fatalf("no link to the public address in %q", l.Body)
	}
	return m[1]
}

// each runs the test as a plain browser and as htmx.
func each(t *testing.T, do func(t *testing.T, st *site, b *browser)) {
	for _, way := range []string{"plain", "htmx"} {
		t.Run(way, func(t *testing.T) {
			st := open(t)
			b := st.browser()
			b.htmx = way == "htmx"
			do(t, st, b)
		})
	}
}

// wantGone fails unless the answer is a redirect that the browser or htmx follows to path.
func (b *browser) wantGone(t testing.TB, a answer, path string) {
	t.Helper()
	status := http.StatusSeeOther
	if b.htmx {
		status = http.StatusOK
	}
	a.want(t, status)
	a.wantTo(t, path)
}

func TestSignUp(t *testing.T) {
	t.Parallel()
	t.Run("leads from the form through the letter to the first sign-in", func(t *testing.T) {
		each(t, func(t *testing.T, st *site, b *browser) {
			b.wantGone(t, b.submit("/signup", "email", " ann@example.com ", "password", storetest.Password, "name", "Ann",
				"time_zone", "Europe/Berlin", "role", "admin", "verified_at", "1"), "/login?notice=sent")
			if st.woken.Load() != 1 {
				t.Error("the sender was not woken")
			}
			b.submit("/login", "email", "ann@example.com", "password", storetest.Password).want(t, 422, "Confirm your address first")
			l := st.letter()
			if l.To.Email != "ann@example.com" || l.Language != "en" {
				t.Errorf("the letter goes to %v in %q", l.To, l.Language)
			}
			a := b.get(link(t, l))
			a.want(t, 200, "Confirm address", "ann@example.com")
			a.wantLack(t, `type="password"`)
			b.wantGone(t, b.submit(link(t, l)), "/")
			here := b.htmx
			b.htmx = false // as the browser follows HX-Redirect
			b.get("/").want(t, 200, "Hello, Ann", "Your address is confirmed, and you&#39;re signed in.")
			b.htmx = here
			b.submit("/logout")
			b.wantGone(t, b.submit("/login", "email", "ANN@example.com", "password", storetest.Password), "/")
			b.get("/").want(t, 200, "Hello, Ann")
			if u, err := st.store.UserByEmail(t.Context(), "ann@example.com"); err != nil || u.TimeZone != "Europe/Berlin" {
				t.Errorf("%+v, %v; want the time zone of the browser", u, err)
			}
		})
	})
	t.Run("gives the same answer for an address with an account, and writes to its owner", func(t *testing.T) {
		each(t, func(t *testing.T, st *site, b *browser) {
			st.newUser("ann@example.com")
			b.wantGone(t, b.submit("/signup", "email", "ann@example.com", "password", "another password"), "/login?notice=sent")
			if l := st.letter(); link(t, l) != "/login" {
				t.Errorf("the letter holds %q", l.Body)
			}
		})
	})
	t.Run("shows what was typed, and each mistake beside its field", func(t *testing.T) {
		each(t, func(t *testing.T, st *site, b *browser) {
			a := b.submit("/signup", "email", "no address", "password", "short", "name", `<b>"Ann"`)
			a.want(t, 422, `value="no address"`, `value="&lt;b&gt;&#34;Ann&#34;"`, `id="email-mistake"`, `id="password-mistake"`,
				`href="#email"`, `aria-describedby="email-mistake "`, "At least 8 characters.")
			if strings.Contains(a.body, "short") {
				t.Error("the password is shown")
			}
			if whole := strings.Contains(a.body, "<html"); whole == b.htmx {
				t.Errorf("a whole page: %v", whole)
			}
		})
	})
	t.Run("takes UTC when the browser names no time zone", func(t *testing.T) {
		st := open(t)
		st.browser().submit("/signup", "email", "ann@example.com", "password", storetest.Password, "time_zone", "../../etc")
		if u, err := st.store.UserByEmail(t.Context(), "ann@example.com"); err != nil || u.TimeZone != "UTC" {
			t.Errorf("%+v, %v", u, err)
		}
	})
	for mode, words := range map[string]string{"closed": "Sign-up is closed", "invite": "by invitation"} {
		t.Run("is refused when it is "+mode+", and every page says so", func(t *testing.T) {
			st := open(t, func(s *handlers.Server) { s.SignUp = domain.SignUpMode(mode) })
			st.newUser("first@example.com")
			b := st.browser()
			for _, page := range []string{"/signup", "/login", "/"} {
				b.get(page).want(t, 200, words)
			}
			b.get("/").wantLack(t, `href="/signup"`)
			b.get("/login").wantLack(t, `href="/signup"`)
			for _, b.htmx = range []bool{false, true} {
				b.submit("/signup", "email", "ann@example.com", "password", storetest.Password).want(t, 403, words)
			}
			if _, err := st.store.UserByEmail(t.Context(), "ann@example.com"); err == nil {
				t.Error("there&#39;s an account")
			}
		})
		t.Run("lets the first one in when it is "+mode+" and nobody else can come, as the admin, and nobody after", func(t *testing.T) {
			st := open(t, func(s *handlers.Server) { s.SignUp, s.Store.FirstIsAdmin = domain.SignUpMode(mode), true })
			b := st.browser()
			b.get("/").want(t, 200, `href="/signup"`)
			b.get("/signup").want(t, 200, "There&#39;s no admin yet", "After that")
			b.submit("/signup", "email", "ann@example.com", "password", "short").want(t, 422, "There&#39;s no admin yet")
			b.submit("/signup", "email", "ann@example.com", "password", storetest.Password).want(t, 303)
			b.submit(link(t, st.letter())).want(t, 303)
			b.get("/audit").want(t, 200)
			st.browser().get("/signup").want(t, 200, words)
			st.browser().submit("/signup", "email", "bob@example.com", "password", storetest.Password).want(t, 403, words)
		})
	}
	t.Run("tells only the first user of an open installation that they become admin", func(t *testing.T) {
		st := open(t, func(s *handlers.Server) { s.Store.FirstIsAdmin = true })
		a := st.browser().get("/signup")
		a.want(t, 200, "There&#39;s no admin yet")
		a.wantLack(t, "After that")
		st.newUser("user@example.com")
		st.browser().get("/signup").want(t, 200, "There&#39;s no admin yet")
		st.userOf("admin@example.com", domain.RoleAdmin)
		st.browser().get("/signup").wantLack(t, "There&#39;s no admin")
	})
	t.Run("limits the letters to one mailbox", func(t *testing.T) {
		st := open(t)
		for _, email := range []string{"ann@example.com", "Ann+1@example.com", "a.nn@example.com", "ann+2@EXAMPLE.com"} {
			a := st.browser().submit("/signup", "email", email, "password", storetest.Password)
			a.want(t, 303)
			a.wantTo(t, "/login?notice=sent")
		}
		st.letter()
		st.noLetter(t)
		if _, err := st.store.UserByEmail(t.Context(), "a.nn@example.com"); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("an account that nobody can confirm: %v", err)
		}
	})
}

func TestVerify(t *testing.T) {
	st := open(t)
	b := st.browser()
	b.submit("/signup", "email", "ann@example.com", "password", storetest.Password)
	path := link(t, st.letter())
	for name, change := range map[string]func(){"unknown": func() {}, "late": func() { st.now = st.now.Add(25 * time.Hour) }} {
		t.Run("answers 404 to a token that is "+name, func(t *testing.T) {
			change()
			if name == "unknown" {
				path := "/verify/" + strings.Repeat("a", 43)
				b.get(path).want(t, 404)
				b.submit(path).want(t, 404)
				return
			}
			b.get(path).want(t, 404)
			b.submit(path).want(t, 404)
			st.now = st.now.Add(-25 * time.Hour)
		})
	}
	t.Run("keeps the address secret, and takes a token once", func(t *testing.T) {
		a := b.get(path)
		a.want(t, 200)
		if a.Header().Get("Referrer-Policy") != "no-referrer" || a.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("headers %v", a.Header())
		}
		b.submit(path).want(t, 303)
		b.submit(path).want(t, 404)
	})
}

func TestDeadLinks(t *testing.T) {
	for path, next := range map[string]string{"/verify/": "/login", "/reset/": "/forgot", "/setup/": "/login", "/email/": "/profile", "/invite/": "/"} {
		t.Run("the page of a link that does not work leads on from "+path, func(t *testing.T) {
			a := open(t).browser().get(path + "no-such-token")
			a.want(t, http.StatusNotFound, "<h1>This link no longer works</h1>", `<p><a href="`+next+`">`)
		})
	}
}
