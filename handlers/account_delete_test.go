package handlers_test

import (
	"errors"
	"testing"

	"postrider/domain"
	"postrider/store/storetest"
)

func TestAccountDeletion(t *testing.T) {
	t.Parallel()
	leave := func(b *browser, email string) answer {
		return b.submit("/profile/delete", "email", email, "password", storetest.Password)
	}
	t.Run("deletes the team if nobody is left", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.client("one@example.com")
			m := v.mailing("2026-03-10T11:00", "")
			manager := v.enter(v.userOf("manager@example.com", domain.RoleManager))
			elsewhere := v.site.browser()
			elsewhere.login("ann@example.com")
			v.get("/profile").want(t, 200, `href="/profile/delete"`)
			v.get("/profile/delete").want(t, 200, "User ann@example.com", "1 client", "1 message", "1 mailing", "You can&#39;t undo this.")
			v.wantGone(t, leave(v.browser, " ANN@example.com "), "/login?notice=deleted")
			if v.cookies[cookieName] != nil || v.woken.Load() != 1 {
				t.Error("the cookie is there, or the sender was not woken")
			}
			v.get("/login?notice=deleted").want(t, 200, "Your account has been deleted.")
			elsewhere.get("/profile").want(t, 303)
			v.submit("/login", "email", "ann@example.com", "password", storetest.Password).want(t, 422)
			manager.get("/mailings").wantLack(t, m.Name)
			manager.get(path("mailings", m.ID)).want(t, 404)
			v.wantLogged(t, domain.AuditAccountDelete, "ann@example.com", "ann@example.com")
			v.newUser("ann@example.com") // the address is free at once
		})
	})
	t.Run("leaves the team to its other members", func(t *testing.T) {
		v := ann(t)
		v.client("one@example.com")
		m := v.mailing("2026-03-10T11:00", "")
		bob := v.userOf("bob@example.com", domain.RoleUser)
		v.raw.Set("users", "team_id", v.user.TeamID, "id", bob.ID)
		v.get("/profile/delete").want(t, 200, "stays with its other members")
		v.get("/profile/delete").want(t, 200, "You own the team")
		leave(v.browser, "ann@example.com").want(t, 409, "Make one of them the owner first")
		v.submit(path("team/members", bob.ID)+"/owner", "password", storetest.Password).want(t, 303)
		v.get("/profile/delete").wantLack(t, "You own the team")
		leave(v.browser, "ann@example.com").want(t, 303)
		b := v.enter(bob)
		b.get("/clients").want(t, 200, "one@example.com")
		b.get(path("mailings", m.ID)).want(t, 200)
		if more, err := v.store.DeleteSome(t.Context()); more || err != nil {
			t.Errorf("something is deleted: %v, %v", more, err)
		}
	})
	t.Run("does not delete a team that was to stay when its last other member has just left", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.client("one@example.com")
			bob := v.userOf("bob@example.com", domain.RoleUser)
			own := bob.TeamID
			v.raw.Set("users", "team_id", v.user.TeamID, "id", bob.ID)
			v.get("/profile/delete").want(t, 200, `name="team" value="stays"`)
			v.raw.Set("users", "team_id", own, "id", bob.ID)
			again := v.submit("/profile/delete", "email", "ann@example.com", "password", storetest.Password, "team", "stays")
			again.want(t, 409, "have since left the team", "1 client", `value="ann@example.com"`)
			again.wantLack(t, `value="stays"`)
			v.get("/clients").want(t, 200, "one@example.com")
			v.wantGone(t, leave(v.browser, "ann@example.com"), "/login?notice=deleted")
		})
	})
	t.Run("needs the address and the password", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			for _, email := range []string{"", "bob@example.com", "delete", "\x00"} {
				leave(v.browser, email).want(t, 422, `id="email-mistake"`, "This isn&#39;t the address of your account.")
			}
			v.submit("/profile/delete", "email", "ann@example.com", "password", "wrong password").want(t, 422, `id="password-mistake"`, `value="ann@example.com"`)
			v.get("/profile").want(t, 200)
		})
	})
	t.Run("is refused to the last admin while there are others", func(t *testing.T) {
		for _, htmx := range []bool{false, true} {
			st := open(t)
			admin := st.userOf("admin@example.com", domain.RoleAdmin)
			other := st.userOf("other@example.com", domain.RoleUser)
			b := st.enter(admin)
			b.htmx = htmx
			leave(b, "admin@example.com").want(t, 409, "You&#39;re the last admin", "<form")
			st.raw.Set("users", "role", "admin", "id", other.ID)
			st.raw.Set("users", "blocked_at", 1, "id", other.ID)
			leave(b, "admin@example.com").want(t, 409)
			b.get("/audit").want(t, 200)
			st.raw.Set("users", "blocked_at", nil, "id", other.ID)
			b.wantGone(t, leave(b, "admin@example.com"), "/login?notice=deleted")
		}
	})
	t.Run("is for the last user of all, who may then start over", func(t *testing.T) {
		st := open(t)
		st.store.FirstIsAdmin = true
		b := st.enter(st.userOf("admin@example.com", domain.RoleAdmin))
		b.get("/signup").wantLack(t, "There&#39;s no admin yet")
		leave(b, "admin@example.com").want(t, 303)
		b.get("/signup").want(t, 200, "There&#39;s no admin yet")
	})
	t.Run("stops a run that is sending", func(t *testing.T) {
		v := ann(t)
		v.client("one@example.com")
		m := v.mailing("2026-03-10T12:00", "")
		v.deliver(domain.Result{Stage: domain.StageRcpt, Outcome: domain.OutcomeTemporary, Scope: domain.ScopeRecipient})
		leave(v.browser, "ann@example.com").want(t, 303)
		r, err := v.store.Runs(t.Context(), m.ID, 1)
		if err != nil || len(r) != 1 || r[0].State != domain.RunCancelled {
			t.Errorf("runs %+v, %v", r, err)
		}
		for more := true; more; {
			if more, err = v.store.DeleteSome(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := v.store.TeamName(t.Context(), v.user.TeamID); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the team is there: %v", err)
		}
	})
}
