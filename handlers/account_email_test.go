package handlers_test

import (
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store/storetest"
)

func TestEmailChange(t *testing.T) {
	t.Parallel()
	ask := func(b *browser, email string) answer {
		return b.submit("/profile/email", "email", email, "password", storetest.Password)
	}
	t.Run("takes effect once the new address is confirmed, and the old one is notified", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.wantGone(t, ask(v.browser, " New@Example.com "), "/profile")
			confirm, notice := v.letter(), v.letter()
			if confirm.To.Email != "New@example.com" || notice.To.Email != "ann@example.com" || strings.Contains(notice.Body, "/email/") ||
				!confirm.ExpiresAt.Equal(v.site.now.Add(domain.EmailValid)) || v.woken.Load() != 1 {
				t.Errorf("the letters are %+v and %+v", confirm, notice)
			}
			v.get("/profile").want(t, 200, "<strong>ann@example.com</strong>")
			v.site.browser().login("ann@example.com")
			a := v.get(link(t, confirm))
			a.want(t, 200, "<button")
			a.wantSecret(t)
			v.wantGone(t, v.submit(link(t, confirm)), "/profile")
			v.get("/profile").want(t, 200, "<strong>New@Example.com</strong>")
			v.site.browser().submit("/login", "email", "ann@example.com", "password", storetest.Password).want(t, 422)
			v.site.browser().login("new@example.com")
			v.wantLogged(t, domain.AuditEmailChange, "ann@example.com", "New@Example.com")
			v.submit(link(t, confirm)).want(t, 404)
		})
	})
	t.Run("can be confirmed where nobody is signed in", func(t *testing.T) {
		each(t, func(t *testing.T, st *site, b *browser) {
			inside, _ := st.signedIn("ann@example.com")
			ask(inside, "new@example.com").want(t, 303)
			to := link(t, st.letter())
			b.get(to).want(t, 200, "ann@example.com", "new@example.com", `type="password"`)
			for _, password := range []string{"", "wrong password"} {
				b.submit(to, "password", password).want(t, 422, `id="password-mistake"`, "This isn&#39;t your password.")
			}
			b.wantGone(t, b.submit(to, "password", storetest.Password), "/login?notice=new-email")
			b.get("/login?notice=new-email").want(t, 200, "Your new address is confirmed")
			inside.get("/profile").want(t, 200, "new@example.com")
		})
	})
	t.Run("gives the same answer when another account has the address, and tells only that account", func(t *testing.T) {
		v := ann(t)
		v.newUser("bob@example.com")
		free := ask(v.browser, "free@example.com")
		v.letter()
		v.letter()
		taken := ask(v.browser, "BOB@example.com")
		if free.Code != taken.Code || free.body != taken.body || free.Header().Get("Location") != taken.Header().Get("Location") {
			t.Errorf("two answers: %d %s and %d %s", free.Code, free.body, taken.Code, taken.body)
		}
		v.get("/profile").want(t, 200, "We&#39;ve sent an email to BOB@example.com.")
		toBob, notice := v.letter(), v.letter()
		if toBob.To.Email != "bob@example.com" || strings.Contains(toBob.Body, "http") || notice.To.Email != "ann@example.com" {
			t.Errorf("the letters are %+v and %+v", toBob, notice)
		}
		v.site.browser().login("bob@example.com")
	})
	t.Run("reveals nothing if the address has since been taken", func(t *testing.T) {
		v := ann(t)
		ask(v.browser, "new@example.com").want(t, 303)
		path := link(t, v.letter())
		v.newUser("new@example.com")
		unknown := v.site.browser().submit("/email/" + strings.Repeat("x", 43))
		a := v.site.browser().submit(path, "password", storetest.Password)
		a.want(t, 404)
		if strings.ReplaceAll(a.body, path, "") != strings.ReplaceAll(unknown.body, "/email/"+strings.Repeat("x", 43), "") {
			t.Errorf("it is told from an unknown token: %s", a.body)
		}
		v.site.browser().login("ann@example.com")
	})
	t.Run("needs the password too where somebody else is signed in, and lets nobody guess it for long", func(t *testing.T) {
		v := ann(t)
		ask(v.browser, "new@example.com").want(t, 303)
		to := link(t, v.letter())
		bob, _ := v.signedIn("bob@example.com")
		bob.get(to).want(t, 200, `type="password"`)
		for range 5 {
			bob.submit(to, "password", "wrong password").want(t, 422)
		}
		bob.submit(to, "password", storetest.Password).want(t, 429, "Too many attempts")
		v.get(to).wantLack(t, `type="password"`)
		v.submit(to).want(t, 303)
	})
	t.Run("is void after 24 hours, once there is a newer one, and once the password is changed", func(t *testing.T) {
		for name, void := range map[string]func(v visit){
			"late":  func(v visit) { v.site.now = v.site.now.Add(domain.EmailValid) },
			"newer": func(v visit) { ask(v.browser, "newer@example.com").want(t, 303) },
			"new password": func(v visit) {
				v.submit("/profile/password", "current", storetest.Password, "password", newPassword).want(t, 303)
			},
		} {
			v := ann(t)
			ask(v.browser, "new@example.com").want(t, 303)
			path := link(t, v.letter())
			v.site.browser().get(path).want(t, 200)
			void(v)
			if v.site.browser().get(path).Code != 404 || v.site.browser().submit(path).Code != 404 {
				t.Errorf("%s: it is not void", name)
			}
		}
	})
	t.Run("needs the password, and another address", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.submit("/profile/email", "email", "new@example.com", "password", "wrong password").wantMistake(t, "address", "password", "This isn&#39;t your password.")
			a := ask(v.browser, "no address")
			a.wantMistake(t, "address", "email", "")
			a.want(t, 422, `value="no address"`)
			ask(v.browser, "ANN@example.com").wantMistake(t, "address", "email", "already your address")
			v.noLetter(t)
		})
	})
	t.Run("limits the letters to one mailbox", func(t *testing.T) {
		v := ann(t)
		for _, email := range []string{"victim@example.com", "VICTIM@example.com", "vic.tim+1@example.com"} {
			ask(v.browser, email).want(t, 303)
		}
		ask(v.browser, "victim@example.com").want(t, 429, "Too many attempts")
		if first := v.letter(); first.To.Email != "victim@example.com" {
			t.Errorf("the first letter is to %s", first.To.Email)
		}
		for range 3 {
			if notice := v.letter(); notice.To.Email != "ann@example.com" {
				t.Errorf("one more letter to %s", notice.To.Email)
			}
		}
		v.noLetter(t)
	})
}
