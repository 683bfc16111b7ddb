package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"postrider/handlers"
	"postrider/store/storetest"
)

func TestConfirm(t *testing.T) {
	t.Parallel()
	t.Run("in another browser asks for a password, says why, and keeps the link valid after a bad one", func(t *testing.T) {
		each(t, func(t *testing.T, st *site, b *browser) {
			first := st.browser()
			first.submit("/signup", "email", "ann@example.com", "password", storetest.Password, "name", "Ann").want(t, 303)
			to := link(t, st.letter())
			a := b.get(to)
			a.want(t, 200, "ann@example.com", "created in another browser", `type="password"`, `autocomplete="new-password"`)
			a.wantSecret(t)
			for password, why := range map[string]string{"": "At least 8", "short": "At least 8", "password123": "most common", strings.Repeat("a", 129): "Use at most 128"} {
				a := b.submit(to, "password", password)
				a.want(t, 422, `id="password-mistake"`, why)
				a.wantSecret(t)
			}
			b.wantGone(t, b.submit(to, "password", newPassword), "/")
			b.get("/profile").want(t, 200, "ann@example.com")
			first.submit(to).want(t, 404)
			first.get("/profile").want(t, 303)
		})
	})
	t.Run("in the browser used to sign up needs only the button, also with a resent letter", func(t *testing.T) {
		each(t, func(t *testing.T, st *site, b *browser) {
			b.submit("/signup", "email", "ann@example.com", "password", storetest.Password)
			st.letter()
			st.now = st.now.Add(time.Hour) // one letter an hour per mailbox
			st.browser().submit("/verify/resend", "email", "ann@example.com").want(t, 303)
			to := link(t, st.letter())
			b.get(to).wantLack(t, `type="password"`)
			b.wantGone(t, b.submit(to), "/")
			if b.cookies["postrider-sign-up"] != nil {
				t.Error("the secret stays in the browser")
			}
			st.browser().login("ann@example.com")
		})
	})
	t.Run("takes no secret of another sign-up, and none that a stranger makes up", func(t *testing.T) {
		st := open(t)
		ann, eve := st.browser(), st.browser()
		ann.submit("/signup", "email", "ann@example.com", "password", storetest.Password).want(t, 303)
		to := link(t, st.letter())
		eve.submit("/signup", "email", "eve@example.com", "password", storetest.Password).want(t, 303)
		eve.submit(to).want(t, 422)
		for _, value := range []string{"", "x", strings.Repeat("A", 43)} {
			eve.cookies["postrider-sign-up"] = &http.Cookie{Name: "postrider-sign-up", Value: value}
			eve.submit(to).want(t, 422)
		}
		st.raw.Set("users", "browser_hash", nil)
		eve.submit(to).want(t, 422)
		ann.submit(to).want(t, 422)
	})
	t.Run("tells a signed-in user whose account it is, and signs in to that account", func(t *testing.T) {
		st := open(t)
		bob, _ := st.signedIn("bob@example.com")
		old := *bob.cookies[cookieName]
		st.browser().submit("/signup", "email", "ann@example.com", "password", storetest.Password).want(t, 303)
		to := link(t, st.letter())
		bob.get(to).want(t, 200, "ann@example.com", "You&#39;re signed in as bob@example.com.")
		bob.submit(to, "password", newPassword).want(t, 303)
		bob.get("/profile").want(t, 200, "ann@example.com")
		thief := st.browser()
		thief.cookies[cookieName] = &old
		thief.get("/profile").want(t, 303)
	})
	t.Run("cannot be started or confirmed by another site's page", func(t *testing.T) {
		st := open(t)
		st.browser().submit("/signup", "email", "ann@example.com", "password", storetest.Password).want(t, 303)
		to := link(t, st.letter())
		b := st.browser()
		b.header["Sec-Fetch-Site"] = "cross-site"
		b.submit(to, "password", newPassword).want(t, 403)
		a := b.submit("/signup", "email", "bob@example.com", "password", storetest.Password)
		a.want(t, 403)
		if len(b.cookies) != 0 {
			t.Errorf("cookies %v", b.cookies)
		}
	})
}

// The secret of the browser used to sign up is protected like a session, and stored only as a hash.
func TestSecuritySignUpCookie(t *testing.T) {
	st := open(t, func(s *handlers.Server) { s.URL = &url.URL{Scheme: "https", Host: publicHost} })
	r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+"/signup",
		strings.NewReader(url.Values{"email": {"ann@example.com"}, "password": {storetest.Password}}.Encode()))
	r.Header.Set("Content-Type", urlencoded)
	r.Host = publicHost + ":443"
	a := st.browser().do(r)
	a.want(t, 303)
	all := a.Result().Cookies()
	if len(all) != 1 {
		t.Fatalf("cookies %v", all)
	}
	c := all[0]
	if c.Name != "__Host-postrider-sign-up" || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" ||
		c.MaxAge != 24*60*60 || len(c.Value) != 43 {
		t.Errorf("the cookie is %+v", c)
	}
	if strings.Contains(strings.Join(st.dump(), "\n"), c.Value) {
		t.Error("a table holds it")
	}
}
