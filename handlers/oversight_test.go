package handlers_test

import (
	"net/url"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store/storetest"
)

// watch is a site with a team, Bob's, that sends, and a browser in which somebody of a role looks on.
type watch struct {
	*site
	*browser
	bob     domain.User
	owner   *browser // Bob's
	mailing domain.Mailing
}

// watching makes a watch. Bob's mailing has a run under way: its letter was refused for now.
func watching(t *testing.T, role domain.Role) watch {
	t.Helper()
	st := open(t)
	w := watch{site: st, bob: st.newUser("bob@example.com")}
	_, err := st.store.CreateClient(t.Context(), domain.Client{TeamID: w.bob.TeamID, Email: "anna.smith@secret.example",
		FullName: "Anna Smith"}, st.now)
	if err != nil {
		t.Fatal(err)
	}
	w.mailing = storetest.Mailing(t, st.store, w.bob.TeamID, st.now, "2026-03-10T12:00", "", "UTC", domain.Daily)
	w.owner = st.browser()
	w.owner.login("bob@example.com")
	w.browser = st.withRole(role)
	st.deliver(domain.Result{Stage: domain.StageRcpt, Outcome: domain.OutcomeTemporary, Scope: domain.ScopeRecipient,
		Reply: domain.Reply{Code: 450, Enhanced: "4.2.0", Text: "<anna.smith@secret.example> is busy, try anna.smith later"}})
	return w
}

func (w watch) latest() domain.Run {
	w.t.Helper()
	runs, err := w.store.Runs(w.t.Context(), w.mailing.ID, 1)
	if err != nil || len(runs) == 0 {
		w.t.Fatalf("%d runs, %v", len(runs), err)
	}
	return runs[0]
}

func TestMasks(t *testing.T) {
	t.Parallel()
	for _, role := range []domain.Role{domain.RoleManager, domain.RoleAdmin} {
		t.Run("for somebody of the role "+string(role)+" the recipients of another team are masked on every page", func(t *testing.T) {
			w := watching(t, role)
			show := path("mailings", w.mailing.ID)
			for _, w.htmx = range []bool{false, true} {
				for _, page := range []string{show, show + "?part=live", show + "/log", "/mailings", "/mailings?part=list", show + "?part=row"} {
					a := w.get(page)
					a.want(t, 200)
					a.wantLack(t, "anna.smith", "Anna Smith")
				}
			}
			w.htmx = false
			w.get(show+"/log").want(t, 200, "a…@secret.example", "A…", "450 4.2.0", "Recipient address. The mailbox is not available for now.")
			w.get(show+"/log").wantLack(t, "is busy", "later")
			w.get(show).want(t, 200, "a…@secret.example")
			w.owner.get(show+"/log").want(t, 200, "anna.smith@secret.example", "Anna Smith")
		})
		t.Run("a search does not tell somebody of the role "+string(role)+" who is among them", func(t *testing.T) {
			w := watching(t, role)
			log := path("mailings", w.mailing.ID) + "/log"
			all := w.get(log)
			all.wantLack(t, `name="q"`)
			plain := strings.ReplaceAll(all.body, log, "")
			for _, q := range []string{"anna.smith@secret.example", "nobody@secret.example", "Anna Smith", "%"} {
				a := w.get(log + "?q=" + url.QueryEscape(q))
				got := strings.ReplaceAll(strings.ReplaceAll(a.body, log, ""), "?q="+url.QueryEscape(q), "")
				if got != plain {
					t.Errorf("the page for %q is another one:\n%s", q, got)
				}
			}
			if rows := strings.Count(w.owner.get(log+"?q=anna.smith").body, `id="attempt-`); rows != 1 {
				t.Errorf("the owner finds %d", rows)
			}
		})
	}
	t.Run("in why the service has paused it too", func(t *testing.T) {
		w := watching(t, domain.RoleManager)
		why := domain.Say("The relay refuses your sender: %s", "550 5.7.1 <anna.smith@secret.example> denied, Anna Smith")
		if err := w.store.PauseRun(t.Context(), w.latest().ID, why, w.site.now); err != nil {
			t.Fatal(err)
		}
		a := w.get(path("mailings", w.mailing.ID))
		a.want(t, 200, "The relay refuses your sender: 550 5.7.1")
		a.wantLack(t, "denied", "Anna Smith", "anna")
		w.owner.get(path("mailings", w.mailing.ID)).want(t, 200, "550 5.7.1 &lt;anna.smith@secret.example&gt; denied, Anna Smith")
	})
	t.Run("an admin reads those of the own team, a manager does not", func(t *testing.T) {
		for role, mask := range map[domain.Role]bool{domain.RoleAdmin: false, domain.RoleManager: true} {
			w := watching(t, domain.RoleUser)
			u, err := w.store.UserByEmail(t.Context(), "bob@example.com")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.store.SetRole(t.Context(), domain.Actor{}, u.ID, role, w.site.now); err != nil {
				t.Fatal(err)
			}
			body := w.owner.get(path("mailings", w.mailing.ID) + "/log").body
			if got := !strings.Contains(body, "anna.smith@secret.example"); got != mask {
				t.Errorf("a %s: masked %v", role, got)
			}
		}
	})
}

func TestOverseeing(t *testing.T) {
	t.Run("a manager sees every team's mailings and no button that changes one", func(t *testing.T) {
		w := watching(t, domain.RoleManager)
		w.get("/mailings").want(t, 200, w.mailing.Name, "User bob@example.com", "/mailings?team="+num(w.bob.TeamID), "/users")
		w.get(path("mailings", w.mailing.ID)).want(t, 200, "bob@example.com", "/disable")
		for _, page := range []string{"/mailings", path("mailings", w.mailing.ID), path("mailings", w.mailing.ID) + "?part=row"} {
			w.get(page).wantLack(t, "/edit", "/pause", "/send", "/delete", "/retry", "/mailings/new", "/messages/", "/clients", "/audit")
		}
	})
	t.Run("an admin has the buttons of the own team's mailings alone", func(t *testing.T) {
		w := watching(t, domain.RoleAdmin)
		carol, err := w.store.UserByEmail(t.Context(), "carol@example.com")
		if err != nil {
			t.Fatal(err)
		}
		storetest.Client(t, w.store, carol.TeamID, "own@example.com")
		own := storetest.Mailing(t, w.store, carol.TeamID, w.site.now, "2026-03-10T13:00", "", "UTC", domain.Daily)
		list := w.get("/mailings")
		list.want(t, 200, path("mailings", own.ID)+"/edit", "/mailings/new")
		list.wantLack(t, path("mailings", w.mailing.ID)+"/edit", path("mailings", w.mailing.ID)+"/pause")
		w.get("/mailings?team=own").wantLack(t, path("mailings", w.mailing.ID))
		theirs := w.get("/mailings?team=" + num(w.bob.TeamID))
		theirs.want(t, 200, path("mailings", w.mailing.ID), `selected>User bob@example.com`)
		theirs.wantLack(t, path("mailings", own.ID)+`"`)
		w.get("/mailings?team=999").want(t, 404)
		w.get("/mailings?status=disabled").wantLack(t, path("mailings", own.ID)+`"`)
	})
	t.Run("nobody else gets another team's list by asking for it", func(t *testing.T) {
		w := watching(t, domain.RoleEditor)
		for _, team := range []string{"", "0", num(w.bob.TeamID), "all", "-1"} {
			a := w.get("/mailings?team=" + team)
			a.want(t, 200)
			a.wantLack(t, w.mailing.Name, "User bob@example.com", `name="team"`)
		}
	})
	t.Run("an edit of another team's mailing is forbidden, its messages and clients are not there", func(t *testing.T) {
		w := watching(t, domain.RoleAdmin)
		w.post(path("mailings", w.mailing.ID), mailingFields(w.mailing.MessageID, "name", "Mine", "version", "1")...).want(t, 403)
		w.get(path("mailings", w.mailing.ID)+"/edit").want(t, 403)
		w.get(path("messages", w.mailing.MessageID)).want(t, 404)
		if m := w.stored(w.mailing.ID); m.Version != w.mailing.Version || m.Name != w.mailing.Name {
			t.Errorf("the mailing is %+v", m)
		}
	})
}

func TestDisabling(t *testing.T) {
	t.Parallel()
	t.Run("cancels the run, and the owner reads who, when and why", func(t *testing.T) {
		w := watching(t, domain.RoleManager)
		a := w.post(path("mailings", w.mailing.ID)+"/disable", "reason", "Looks like <b>spam</b>")
		a.want(t, 303)
		a.wantTo(t, path("mailings", w.mailing.ID))
		if r := w.latest(); r.State != domain.RunCancelled {
			t.Errorf("the run is %+v", r)
		}
		if w.woken.Load() == 0 {
			t.Error("the sender was not woken")
		}
		w.owner.get(path("mailings", w.mailing.ID)).want(t, 200, "Disabled by carol@example.com.", "10 Mar 2026, 12:00",
			"Reason: Looks like &lt;b&gt;spam&lt;/b&gt;", "badge-bad")
		w.owner.get("/mailings").want(t, 200, "Disabled")
		w.get(path("mailings", w.mailing.ID)).want(t, 200, "/enable", "is disabled.")
	})
	t.Run("holds: run now, resume and retry are refused in words, and there is no button for them", func(t *testing.T) {
		w := watching(t, domain.RoleManager)
		w.owner.post(path("mailings", w.mailing.ID)+"/pause").want(t, 303)
		w.post(path("mailings", w.mailing.ID)+"/disable", "reason", "spam").want(t, 303)
		for _, w.owner.htmx = range []bool{false, true} {
			for _, act := range []string{"/send", "/resume", "/retry"} {
				w.owner.post(path("mailings", w.mailing.ID)+act).want(t, 409, "A manager has disabled this mailing.")
			}
		}
		w.owner.htmx = false
		w.owner.get(path("mailings", w.mailing.ID)).wantLack(t, "/send\"", "/resume", "/pause", "/enable", "/disable", "Next runs")
		for _, act := range []string{"/enable", "/disable"} {
			w.owner.post(path("mailings", w.mailing.ID)+act, "reason", "mine").want(t, 403)
		}
		if m := w.stored(w.mailing.ID); !m.Disabled() || !m.Paused() {
			t.Errorf("the mailing is %+v", m)
		}
		w.post(path("mailings", w.mailing.ID)+"/enable").want(t, 303)
		if m := w.stored(w.mailing.ID); m.Disabled() || !m.Paused() {
			t.Errorf("enabled it is %+v", m)
		}
		w.owner.post(path("mailings", w.mailing.ID)+"/resume", "last_run", w.latestRun(w.mailing.ID)).want(t, 303)
	})
	t.Run("needs a reason, and keeps what was typed", func(t *testing.T) {
		w := watching(t, domain.RoleManager)
		long := strings.Repeat("long ", 120)
		w.post(path("mailings", w.mailing.ID)+"/disable").wantMistakes(t, "reason", "Say why")
		a := w.post(path("mailings", w.mailing.ID)+"/disable", "reason", long)
		a.wantMistakes(t, "reason", "At most 500 characters.")
		a.want(t, 422, long)
		if w.stored(w.mailing.ID).Disabled() {
			t.Error("it is disabled all the same")
		}
	})
	t.Run("twice, or enabling what is not disabled, is refused in words", func(t *testing.T) {
		w := watching(t, domain.RoleAdmin)
		w.post(path("mailings", w.mailing.ID)+"/enable").want(t, 409, "is not disabled")
		w.post(path("mailings", w.mailing.ID)+"/disable", "reason", "spam").want(t, 303)
		w.post(path("mailings", w.mailing.ID)+"/disable", "reason", "more spam").want(t, 409, "disabled already")
		w.post("/mailings/999/disable", "reason", "spam").want(t, 404)
	})
}

// wantMistakes is wantMistake for a form whose fields have ids of their own.
func (a answer) wantMistakes(t testing.TB, field, why string) {
	t.Helper()
	a.want(t, 422, `aria-invalid="true"`, `id="`+field+`-mistake"`, `href="#`+field+`"`, why)
}
