package handlers_test

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store/storetest"
)

// watch is a site where Bob's team is sending, and a browser in which someone with a given role watches.
type watch struct {
	*site
	*browser
	bob     domain.User
	owner   *browser // Bob's browser
	mailing domain.Mailing
}

// watching makes a watch. Bob's mailing has a run under way whose letter was deferred.
func watching(t *testing.T, role domain.Role) watch {
	t.Helper()
	st := open(t)
	w := watch{site: st, bob: st.newUser("bob@example.com")}
	_, err := st.store.CreateClient(t.Context(), domain.CommandLineActor(), domain.Client{TeamID: w.bob.TeamID, Email: "anna.smith@secret.example",
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
			w.get(show+"/log").want(t, 200, "a…@secret.example", "A…", "450 4.2.0", "Recipient address. The mailbox is temporarily unavailable.")
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
	t.Run("also in the reason why the service paused it", func(t *testing.T) {
		w := watching(t, domain.RoleManager)
		why := domain.Say("The mail server rejects your sender: %s", "550 5.7.1 <anna.smith@secret.example> denied, Anna Smith")
		if err := w.store.PauseRun(t.Context(), w.latest().ID, why, w.site.now); err != nil {
			t.Fatal(err)
		}
		a := w.get(path("mailings", w.mailing.ID))
		a.want(t, 200, "The mail server rejects your sender: 550 5.7.1")
		a.wantLack(t, "denied", "Anna Smith", "anna")
		w.owner.get(path("mailings", w.mailing.ID)).want(t, 200, "550 5.7.1 &lt;anna.smith@secret.example&gt; denied, Anna Smith")
	})
	t.Run("an admin reads those of their own team, a manager does not", func(t *testing.T) {
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

func TestOversight(t *testing.T) {
	t.Run("a manager sees every team's mailings and no button that changes one", func(t *testing.T) {
		w := watching(t, domain.RoleManager)
		w.get("/mailings").want(t, 200, w.mailing.Name, "User bob@example.com", "/mailings?team="+num(w.bob.TeamID), "/users")
		w.get(path("mailings", w.mailing.ID)).want(t, 200, "bob@example.com", "/disable")
		for _, page := range []string{"/mailings", path("mailings", w.mailing.ID), path("mailings", w.mailing.ID) + "?part=row"} {
			w.get(page).wantLack(t, "/edit", "/pause", "/send", "/delete", "/retry", "/mailings/new", "/messages/", "/clients", "/audit")
		}
	})
	t.Run("an admin has buttons only for their own team's mailings", func(t *testing.T) {
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
	t.Run("editing another team's mailing is forbidden, and its messages and clients do not exist", func(t *testing.T) {
		w := watching(t, domain.RoleAdmin)
		w.submit(path("mailings", w.mailing.ID), mailingFields(w.mailing.MessageID, "name", "Mine", "version", "1")...).want(t, 403)
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
		a := w.submit(path("mailings", w.mailing.ID)+"/disable", "reason", "Looks like <b>spam</b>")
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
	t.Run("stays disabled: run now, resume and retry are refused with a reason and have no button", func(t *testing.T) {
		w := watching(t, domain.RoleManager)
		w.owner.submit(path("mailings", w.mailing.ID)+"/pause").want(t, 303)
		w.submit(path("mailings", w.mailing.ID)+"/disable", "reason", "spam").want(t, 303)
		for _, w.owner.htmx = range []bool{false, true} {
			for _, act := range []string{"/send", "/resume", "/retry"} {
				w.owner.submit(path("mailings", w.mailing.ID)+act).want(t, 409, "A manager has disabled this mailing.")
			}
		}
		w.owner.htmx = false
		w.owner.get(path("mailings", w.mailing.ID)).wantLack(t, "/send\"", "/resume", "/pause", "/enable", "/disable", "Next sends")
		for _, act := range []string{"/enable", "/disable"} {
			w.owner.submit(path("mailings", w.mailing.ID)+act, "reason", "mine").want(t, 403)
		}
		if m := w.stored(w.mailing.ID); !m.Disabled() || !m.Paused() {
			t.Errorf("the mailing is %+v", m)
		}
		w.submit(path("mailings", w.mailing.ID)+"/enable").want(t, 303)
		if m := w.stored(w.mailing.ID); m.Disabled() || !m.Paused() {
			t.Errorf("enabled it is %+v", m)
		}
		w.owner.submit(path("mailings", w.mailing.ID)+"/resume", "last_run", w.latestRun(w.mailing.ID)).want(t, 303)
	})
	t.Run("needs a reason, and keeps what was typed", func(t *testing.T) {
		w := watching(t, domain.RoleManager)
		long := strings.Repeat("long ", 120)
		w.submit(path("mailings", w.mailing.ID)+"/disable").wantMistakes(t, "reason", "Give a reason")
		a := w.submit(path("mailings", w.mailing.ID)+"/disable", "reason", long)
		a.wantMistakes(t, "reason", "Use at most 500 characters.")
		a.want(t, 422, long)
		if w.stored(w.mailing.ID).Disabled() {
			t.Error("it is disabled all the same")
		}
	})
	t.Run("twice, or enabling what is not disabled, is refused with a reason", func(t *testing.T) {
		w := watching(t, domain.RoleAdmin)
		w.submit(path("mailings", w.mailing.ID)+"/enable").want(t, 409, "This mailing isn&#39;t disabled")
		w.submit(path("mailings", w.mailing.ID)+"/disable", "reason", "spam").want(t, 303)
		w.submit(path("mailings", w.mailing.ID)+"/disable", "reason", "more spam").want(t, 409, "already disabled")
		w.submit("/mailings/999/disable", "reason", "spam").want(t, 404)
	})
}

// wantMistakes is wantMistake for a form with prefixed field ids.
func (a answer) wantMistakes(t testing.TB, field, why string) {
	t.Helper()
	a.want(t, 422, `aria-invalid="true"`, `id="`+field+`-mistake"`, `href="#`+field+`"`, why)
}

// moves are the lines by which a user gets a team of their own.
var moves = map[string]bool{"POST /team/leave": true, "POST /team/members/:id/remove": true}

// only returns the changed rows that a test does not expect.
func only(change string, expected ...string) string {
	rows := strings.Split(change, "\n")
	return strings.Join(slices.DeleteFunc(rows, func(row string) bool {
		return row == "" || slices.ContainsFunc(expected, func(text string) bool { return strings.Contains(row, text) })
	}), "\n")
}

// Input: the forms of managers and admins bind nothing else: each changes only the user or team that its path names, and only the one thing
// it is about.
func TestSecurityBindingOfOversight(t *testing.T) {
	t.Parallel()
	w := inhabited(t)
	other := w.users["other team"]
	for _, line := range w.lines() {
		if !strings.HasPrefix(line, http.MethodPost) || accessCells(t)[line]["admin"] == "403" || accessCells(t)[line]["own team"] != "403" {
			continue
		}
		for _, who := range []string{"manager", "admin"} {
			for name := range encodings("", nil, nil) {
				t.Run(line+" as "+who+" by "+name, func(t *testing.T) {
					b, things := w.as(who), w.things(other.TeamID)
					before := w.rights()
					_, path := at(line, num(things[kindOf(line)]))
					a := b.do(encodings(path, w.fields(things), extra(other))[name])
					if name == "JSON" && a.Code != http.StatusUnsupportedMediaType && accessCells(t)[line][who] != "403" {
						t.Errorf("JSON is %d", a.Code)
					}
					about := map[string]string{"POST /users/:id/block": "user|" + num(things["users"]) + "|",
						"POST /teams/:id/quota": "team|" + num(things["teams"]) + "|"}[line]
					if about == "" {
						about = "nothing at all"
					}
					if change := only(changed(before, w.rights()), about); change != "" {
						t.Errorf("it changed:\n%s", change)
					}
					if u, err := w.store.User(t.Context(), things["users"]); err != nil || u.Role != domain.RoleUser || !u.Verified() {
						t.Errorf("the user is %+v, %v", u, err)
					}
				})
			}
		}
	}
}

// Input: when a user leaves or is removed from a team, nothing else is bound: they get a new team of their own and join no other.
func TestSecurityBindingOfLeaving(t *testing.T) {
	t.Parallel()
	w := inhabited(t)
	other := w.users["other team"]
	for line := range moves {
		for name := range encodings("", nil, nil) {
			t.Run(line+" by "+name, func(t *testing.T) {
				w.comeBack()
				who := map[string]string{"POST /team/leave": "editor"}[line] // the owner removes members
				b, things := w.as(cmp.Or(who, "own team")), w.things(w.users["own team"].TeamID)
				before := w.rights()
				_, path := at(line, num(things["members"]))
				b.do(encodings(path, w.fields(things), extra(other))[name])
				leaver := things["members"]
				if line == "POST /team/leave" {
					leaver = w.users["editor"].ID
				}
				if change := only(changed(before, w.rights()), "user|"+num(leaver)+"|", "+ team|"); change != "" {
					t.Errorf("it changed:\n%s", change)
				}
				u, err := w.store.User(t.Context(), leaver)
				role := domain.RoleUser
				if who != "" {
					role = w.users[who].Role
				}
				if err != nil || u.Role != role || !u.Verified() || u.TeamID == other.TeamID {
					t.Errorf("%+v, %v", u, err)
				}
				if stays := u.TeamID == w.users["own team"].TeamID; stays != (name == "JSON") {
					t.Errorf("still in the team: %v", stays)
				}
			})
		}
	}
}
