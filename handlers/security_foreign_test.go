package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"postrider/store"
)

// A body that names another team's message or client, or one that cannot be, writes nothing: 422.
func TestSecurityForeignIds(t *testing.T) {
	t.Parallel()
	w := inhabited(t)
	b := w.as("own team")
	own, theirs := w.things(w.users["own team"].TeamID), w.things(w.users["other team"].TeamID)
	for name, change := range map[string][]string{
		"a message of another team":           {"message_id", num(theirs["messages"])},
		"a client of another team":            {"audience", "clients", "client_ids", num(theirs["clients"])},
		"a client of another team beside own": {"audience", "clients", "client_ids", num(own["clients"]), "client_ids", num(theirs["clients"])},
		"message 0":                           {"message_id", "0"}, "message -1": {"message_id", "-1"},
		"message 2^63": {"message_id", "9223372036854775808"}, "message 2^63-1": {"message_id", "9223372036854775807"},
		"client 0": {"audience", "clients", "client_ids", "0"}, "client -1": {"audience", "clients", "client_ids", "-1"},
		"client 2^63":          {"audience", "clients", "client_ids", "9223372036854775808"},
		"message that is text": {"message_id", "1 OR 1=1"},
	} {
		t.Run(name, func(t *testing.T) {
			before := w.dump()
			for _, b.htmx = range []bool{false, true} {
				fields := mailingFields(own["messages"], append([]string{"version", "1"}, change...)...)
				for _, to := range []string{"/mailings", path("mailings", own["mailings"])} {
					a := b.post(to, fields...)
					a.want(t, 422)
					a.wantLack(t, fmt.Sprintf("thing%d@example.com", w.made), "client-of-other-team")
				}
				b.get("/mailings/next-runs?"+encoded(fields)).wantLack(t, fmt.Sprintf("thing%d@example.com", w.made))
				b.get("/mailings/picker?"+encoded(fields)).wantLack(t, fmt.Sprintf("thing%d@example.com", w.made))
			}
			w.wantSame(t, before, name)
		})
	}
	t.Run("an id in the body does not win over the one in the path", func(t *testing.T) {
		before, err := w.store.Client(t.Context(), theirs["clients"])
		if err != nil {
			t.Fatal(err)
		}
		for _, to := range []string{"/clients", path("clients", own["clients"])} {
			b.post(to, "email", "mine@example.com", "version", "1", "id", num(theirs["clients"]), "team_id", num(w.users["other team"].TeamID))
		}
		if after, err := w.store.Client(t.Context(), theirs["clients"]); err != nil || after != before {
			t.Errorf("%+v, %v", after, err)
		}
		page, err := w.store.Clients(t.Context(), w.users["other team"].TeamID, store.ClientQuery{Q: "mine@"})
		if err != nil || page.Total != 0 {
			t.Errorf("%d clients came to another team, %v", page.Total, err)
		}
	})
}

// Routes: whatever the table refuses changes nothing: things of another team in a path (clients, messages, mailings, members,
// invitations, users, teams), and what a role does not allow.
func TestSecurityForeignPaths(t *testing.T) {
	t.Parallel()
	w := inhabited(t)
	foreign := w.users["other team"].TeamID
	table := accessCells(t)
	asked := 0
	for _, who := range []string{"own team", "manager", "editor", "admin"} {
		b, things := w.as(who), w.things(foreign)
		before := w.dump()
		for _, line := range w.lines() {
			cell := table[line][who]
			if _, others, two := strings.Cut(cell, "/"); two {
				cell = others
			}
			// The team of "own team" is another one for the table only where a line has an id.
			if who == "own team" && cell != "403" && strings.Contains(line, "/:id") {
				cell = table[line]["other team"]
			}
			if !strings.HasPrefix(line, http.MethodPost) || cell != "403" && cell != "404" || strings.Contains(line, ":token") {
				continue
			}
			asked++
			method, to := at(line, num(things[kindOf(line)]))
			for _, b.htmx = range []bool{false, true} {
				a := b.post(to, w.fields(things)...)
				a.wantCell(t, cell, b.htmx, method+" "+to+" as "+who)
				a.wantLack(t, "client-of-other-team", "invited"+num(things["invitations"])+"@", "member-"+num(things["invitations"])+"@")
			}
		}
		w.wantSame(t, before, "what is refused to "+who)
	}
	if asked < 60 {
		t.Errorf("only %d were asked", asked)
	}
}
