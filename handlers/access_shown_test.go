package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store/storetest"
)

// texts are what a team keeps: first what only its own people may read, of a client and a message, then what somebody who
// oversees mailings may read too.
func texts(of string) (secret, overseen []string) {
	of = strings.ReplaceAll(of, " ", "-")
	return []string{"client.of." + of + "@secret.example", "Name of a client of " + of, "Remark on a client of " + of, "Text of " + of},
		[]string{"Mailing of " + of, "Subject of " + of}
}

// fill gives the team of somebody a client, a message and a mailing that is due.
func (w *world) fill(who string) {
	w.t.Helper()
	secret, overseen := texts(who)
	team := w.users[who].TeamID
	_, err := w.store.CreateClient(w.t.Context(), domain.Client{TeamID: team, Email: secret[0], FullName: secret[1], Comment: secret[2]}, w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	m := storetest.Mailing(w.t, w.store, team, w.now, "2026-03-10T12:00", "", "UTC", domain.Daily)
	w.exec(`UPDATE messages SET subject = $1, body = $2 WHERE id = $3`, overseen[1], secret[3], m.MessageID)
	w.exec(`UPDATE mailings SET name = $1 WHERE id = $2`, overseen[0], m.ID)
}

// Who sees what: on every page and piece, with all the ids there are, nobody but the own team reads its clients, messages
// and letters. A manager and an admin see the mailings of all, with masked addresses.
func TestAccessShownRows(t *testing.T) {
	t.Parallel()
	w := inhabited(t)
	teams := []string{"own team", "other team", "admin", "manager"}
	for _, who := range teams {
		w.fill(who)
	}
	w.deliver(domain.Result{Stage: domain.StageRcpt, Outcome: domain.OutcomeTemporary, Scope: domain.ScopeRecipient,
		Reply: domain.Reply{Code: 450, Text: "busy"}})
	may := map[string]string{"own team": "own team", "editor": "own team", "other team": "other team", "admin": "admin"}
	oversees := map[string]bool{"manager": true, "admin": true}
	for _, who := range people {
		t.Run(who+" reads of the own team everything, and of others no word", func(t *testing.T) {
			seen := w.everything(who)
			for _, team := range teams {
				secret, overseen := texts(team)
				own := may[who] == team
				for _, text := range secret {
					if strings.Contains(seen, text) != own {
						t.Errorf("%q is there: %v, want %v", text, !own, own)
					}
				}
				for _, text := range overseen {
					if want := own || oversees[who]; strings.Contains(seen, text) != want {
						t.Errorf("%q is there: %v, want %v", text, !want, want)
					}
				}
			}
			if strings.Contains(seen, "c…@secret.example") != oversees[who] {
				t.Errorf("masked addresses are there: %v", !oversees[who])
			}
		})
	}
}

// everything is all that somebody is shown on every page and piece, for all ids that there are.
func (w *world) everything(who string) string {
	w.t.Helper()
	ids := map[string][]string{"mailbox": {"1"}}
	for kind, table := range map[string]string{"clients": "clients", "messages": "messages", "mailings": "mailings", "users": "users", "members": "users"} {
		ids[kind] = w.strings(w.database(), `SELECT id FROM `+table)
	}
	var all strings.Builder
	b := w.as(who)
	ask := func(htmx bool, to string) {
		b.htmx = htmx
		all.WriteString(b.get(to).body)
	}
	for _, line := range w.lines() {
		method, to := at(line, ":id")
		if method != http.MethodGet {
			continue
		}
		if !strings.Contains(to, ":id") {
			ask(false, to)
			for _, query := range []string{"", "?part=list&q=secret", "?part=list&team=1",
				"?starts_at=2026-03-10T11:00&time_zone=UTC&audience=clients&find=client&message_id=2"} {
				ask(true, to+query)
			}
			continue
		}
		for _, id := range ids[kindOf(line)] {
			_, to := at(line, id)
			ask(false, to)
			ask(true, to+"?part=row")
			ask(true, to+"?part=live")
		}
	}
	return all.String()
}

// Routes: there are no other methods than the table has, on any route and for anybody. TRACE gives no cookie back.
func TestSecurityMethods(t *testing.T) {
	t.Parallel()
	w := inhabited(t)
	for _, who := range []string{"anonymous", "admin"} {
		b := w.as(who)
		before := w.dump()
		for _, line := range w.lines() {
			_, to := at(line, "1")
			for _, method := range []string{"PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "FOO", "get", "POSTX"} {
				r := httptest.NewRequest(http.MethodGet, "http://"+publicHost+to, nil)
				r.Method = method
				a := b.do(r)
				if a.Code != http.StatusMethodNotAllowed {
					t.Errorf("%s %s as %s: %d", method, to, who, a.Code)
				}
				if c := b.cookies[cookieName]; c != nil && strings.Contains(a.body+fmt.Sprint(a.Header()), c.Value) {
					t.Errorf("%s %s gives the cookie back", method, to)
				}
				a.wantHeaders(t, method+" "+line)
			}
		}
		w.wantSame(t, before, "another method")
	}
	t.Run("nor by a header or a field that asks for another method", func(t *testing.T) {
		b := w.as("own team")
		c := storetest.Client(t, w.store, w.users["own team"].TeamID, "stays@example.com")
		for _, name := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
			b.with(name, "POST").get(path("clients", c.ID) + "/delete?_method=POST")
			b.with(name, "DELETE").get(path("clients", c.ID) + "?_method=DELETE")
		}
		b.get(path("clients", c.ID)).want(t, 200, "stays@example.com")
	})
}
