package handlers_test

import (
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store/storetest"
)

// colleague joins v's team in a browser of their own.
func (v visit) colleague(email string) (*browser, domain.User) {
	v.t.Helper()
	b, u := v.signedIn(email)
	b.submit(v.invite(email)).wantTo(v.t, "/mailings")
	v.letters()
	u, err := v.store.User(v.t.Context(), u.ID)
	if err != nil {
		v.t.Fatal(err)
	}
	return b, u
}

func TestOwner(t *testing.T) {
	t.Parallel()
	t.Run("is shown to all members, and only the owner sees an owner's actions", func(t *testing.T) {
		v := ann(t)
		v.get("/team").want(t, 200, "Owner")
		bob, u := v.colleague("bob@example.com")
		own := v.get("/team")
		own.want(t, 200, "You own this team", path("team/members", u.ID)+"/remove", path("team/members", u.ID)+"/owner")
		own.wantLack(t, path("team/members", v.user.ID)+"/")
		theirs := bob.get("/team")
		theirs.want(t, 200, "ann@example.com owns this team. Only the owner", "/team/leave")
		theirs.wantLack(t, "/remove", "/owner")
		for _, who := range []int64{v.user.ID, u.ID} {
			for _, what := range []string{"/remove", "/owner"} {
				if a := bob.get(path("team/members", who) + what); a.Code != 403 && a.Code != 409 {
					t.Errorf("%s of %d: %d", what, who, a.Code)
				}
			}
		}
	})
	t.Run("transfers the team with the password, and tells both in their language", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.submit("/team/name", "name", "*Bakery* "+strings.Repeat("x", 90))
			bob, u := v.colleague("bob@example.com")
			bob.submit("/language", "lang", "ru")
			to := path("team/members", u.ID) + "/owner"
			v.get(to).want(t, 200, "Make bob@example.com the owner", `type="password"`, `action="`+to+`"`)
			for _, password := range []string{"", "wrong password"} {
				v.submit(to, "password", password).want(t, 422, `id="password-mistake"`)
			}
			if all := v.letters(); len(all) != 0 {
				t.Errorf("letters %+v", all)
			}
			v.wantGone(t, v.submit(to, "password", storetest.Password), "/team")
			all := v.letters()
			if len(all) != 2 || all[0].To.Email != "bob@example.com" || all[0].Language != "ru" || !strings.Contains(all[0].Body, "владельцем команды") ||
				all[1].To.Email != "ann@example.com" || all[1].Language != "en" || !strings.Contains(all[1].Body, "bob") {
				t.Errorf("the letters are %+v", all)
			}
			for _, l := range all {
				if strings.Contains(l.Body, "*Bakery*") || strings.Contains(l.Body, strings.Repeat("x", 60)) {
					t.Errorf("the name of the team stands in %s", l.Body)
				}
			}
			v.wantLogged(t, domain.AuditOwner, "ann@example.com", "bob@example.com")
			v.htmx = false
			v.get("/team").want(t, 200, "bob@example.com now owns the team.", "/team/leave")
			v.submit(to, "password", storetest.Password).want(t, 403)
			bob.submit(path("team/members", v.user.ID)+"/remove").wantTo(t, "/team")
		})
	})
	t.Run("lets nobody guess the password for long", func(t *testing.T) {
		v := ann(t)
		_, u := v.colleague("bob@example.com")
		for range 5 {
			v.submit(path("team/members", u.ID)+"/owner", "password", "wrong password").want(t, 422)
		}
		v.submit(path("team/members", u.ID)+"/owner", "password", storetest.Password).want(t, 429, "Too many attempts")
	})
	t.Run("the page says who is blocked, and an admin chooses another owner", func(t *testing.T) {
		v := ann(t)
		bob, u := v.colleague("bob@example.com")
		admin := v.enter(v.userOf("admin@example.com", domain.RoleAdmin))
		manager := v.enter(v.userOf("manager@example.com", domain.RoleManager))
		admin.submit(path("users", v.user.ID)+"/block", "reason", "because").want(t, 303)
		bob.get("/team").want(t, 200, "The owner is blocked. An admin can choose another one.")
		manager.get(path("users", u.ID)).wantLack(t, "Make owner", "Remove from team")
		a := admin.get(path("users", u.ID))
		a.want(t, 200, "Make owner", "Remove from team", "<dd>ann@example.com</dd>")
		admin.get(path("users", v.user.ID)).want(t, 200, "This user owns the team.")
		admin.submit(path("users", v.user.ID)+"/remove").want(t, 409, "Make someone else the owner first")
		admin.submit(path("users", u.ID)+"/owner").wantTo(t, path("users", u.ID))
		v.wantLogged(t, domain.AuditOwner, "admin@example.com", "bob@example.com")
		admin.submit(path("users", v.user.ID)+"/owner").want(t, 409, "t own the team")
		bob.get("/team").want(t, 200, "You own this team")
		admin.submit(path("users", v.user.ID)+"/remove").wantTo(t, path("users", v.user.ID))
		v.wantLogged(t, domain.AuditRemove, "admin@example.com", "ann@example.com")
		bob.get("/team").wantLack(t, `id="member-`+num(v.user.ID))
	})
	t.Run("removes a member and tells them by whom and what it means, in their language", func(t *testing.T) {
		v := ann(t)
		bob, u := v.colleague("bob@example.com")
		bob.submit("/language", "lang", "ru")
		v.get(path("team/members", u.ID)+"/remove").want(t, 200, "let them know by email.")
		v.submit(path("team/members", u.ID)+"/remove").want(t, 303)
		l := v.letter()
		if l.To.Email != "bob@example.com" || l.Language != "ru" || !strings.Contains(l.Body, `ann\@example\.com исключил вас из команды «User ann example com»`) ||
			!l.ExpiresAt.Equal(v.site.now.Add(domain.NoticeValid)) {
			t.Errorf("the letter is %+v", l)
		}
		v.noLetter(t)
		if v.woken.Load() == 0 {
			t.Error("the sender was not woken")
		}
	})
}
