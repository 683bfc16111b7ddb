package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/handlers"
	"postrider/store/storetest"
)

const cookieName = "postrider"

func TestLogin(t *testing.T) {
	t.Parallel()
	t.Run("opens a session, and signing out ends it", func(t *testing.T) {
		each(t, func(t *testing.T, st *site, b *browser) {
			st.newUser("ann@example.com")
			b.wantGone(t, b.post("/login", "email", "ann@example.com", "password", storetest.Password, "next", "/login?x=1"), "/login?x=1")
			old := b.cookies[cookieName]
			if !old.HttpOnly || old.SameSite != http.SameSiteLaxMode || old.Path != "/" || old.Secure || len(old.Value) < 22 {
				t.Errorf("the cookie is %v", old)
			}
			if a := b.get("/"); !strings.Contains(a.body, "ann@example.com") || a.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("not signed in, or kept in caches: %s", a.body)
			}
			b.wantGone(t, b.get("/login"), "/")
			b.wantGone(t, b.post("/logout"), "/")
			if b.cookies[cookieName] != nil {
				t.Error("the cookie is still there")
			}
			b.cookies[cookieName] = old
			if a := b.get("/"); strings.Contains(a.body, "ann@example.com") {
				t.Error("the old cookie still opens the session")
			}
		})
	})
	t.Run("answers the same to a wrong password and to an unknown address", func(t *testing.T) {
		each(t, func(t *testing.T, st *site, b *browser) {
			st.newUser("ann@example.com")
			known := b.post("/login", "email", "ann@example.com", "password", "wrong password")
			unknown := b.post("/login", "email", "eve@example.com", "password", "wrong password")
			known.want(t, 422, "The address or the password is wrong.")
			unknown.want(t, 422)
			if strings.ReplaceAll(known.body, "ann@", "eve@") != unknown.body {
				t.Errorf("two answers:\n%s\n%s", known.body, unknown.body)
			}
		})
	})
	t.Run("takes nothing from the address", func(t *testing.T) {
		st := open(t)
		st.newUser("ann@example.com")
		st.browser().post("/login?email=ann@example.com&password="+url.QueryEscape(storetest.Password)).want(t, 422)
	})
}

func TestSession(t *testing.T) {
	t.Run("sends a stranger to sign in, and htmx with him", func(t *testing.T) {
		st := open(t)
		b := st.browser()
		b.get("/clients?q=a%26b").wantTo(t, "/login?next=%2Fclients%3Fq%3Da%2526b")
		b.post("/logout").wantTo(t, "/login?next=%2F")
		b.htmx = true
		b.header["HX-Current-URL"] = "http://" + publicHost + "/clients?q=x"
		a := b.get("/clients/7/edit?part=row")
		a.want(t, 401)
		a.wantTo(t, "/login?next=%2Fclients%3Fq%3Dx")
	})
}

func TestLanguage(t *testing.T) {
	st := open(t)
	b := st.browser()
	b.header["Accept-Language"] = "ru-RU,ru;q=0.9,en;q=0.5"
	b.get("/login").want(t, 200, `<html lang="ru">`, "Войти")
	b.post("/language", "lang", "en", "next", "/login").want(t, 303)
	b.get("/login").want(t, 200, `<html lang="en">`, "Sign in")
	b.post("/language", "lang", "xx").want(t, 422)
	t.Run("stays with the account", func(t *testing.T) {
		b, u := st.signedIn("ann@example.com")
		b.post("/language", "lang", "ru", "next", "/").want(t, 303)
		b.get("/").want(t, 200, "Здравствуйте")
		if u, err := st.store.User(t.Context(), u.ID); err != nil || u.Language != "ru" {
			t.Errorf("%+v, %v", u, err)
		}
		b = st.browser()
		b.login("ann@example.com")
		b.get("/").want(t, 200, "Здравствуйте")
	})
}

func TestFlash(t *testing.T) {
	st := open(t)
	b, u := st.signedIn("ann@example.com")
	c := storetest.Client(t, st.store, u.TeamID, "bob@example.com")
	b.post("/clients/"+number(c.ID)+"/delete").wantTo(t, "/clients")
	b.get("/clients").want(t, 200, "Deleted bob@example.com.")
	if a := b.get("/clients"); strings.Contains(a.body, "Deleted bob@example.com.") {
		t.Error("the news is shown twice")
	}
}

// mailbox is a built-in mailbox with one letter.
type mailbox struct{}

func (mailbox) Letters() []domain.CaughtLetter {
	l, _ := mailbox{}.Letter(1)
	return []domain.CaughtLetter{l}
}

func (mailbox) Letter(id int64) (domain.CaughtLetter, error) {
	if id != 1 {
		return domain.CaughtLetter{}, domain.ErrNotFound
	}
	return domain.CaughtLetter{ID: 1, Subject: "<script>x</script>", To: "ann@example.com", Source: []byte("Subject: <b>x\r\n\r\n"),
		Text: "Open http://postrider.test/verify/abc.", HTML: "<script>alert(1)</script>"}, nil
}

func withMailbox(s *handlers.Server) { s.Mailbox = mailbox{} }

func TestMailbox(t *testing.T) {
	t.Run("shows its letters, which can do nothing", func(t *testing.T) {
		b := open(t, withMailbox).browser()
		b.get("/mailbox").want(t, 200, "&lt;script&gt;", `href="/mailbox/1"`)
		b.get("/mailbox/1").want(t, 200, `<iframe class="letter-frame" sandbox src="/mailbox/1/html"`, `href="http://postrider.test/verify/abc"`)
		a := b.get("/mailbox/1/html")
		a.want(t, 200)
		if csp := a.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "sandbox; default-src 'none'") {
			t.Errorf("the frame has the policy %q", csp)
		}
		a = b.get("/mailbox/1/source")
		a.want(t, 200, "Subject: <b>x\r\n")
		if kind := a.Header().Get("Content-Type"); kind != "text/plain; charset=utf-8" {
			t.Errorf("the source is %q", kind)
		}
		for _, path := range []string{"/mailbox/2", "/mailbox/0", "/mailbox/-1", "/mailbox/+1", "/mailbox/01", "/mailbox/x", "/mailbox/9223372036854775808", "/mailbox/2/html"} {
			b.get(path).want(t, 404)
		}
	})
	t.Run("is not there without it, nor under another host", func(t *testing.T) {
		open(t).browser().get("/mailbox").want(t, 404)
		b := open(t, withMailbox).browser()
		b.do(httptest.NewRequest(http.MethodGet, "http://localhost/mailbox", nil)).want(t, 404)
		b.do(httptest.NewRequest(http.MethodGet, "http://"+publicHost+":81/mailbox", nil)).want(t, 404)
		b.do(httptest.NewRequest(http.MethodGet, "http://evil.test/mailbox/1/html", nil)).want(t, 404)
	})
}
