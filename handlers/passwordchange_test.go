package handlers_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestResend(t *testing.T) {
	t.Run("is offered to whoever knows the password, and the new letter voids the old", func(t *testing.T) {
		each(t, func(t *testing.T, st *site, b *browser) {
			b.wantGone(t, b.post("/signup", "email", "ann@example.com", "password", storetest.Password), "/login?notice=sent")
			old := link(t, st.letter())
			b.post("/login", "email", "ann@example.com", "password", "wrong password").wantLack(t, "/verify/resend")
			b.post("/login", "email", "ann@example.com", "password", storetest.Password).want(t, 422, `action="/verify/resend"`,
				`name="email" value="ann@example.com"`)
			b.wantGone(t, b.post("/verify/resend", "email", "ann@example.com"), "/login?notice=resent")
			b.get("/login?notice=resent").want(t, 200, "24 hours", "one email an hour")
			st.noLetter(t) // too soon: the old one stays good
			b.get(old).want(t, 200)
			st.now = st.now.Add(time.Hour)
			b.wantGone(t, b.post("/verify/resend", "email", "ann@example.com"), "/login?notice=resent")
			newer := link(t, st.letter())
			b.post(old).want(t, 404)
			b.wantGone(t, b.post(newer), "/")
		})
	})
	t.Run("says the same of everybody, and writes to nobody who needs no letter", func(t *testing.T) {
		st := open(t)
		b := st.browser()
		st.newUser("verified@example.com")
		b.post("/signup", "email", "blocked@example.com", "password", storetest.Password).want(t, 303)
		st.letter()
		st.exec(`UPDATE users SET blocked_at = 1 WHERE email LIKE 'blocked@%'`)
		for _, email := range []string{"verified@example.com", "nobody@example.com", "blocked@example.com"} {
			a := b.post("/verify/resend", "email", email)
			a.want(t, 303)
			a.wantTo(t, "/login?notice=resent")
			st.noLetter(t)
		}
		b.post("/verify/resend", "email", "no address").want(t, 422)
	})
}

func TestPasswordChange(t *testing.T) {
	t.Parallel()
	t.Run("ends all other sessions, and gives the own one a new id", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			elsewhere := v.site.browser()
			elsewhere.login("ann@example.com")
			old := *v.cookies[cookieName]
			v.wantGone(t, v.post("/profile/password", "current", storetest.Password, "password", newPassword), "/profile")
			if v.cookies[cookieName].Value == old.Value {
				t.Error("the id did not change")
			}
			v.get("/clients").want(t, 200)
			elsewhere.get("/clients").want(t, 303)
			thief := v.site.browser()
			thief.cookies[cookieName] = &old
			thief.get("/clients").want(t, 303)
			v.post("/logout").want(t, map[bool]int{false: 303, true: 200}[v.htmx])
			v.post("/login", "email", "ann@example.com", "password", storetest.Password).want(t, 422)
			v.wantGone(t, v.post("/login", "email", "ann@example.com", "password", newPassword), "/")
			v.wantLogged(t, domain.AuditPasswordChange, "ann@example.com", "ann@example.com")
		})
	})
	t.Run("names a wrong password beside its field, and the mistakes of one form in no other", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.post("/profile/password", "current", "wrong password", "password", newPassword).wantMistake(t, "password", "current", "not your password")
			a := v.post("/profile/password", "current", storetest.Password, "password", "short")
			a.wantMistake(t, "password", "password", "At least 8 characters.")
			a.wantLack(t, `id="address-password-mistake"`, "short", storetest.Password)
			if n := strings.Count(a.body, `role="alert"`); n != 1 {
				t.Errorf("%d forms have mistakes", n)
			}
			v.wantWhole(t, a)
		})
	})
	t.Run("lets nobody guess for long, without shutting the owner out of the login", func(t *testing.T) {
		v := ann(t)
		for range 5 {
			v.post("/profile/password", "current", "wrong password", "password", newPassword).want(t, 422)
		}
		v.post("/profile/password", "current", storetest.Password, "password", newPassword).want(t, 429, "Too many tries")
		v.post("/profile/email", "email", "new@example.com", "password", storetest.Password).want(t, 429)
		v.post("/profile/delete", "email", "ann@example.com", "password", storetest.Password).want(t, 429)
		v.get("/clients").want(t, 200)
		v.site.browser().login("ann@example.com")
		v.site.now = v.site.now.Add(time.Minute)
		v.post("/profile/password", "current", storetest.Password, "password", newPassword).want(t, 303)
	})
	t.Run("lets no login in that has begun with the old password", func(t *testing.T) {
		v := ann(t)
		begun, err := v.store.SignIn(t.Context(), "ann@example.com", storetest.Password, "::1", v.site.now)
		if err != nil {
			t.Fatal(err)
		}
		v.post("/profile/password", "current", storetest.Password, "password", newPassword).want(t, 303)
		err = v.store.CreateSession(t.Context(), store.NewToken(), domain.Session{UserID: begun.ID, PasswordAt: begun.PasswordAt,
			CreatedAt: v.site.now, SeenAt: v.site.now})
		if !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the session: %v", err)
		}
	})
}
