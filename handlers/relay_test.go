package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
	"postrider/store/storetest"
)

// The relay's words may be about another team's client. Users whose letter it was not see the stage, the codes and their meaning. Admins
// also see the words from before any letter.
func TestSecurityRelayNoteHidesClients(t *testing.T) {
	result := func(stage domain.Stage, code int, enhanced, words string) domain.Result {
		return domain.Result{Stage: stage, Outcome: domain.OutcomeTemporary, Scope: domain.ScopeRelay,
			Reply: domain.Reply{Code: code, Enhanced: enhanced, Text: words}}
	}
	for name, c := range map[string]struct {
		res   domain.Result
		says  string
		admin bool // also sees the words
	}{
		"at RCPT":            {result(domain.StageRcpt, 421, "4.7.0", "<leak4+tag@rival.example> (Lea Kay) later"), "Recipient address, 421 4.7.0. Rejected by the mail server", false},
		"at the dot":         {result(domain.StageDot, 421, "", "message for leak4@rival.example Lea Kay refused"), "Email text, 421. The mail server closed", false},
		"in no known form":   {result(domain.StageBody, 0, "", "the answer cannot be understood: leak4 Lea Kay"), "Email text. The connection", false},
		"at the greeting":    {result(domain.StageGreeting, 554, "5.7.1", "leak4 Lea Kay is our postmaster"), "Greeting, 554 5.7.1.", true},
		"of the network":     {result(domain.StageConnect, 0, "", "lookup leak4 Lea Kay: no such host"), "Connection. The connection", true},
		"when TLS is broken": {result(domain.StageTLS, 0, "", "TLS failed: certificate of leak4, Lea Kay"), "Encryption. Can&#39;t make a secure", true},
		"at AUTH":            {result(domain.StageAuth, 535, "", "leak4 Lea Kay has a new password"), "Signing in, 535. The mail server doesn&#39;t accept the username", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state := domain.RelayState{Down: true, Since: time.Now(), Cause: c.res.Cause()}
			st := open(t, func(s *handlers.Server) { s.Relay = func() domain.RelayState { return state } })
			for _, role := range []domain.Role{domain.RoleUser, domain.RoleEditor, domain.RoleManager, domain.RoleAdmin} {
				b, u := st.signedIn(string(role) + "@example.com")
				if _, err := st.store.SetRole(t.Context(), domain.Actor{}, u.ID, role, st.now); err != nil {
					t.Fatal(err)
				}
				var pages []string
				if role != domain.RoleManager {
					storetest.Client(t, st.store, u.TeamID, "own@example.com")
					m := storetest.Mailing(t, st.store, u.TeamID, st.now, "2026-03-10T13:00", "", "UTC", domain.Once)
					a := b.get(path("mailings", m.ID))
					a.want(t, http.StatusOK, c.says)
					pages = append(pages, a.body)
				}
				for _, page := range []string{"/", "/mailings", "/profile"} {
					pages = append(pages, b.get(page).body)
				}
				for _, body := range pages {
					if reads := role == domain.RoleAdmin && c.admin; strings.Contains(body, "leak4") != reads || strings.Contains(body, "Lea Kay") != reads {
						t.Errorf("a %s reads the words: %v, want %v", role, !reads, reads)
					}
				}
			}
			if body := st.browser().get("/").body; strings.Contains(body, "leak4") {
				t.Error("a stranger reads the words")
			}
		})
	}
}

func TestRelayNote(t *testing.T) {
	next := time.Date(2026, 3, 10, 12, 5, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		state     domain.RelayState
		says, not string
	}{
		"names the time of the next try":            {domain.RelayState{Down: true, NextAt: next, Cause: domain.Cause{Stage: domain.StageConnect, Words: "no answer"}}, "Next attempt:", "The next email"},
		"names no time if the next letter tries it": {domain.RelayState{Down: true, Cause: domain.Cause{Stage: domain.StageConnect, Words: "no answer"}}, "The next email will try again.", "Next attempt:"},
		"says nothing after a single failure":       {domain.RelayState{Cause: domain.Cause{Stage: domain.StageConnect, Words: "no answer"}}, "Mailing", "no answer"},
	} {
		t.Run(name, func(t *testing.T) {
			st := open(t, func(s *handlers.Server) { s.Relay = func() domain.RelayState { return c.state } })
			b, u := st.signedIn("ann@example.com")
			storetest.Client(t, st.store, u.TeamID, "client@example.com")
			storetest.Mailing(t, st.store, u.TeamID, st.now, "2026-03-10T12:00", "", "UTC", domain.Once)
			if _, err := st.store.StartDue(t.Context(), st.server.Sender, st.now); err != nil {
				t.Fatal(err)
			}
			a := b.get("/mailings/1")
			if a.Code != http.StatusOK || !strings.Contains(a.body, c.says) || strings.Contains(a.body, c.not) {
				t.Errorf("the page answers %d: %s", a.Code, a.body)
			}
		})
	}
}
