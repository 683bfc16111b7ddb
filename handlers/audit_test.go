package handlers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

// Input: the audit table records logins, failures, blocks, disables, role and password changes, and deletions: who, from where, what, and
// no secret. Every action is tested.
func TestSecurityAudit(t *testing.T) {
	t.Parallel()
	w := inhabited(t)
	own := w.userOf("ann@example.com", domain.RoleAdmin)
	b := w.browser()
	b.login(own.Email)
	b.header["User-Agent"] = "secret agent"
	things, clients := w.things(own.TeamID), storetest.Client(t, w.store, own.TeamID, "gone@example.com")
	target := w.things(w.users["other team"].TeamID)
	message := storetest.Message(t, w.store, own.TeamID, "Gone", "Text")
	member, leaver, bob := w.things(own.TeamID)["members"], w.newUser("leaver@example.com"), w.newUser("bob@example.com")
	w.raw.Set("users", "team_id", own.TeamID, "id", leaver.ID)
	w.raw.Set("users", "team_id", own.TeamID, "id", bob.ID)
	w.browser().login(own.Email) // another session, to be ended
	const fresh = "the next password of ann"
	invitation := func() int64 { // makes an invitation and returns its id
		return w.invitation(own.TeamID, own.ID, fmt.Sprintf("invited-%d@example.com", w.raw.Count("invitations")))
	}
	// There is no export, and only the command line adds users.
	tested := map[domain.AuditAction]bool{domain.AuditExport: true, domain.AuditUserAdd: true}
	for _, c := range []struct {
		action  domain.AuditAction
		to      string
		form    []string
		subject string // subject of the entry
	}{
		{domain.AuditSignIn, "/login", []string{"email", own.Email, "password", storetest.Password}, ""},
		{domain.AuditSignInFailed, "/login", []string{"email", own.Email, "password", "a wrong password"}, own.Email},
		{domain.AuditSignInFailed, "/login", []string{"email", "nobody@example.com", "password", "a wrong password"}, "nobody@example.com"},
		{domain.AuditRole, path("users", target["users"]) + "/role", []string{"role", "editor"}, "user"},
		{domain.AuditBlock, path("users", target["users"]) + "/block", []string{"reason", "spam"}, "user"},
		{domain.AuditUnblock, path("users", target["users"]) + "/unblock", nil, "user"},
		{domain.AuditDisable, path("mailings", target["mailings"]) + "/disable", []string{"reason", "spam"}, "Mailing"},
		{domain.AuditEnable, path("mailings", target["mailings"]) + "/enable", nil, "Mailing"},
		{domain.AuditQuota, path("teams", target["teams"]) + "/quota", []string{"max_clients", "5", "max_letters", ""}, ""},
		{domain.AuditSend, path("mailings", things["mailings"]) + "/send", nil, "Mailing"},
		{domain.AuditPause, path("mailings", things["mailings"]) + "/pause", nil, "Mailing"},
		{domain.AuditResume, path("mailings", things["mailings"]) + "/resume", nil, "Mailing"},
		{domain.AuditTeamName, "/team/name", []string{"name", "The bakery"}, "The bakery"},
		{domain.AuditPasswordWrong, "/profile/password", []string{"current", "a wrong password", "password", fresh}, own.Email},
		{domain.AuditPasswordWrong, "/profile/email", []string{"email", "new-ann@example.com", "password", "a wrong password"}, own.Email},
		{domain.AuditPasswordWrong, "/profile/delete", []string{"email", own.Email, "password", "a wrong password"}, own.Email},
		{domain.AuditEmailAsk, "/profile/email", []string{"email", "new-ann@example.com", "password", storetest.Password}, "new-ann@example.com"},
		{domain.AuditDelete, path("clients", clients.ID) + "/delete", nil, "@example.com"},
		{domain.AuditDelete, path("mailings", things["mailings"]) + "/delete", nil, "Mailing"},
		{domain.AuditDelete, path("messages", message.ID) + "/delete", nil, ""},
		{domain.AuditInvite, "/team/invite", []string{"email", "invited@example.com"}, "invited@example.com"},
		{domain.AuditInviteRenew, path("team/invitations", invitation()) + "/renew", nil, "invited"},
		{domain.AuditInviteWithdraw, path("team/invitations", invitation()) + "/withdraw", nil, "invited"},
		{domain.AuditRemove, path("team/members", member) + "/remove", nil, "member-"},
		{domain.AuditOwner, path("team/members", bob.ID) + "/owner", []string{"password", storetest.Password}, bob.Email},
		{domain.AuditOwner, path("users", own.ID) + "/owner", nil, own.Email},
		{domain.AuditSessionsEnd, "/profile/sessions", []string{"others", "1"}, own.Email},
		{domain.AuditPasswordChange, "/profile/password", []string{"current", storetest.Password, "password", fresh}, ""},
	} {
		t.Run(string(c.action)+" by "+c.to, func(t *testing.T) {
			before, err := w.store.Audit(t.Context(), store.AuditQuery{Per: 100})
			if err != nil {
				t.Fatal(err)
			}
			tested[c.action] = true
			if c.action == domain.AuditResume { // the form must name a run that began after the table was made
				begun, err := w.store.Runs(t.Context(), things["mailings"], 1)
				if err != nil {
					t.Fatal(err)
				}
				c.form = []string{"last_run", num(begun[0].ID)}
			}
			b.submit(c.to, c.form...)
			page, err := w.store.Audit(t.Context(), store.AuditQuery{Per: 100})
			if err != nil || len(page.Rows) != len(before.Rows)+1 {
				t.Fatalf("%d lines, and %d before; %v", len(page.Rows), len(before.Rows), err)
			}
			e := page.Rows[0]
			if e.Action != c.action || !e.At.Equal(w.now) || e.By.Address == "" || !strings.Contains(e.Subject, c.subject) {
				t.Errorf("the line is %+v", e)
			}
			if failed := c.action == domain.AuditSignInFailed; failed != (e.By.ID == 0) || !failed && e.By.Email != own.Email {
				t.Errorf("it was done by %+v", e.By)
			}
		})
	}
	w.quietActs(t, tested)
	w.teamActs(t, b, tested)
	w.letterActs(t, w.enter(leaver), tested)
	for _, action := range domain.AuditActions() {
		if !tested[action] {
			t.Errorf("nothing was seen of %q", action)
		}
	}
	for _, line := range w.raw.Rows("audit", "*") {
		for _, secret := range []string{storetest.Password, "a wrong password", fresh, newPassword, "argon2id", "secret agent", b.cookies[cookieName].Value} {
			if strings.Contains(line, secret) {
				t.Errorf("%q stands in %s", secret, line)
			}
		}
	}
}

// quietActs are the actions that need a mailing with failed letters or an installation without an admin, and those that change nothing and
// so record nothing.
func (w *world) quietActs(t *testing.T, tested map[domain.AuditAction]bool) {
	t.Helper()
	tested[domain.AuditRetry], tested[domain.AuditSetUp] = true, true // see store.TestRetry and TestSecuritySetup
	b := w.as("own team")
	m := w.things(w.users["own team"].TeamID)["mailings"]
	b.submit(path("mailings", m)+"/pause").want(t, 303)
	before := len(w.logged(""))
	b.submit(path("mailings", m)+"/pause").want(t, 303)
	b.submit("/team/name", "name", strings.Repeat("x", 101)).want(t, 422)
	b.submit("/profile/email", "email", "not an address", "password", "x").want(t, 422)
	w.browser().submit("/logout").want(t, 303)
	tested[domain.AuditSignOut] = true
	if n := len(w.logged("")); n != before {
		t.Errorf("%d lines of what changed nothing", n-before)
	}
	b.submit("/logout").want(t, 303)
	email := w.users["own team"].Email
	w.wantLogged(t, domain.AuditSignOut, email, email)
}

// teamActs are the actions that do not record exactly one entry.
func (w *world) teamActs(t *testing.T, b *browser, tested map[domain.AuditAction]bool) {
	t.Helper()
	bad := w.newUser("spammer@example.com")
	puppet := w.newUser("puppet@example.com")
	w.raw.Set("users", "team_id", bad.TeamID, "id", puppet.ID)
	for action, one := range map[domain.AuditAction]domain.AuditAction{domain.AuditTeamBlock: domain.AuditBlock, domain.AuditTeamUnblock: domain.AuditUnblock} {
		tested[action] = true
		before := len(w.logged(one))
		w.raw.Set("users", "blocked_at", map[bool]any{true: w.now.UnixMilli()}[action == domain.AuditTeamUnblock], "team_id", bad.TeamID)
		b.submit(path("users", bad.ID)+map[bool]string{true: "/block", false: "/unblock"}[action == domain.AuditTeamBlock], "team", "1", "reason", "spam").want(t, 303)
		w.wantLogged(t, action, "ann@example.com", "User spammer@example.com")
		if n := len(w.logged(one)) - before; n != 2 {
			t.Errorf("%s: %d people", action, n)
		}
	}
	tested[domain.AuditSignInsFailed] = true
	stranger := w.browser()
	for i := range domain.FailuresLoggedOfNetwork + 2 {
		w.now = w.now.Add(time.Minute)
		stranger.from("198.51.100.7:1", "nobody"+num(int64(i))+"@example.com").want(t, 422)
	}
	if all := w.logged(domain.AuditSignInsFailed); len(all) != 1 || all[0].Detail != "2" || all[0].Subject != "" {
		t.Errorf("those that were only counted: %+v", all)
	}
}

// letterActs are the actions by letter, and those that end a membership or an account.
func (w *world) letterActs(t *testing.T, leaver *browser, tested map[domain.AuditAction]bool) {
	t.Helper()
	act := func(action domain.AuditAction, actor, subject string, do func() answer) {
		tested[action] = true
		w.now = w.now.Add(time.Second)
		if a := do(); a.Code != 303 {
			t.Errorf("%s: %d", action, a.Code)
		}
		w.wantLogged(t, action, actor, subject)
	}
	w.raw.Delete("outbox")
	stranger, email := w.browser(), "new@example.com"
	act(domain.AuditSignUp, email, email, func() answer {
		return stranger.submit("/signup", "email", email, "password", storetest.Password)
	})
	act(domain.AuditConfirm, email, email, func() answer { return stranger.submit(link(t, w.letter())) })
	w.now = w.now.Add(time.Hour) // at most one letter an hour
	act(domain.AuditPasswordReset, email, email, func() answer { return stranger.submit(w.forgotten(email), "password", newPassword) })
	stranger.submit("/login", "email", email, "password", newPassword).want(t, 303)
	act(domain.AuditEmailChange, email, "newer@example.com", func() answer {
		stranger.submit("/profile/email", "email", "newer@example.com", "password", newPassword).want(t, 303)
		path := link(t, w.letter())
		w.letter()
		return stranger.submit(path)
	})
	act(domain.AuditLeave, "leaver@example.com", "leaver@example.com", func() answer { return leaver.submit("/team/leave") })
	act(domain.AuditJoin, "leaver@example.com", "leaver@example.com", func() answer {
		return leaver.submit(visit{w.site, stranger, domain.User{}}.invite("leaver@example.com"))
	})
	next, err := w.store.UserByEmail(t.Context(), "leaver@example.com")
	if err != nil {
		t.Fatal(err)
	}
	act(domain.AuditOwner, "newer@example.com", "leaver@example.com", func() answer {
		return stranger.submit(path("team/members", next.ID)+"/owner", "password", newPassword)
	})
	act(domain.AuditAccountDelete, "newer@example.com", "newer@example.com", func() answer {
		return stranger.submit("/profile/delete", "email", "newer@example.com", "password", newPassword)
	})
}
