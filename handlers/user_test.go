package handlers_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestBlocking(t *testing.T) {
	t.Parallel()
	t.Run("signs out at once, cancels the runs, and tells why at the next sign-in", func(t *testing.T) {
		w := watching(t, domain.RoleManager)
		a := w.submit(path("users", w.bob.ID)+"/block", "reason", "Sends spam")
		a.want(t, 303)
		a.wantTo(t, path("users", w.bob.ID))
		if r := w.latest(); r.State != domain.RunCancelled {
			t.Errorf("the run is %+v", r)
		}
		w.owner.get("/mailings").wantTo(t, "/login?next=%2Fmailings")
		w.owner.submit("/login", "email", "bob@example.com", "password", storetest.Password).want(t, 422, "is blocked", "Sends spam")
		w.owner.submit("/login", "email", "bob@example.com", "password", "something else").wantLack(t, "Sends spam")
		w.get(path("users", w.bob.ID)).want(t, 200, "Blocked by carol@example.com.", "Reason: Sends spam", "/unblock", "bob@example.com is blocked.")
		w.submit(path("users", w.bob.ID)+"/unblock").want(t, 303)
		w.owner.login("bob@example.com")
	})
	t.Run("follows the rules of who may block whom", func(t *testing.T) {
		w := watching(t, domain.RoleManager)
		carol, err := w.store.UserByEmail(t.Context(), "carol@example.com")
		if err != nil {
			t.Fatal(err)
		}
		other := w.userOf("other@example.com", domain.RoleManager)
		admin := w.userOf("admin@example.com", domain.RoleAdmin)
		for _, w.htmx = range []bool{false, true} {
			w.submit(path("users", carol.ID)+"/block", "reason", "x").want(t, 409, "You can&#39;t block yourself.")
			w.submit(path("users", other.ID)+"/block", "reason", "x").want(t, 403)
			w.submit(path("users", admin.ID)+"/block", "reason", "x").want(t, 403)
			w.submit(path("users", admin.ID)+"/role", "role", "user").want(t, 403)
			w.submit("/users/999/block", "reason", "x").want(t, 404)
		}
		w.htmx = false
		w.get(path("users", other.ID)).wantLack(t, "/block", "/role", "/quota")
		w.get(path("users", carol.ID)).wantLack(t, "/block")
		w.submit(path("users", w.bob.ID)+"/block", "reason", "  ").wantMistakes(t, "reason", "Give a reason")
		b := w.browserOf("admin@example.com")
		b.submit(path("users", admin.ID)+"/block", "reason", "x").want(t, 409)
		b.submit(path("users", other.ID)+"/block", "reason", "x").want(t, 303)
		w.owner.submit(path("users", carol.ID)+"/block", "reason", "x").want(t, 403)
		for email, blocked := range map[string]bool{"carol@example.com": false, "other@example.com": true, "admin@example.com": false} {
			if u, err := w.store.UserByEmail(t.Context(), email); err != nil || u.Blocked() != blocked {
				t.Errorf("%s: blocked %v, %v", email, u.Blocked(), err)
			}
		}
	})
}

func (st *site) browserOf(email string) *browser {
	st.t.Helper()
	u, err := st.store.UserByEmail(st.t.Context(), email)
	if err != nil {
		st.t.Fatal(err)
	}
	return st.enter(u)
}

func TestRoles(t *testing.T) {
	w := watching(t, domain.RoleAdmin)
	carol, err := w.store.UserByEmail(t.Context(), "carol@example.com")
	if err != nil {
		t.Fatal(err)
	}
	w.get(path("users", w.bob.ID)).want(t, 200, `name="role"`, `<option value="user" selected>`)
	w.submit(path("users", carol.ID)+"/role", "role", "user").want(t, 409, "is the last admin")
	w.submit(path("users", w.bob.ID)+"/role", "role", "root").want(t, 422, "This role doesn&#39;t exist.")
	w.submit(path("users", w.bob.ID)+"/role").want(t, 422)
	w.submit("/users/999/role", "role", "user").want(t, 404)
	w.submit(path("users", w.bob.ID)+"/role", "role", "admin").want(t, 303)
	w.owner.get("/audit").want(t, 200, "Changed a role", "carol@example.com", "User → Admin")
	w.submit(path("users", carol.ID)+"/role", "role", "user").wantTo(t, "/")
	w.get("/users").want(t, 403)
	w.get("/audit").want(t, 403)
}

func TestUserPages(t *testing.T) {
	w := watching(t, domain.RoleManager)
	w.userOf("editor@example.com", domain.RoleEditor)
	all := w.get("/users")
	all.want(t, 200, "bob@example.com", "carol@example.com", "editor@example.com", "3 users", "Emails in 30 days")
	w.get("/users?q=BOB").wantLack(t, `href="/users/2"`)
	w.get("/users?role=editor").wantLack(t, "bob@example.com")
	w.get("/users?state=blocked").want(t, 200, "No users match.")
	w.get("/users?sort=letters").want(t, 200, `aria-sort="descending"`)
	w.get("/users?sort=email").want(t, 200, `aria-sort="ascending"`)
	show := w.get(path("users", w.bob.ID))
	show.want(t, 200, w.mailing.Name, path("mailings", w.mailing.ID), "User bob@example.com", "/block")
	show.wantLack(t, "/role", "/quota", "anna.smith")
	for _, id := range []string{"0", "-1", "999", "9223372036854775808", "abc", "007"} {
		w.get("/users/"+id).want(t, 404)
	}
	w.byHtmx(func() {
		a := w.get("/users?part=list&q=bob")
		a.want(t, 200, `<div id="users">`)
		a.wantLack(t, "<html", "<h1")
	})
}

// byHtmx sends the requests of do as htmx does.
func (w watch) byHtmx(do func()) {
	w.htmx = true
	do()
	w.htmx = false
}

func TestAuditPage(t *testing.T) {
	w := watching(t, domain.RoleAdmin)
	w.submit(path("mailings", w.mailing.ID)+"/disable", "reason", "looks odd").want(t, 303)
	w.site.now = w.site.now.AddDate(0, 0, 1)
	w.login("carol@example.com") // the session has ended
	w.submit(path("users", w.bob.ID)+"/block", "reason", "spam again").want(t, 303)
	w.get("/audit").want(t, 200, "Disabled a mailing", "Blocked a user", "looks odd", "spam again", "carol@example.com")
	for query, want := range map[string]struct{ has, lacks string }{
		"action=user+blocked":            {"spam again", "looks odd"},
		"q=bob%40":                       {"spam again", "looks odd"},
		"q=looks":                        {"looks odd", "spam again"},
		"from=2026-03-11":                {"spam again", "looks odd"},
		"to=2026-03-10":                  {"looks odd", "spam again"},
		"from=2026-03-11&to=2026-03-11":  {"spam again", "looks odd"},
		"actor=CAROL&action=&from=&to=x": {"spam again", "nothing of the kind"},
		"actor=nobody%40":                {"No log entries match.", "spam again"},
		"action=no+such":                 {"No log entries match.", "spam again"},
	} {
		a := w.get("/audit?" + query)
		a.want(t, 200, want.has)
		a.wantLack(t, want.lacks)
	}
	page, err := w.store.Audit(t.Context(), store.AuditQuery{})
	for _, e := range page.Rows {
		if err != nil || strings.Contains(e.Detail+e.Subject, storetest.Password) {
			t.Errorf("a secret: %+v, %v", e, err)
		}
	}
}

func TestOversightGroups(t *testing.T) {
	t.Parallel()
	st := open(t)
	st.newUser("bob@example.com")
	for _, role := range domain.Roles() {
		b := st.browser()
		st.userOf(string(role)+"@example.com", role)
		b.login(string(role) + "@example.com")
		for line, who := range st.server.RouteLines() {
			if who != "overseer" && who != "admin" || !strings.Contains(line, "/users") && !strings.Contains(line, "able") && !strings.Contains(line, "/audit") && !strings.Contains(line, "/teams") {
				continue
			}
			in := who == "overseer" && (role == domain.RoleManager || role == domain.RoleAdmin) || who == "admin" && role == domain.RoleAdmin
			for _, b.htmx = range []bool{false, true} {
				a := b.ask(line, "1000", 1)
				if (a.Code != http.StatusForbidden) != in {
					t.Errorf("%s as %s: %d", line, role, a.Code)
				}
			}
		}
	}
}

func TestRussianOversight(t *testing.T) {
	t.Parallel()
	st := open(t)
	in := domain.SignUp{Email: "anna@example.com", Name: "Анна", Language: "ru", TimeZone: "Europe/Moscow"}
	st.userFrom(in, domain.RoleAdmin)
	boris := in
	boris.Email, boris.Name = "boris@example.com", "Борис"
	u := st.userFrom(boris, domain.RoleUser)
	b := st.browserOf("anna@example.com")
	owner := st.browserOf("boris@example.com")
	owner.submit("/clients", "email", "client@example.com", "full_name", "Клиент").want(t, 303)
	owner.submit("/messages", "subject", "Привет", "body", "Здравствуйте").want(t, 303)
	owner.submit("/mailings", mailingFields(1, "name", "Весна", "time_zone", "Europe/Moscow", "starts_at", "2026-03-10T15:30")...).want(t, 303)
	pages := func() {
		t.Helper()
		for _, p := range []string{"/users", "/users?q=zz", path("users", u.ID), "/users/1", "/audit", "/audit?q=zz", "/mailings", "/mailings?team=own",
			"/mailings?status=disabled", "/mailings/1", "/mailings/1/log"} {
			b.get(p).wantRussian(t, 200, p)
		}
		for _, p := range []string{"/mailings", "/mailings/1"} {
			owner.get(p).wantRussian(t, 200, p)
		}
	}
	pages()
	for to, c := range map[string]struct {
		status int
		form   []string
	}{
		"/mailings/1/disable":              {422, nil},
		"/mailings/1/enable":               {409, nil},
		"/users/1/block":                   {409, []string{"reason", "причина"}},
		path("users", u.ID) + "/block":     {422, nil},
		path("users", u.ID) + "/unblock":   {409, nil},
		path("users", u.ID) + "/role":      {422, []string{"role", "царь"}},
		"/users/1/role":                    {409, []string{"role", "user"}},
		path("teams", u.TeamID) + "/quota": {422, []string{"max_letters", "много"}},
	} {
		for _, b.htmx = range []bool{false, true} {
			b.submit(to, c.form...).wantRussian(t, c.status, to)
		}
	}
	b.htmx = false
	b.submit(path("teams", u.TeamID)+"/quota", "max_letters", "0", "max_clients", "1").want(t, 303)
	owner.submit("/clients", "email", "second@example.com").wantRussian(t, 422, "too many clients")
	st.now = st.now.Add(time.Hour)
	if _, err := st.store.StartDue(t.Context(), st.server.Sender, st.now); err != nil {
		t.Fatal(err)
	}
	pages()
	b.submit(path("users", u.ID)+"/role", "role", "editor").want(t, 303)
	b.submit("/mailings/1/disable", "reason", "похоже на спам").want(t, 303)
	pages()
	owner.submit("/mailings/1/send").wantRussian(t, 409, "run now")
	b.submit("/mailings/1/enable").want(t, 303)
	b.submit(path("users", u.ID)+"/block", "reason", "спам").want(t, 303)
	b.get(path("users", u.ID)).wantRussian(t, 200, "a blocked user")
	b.get("/audit").wantRussian(t, 200, "the log")
	if _, err := st.store.UserByEmail(t.Context(), "boris@example.com"); errors.Is(err, domain.ErrNotFound) {
		t.Error("he is gone")
	}
}
