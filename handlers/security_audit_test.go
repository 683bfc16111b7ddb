package handlers_test

import (
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

// Input: the audit table records logins, failures, blocks, disables, role and password changes, and deletions: who, from
// where, what, and no secret.
func TestSecurityAudit(t *testing.T) {
	w := inhabited(t)
	own := w.userOf("ann@example.com", domain.RoleAdmin)
	b := w.browser()
	b.login(own.Email)
	b.header["User-Agent"] = "secret agent"
	things, clients := w.things(own.TeamID), storetest.Client(t, w.store, own.TeamID, "gone@example.com")
	target := w.things(w.users["other team"].TeamID)
	message := storetest.Message(t, w.store, own.TeamID, "Gone", "Text")
	const fresh = "the next password of ann"
	for _, c := range []struct {
		action  domain.AuditAction
		to      string
		form    []string
		subject string // of the line
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
		{domain.AuditDelete, path("clients", clients.ID) + "/delete", nil, "@example.com"},
		{domain.AuditDelete, path("mailings", things["mailings"]) + "/delete", nil, "Mailing"},
		{domain.AuditDelete, path("messages", message.ID) + "/delete", nil, ""},
		{domain.AuditPasswordChange, "/profile/password", []string{"current", storetest.Password, "password", fresh}, ""},
	} {
		t.Run(string(c.action)+" by "+c.to, func(t *testing.T) {
			before, err := w.store.Audit(t.Context(), store.AuditQuery{Per: 100})
			if err != nil {
				t.Fatal(err)
			}
			b.post(c.to, c.form...)
			page, err := w.store.Audit(t.Context(), store.AuditQuery{Per: 100})
			if err != nil || len(page.Entries) != len(before.Entries)+1 {
				t.Fatalf("%d lines, and %d before; %v", len(page.Entries), len(before.Entries), err)
			}
			e := page.Entries[0]
			if e.Action != c.action || !e.At.Equal(w.now) || e.By.Address == "" || !strings.Contains(e.Subject, c.subject) {
				t.Errorf("the line is %+v", e)
			}
			if failed := c.action == domain.AuditSignInFailed; failed != (e.By.ID == 0) || !failed && e.By.Email != own.Email {
				t.Errorf("it was done by %+v", e.By)
			}
		})
	}
	for _, line := range w.strings(w.database(), `SELECT * FROM audit`) {
		for _, secret := range []string{storetest.Password, "a wrong password", fresh, "argon2id", "secret agent", b.cookies[cookieName].Value} {
			if strings.Contains(line, secret) {
				t.Errorf("%q stands in %s", secret, line)
			}
		}
	}
}
