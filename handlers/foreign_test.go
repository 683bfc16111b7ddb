package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

// teamRoutes are the routes of clients, messages and mailings for the team that owns them, with their access group.
func (st *site) teamRoutes() map[string]string {
	lines := map[string]string{}
	for line, who := range st.server.RouteLines() {
		for _, feature := range []string{" /clients", " /messages", " /mailings"} {
			if strings.Contains(line, feature) && who != "overseer" {
				lines[line] = who
			}
		}
	}
	return lines
}

// ask sends a request for a line of the table, with the id filled in and a valid form.
func (b *browser) ask(line, id string, messageID int64) answer {
	method, to, _ := strings.Cut(line, " ")
	to = strings.Replace(to, ":id", url.PathEscape(id), 1)
	if method == http.MethodGet {
		return b.get(to)
	}
	form := mailingFields(messageID, "version", "1", "email", "taken@over.example", "full_name", "Taken over",
		"subject", "Taken over", "body", "Taken over")
	return b.submit(to, form...)
}

func TestThingsOfAnotherTeam(t *testing.T) {
	for _, role := range []domain.Role{domain.RoleUser, domain.RoleAdmin} {
		t.Run("are not there for somebody of the role "+string(role), func(t *testing.T) {
			st := open(t)
			bob := st.newUser("bob@example.com")
			cl := storetest.Client(t, st.store, bob.TeamID, "foreign@example.com")
			m := storetest.Mailing(t, st.store, bob.TeamID, st.now, "2026-03-10T11:00", "", "UTC", domain.Daily)
			b := st.withRole(role)
			ids := map[string]int64{"clients": cl.ID, "messages": m.MessageID, "mailings": m.ID}
			lines := 0
			for line, who := range st.teamRoutes() {
				if !strings.Contains(line, ":id") {
					continue
				}
				lines++
				feature := strings.Split(line, "/")[1]
				want := http.StatusNotFound
				if role == domain.RoleAdmin && feature == "mailings" { // an admin oversees mailings
					want = map[string]int{"signed in": http.StatusOK, "writer": http.StatusForbidden}[who]
				}
				for _, b.htmx = range []bool{false, true} {
					a := b.ask(line, num(ids[feature]), m.MessageID)
					if a.Code != want {
						t.Errorf("%s: %d, want %d", line, a.Code, want)
					}
					a.wantLack(t, "foreign@example.com")
					if want != http.StatusOK {
						a.wantLack(t, m.Name, "Hello, {{")
					}
				}
			}
			if lines < 15 {
				t.Errorf("only %d routes were asked", lines)
			}
			st.wantUntouched(cl, m)
		})
	}
	t.Run("nor can a page's query choose one", func(t *testing.T) {
		st := open(t)
		bob := st.newUser("bob@example.com")
		storetest.Client(t, st.store, bob.TeamID, "foreign@example.com")
		m := storetest.Mailing(t, st.store, bob.TeamID, st.now, "2026-03-10T11:00", "", "UTC", domain.Daily)
		b := st.withRole(domain.RoleUser)
		b.get("/mailings/new?message_id="+num(m.MessageID)).wantLack(t, "Hello, {{")
		b.get("/mailings/next-runs?time_zone=UTC&starts_at=2026-03-10T11:00&periodicity=daily&id="+num(m.ID)).want(t, 404)
		b.get("/mailings/picker?time_zone=UTC&starts_at=2026-03-10T11:00&periodicity=daily&id="+num(m.ID)).want(t, 404)
	})
}

// wantUntouched fails if a client or a mailing has changed since it was made.
func (st *site) wantUntouched(cl domain.Client, m domain.Mailing) {
	st.t.Helper()
	if now, err := st.store.Client(st.t.Context(), domain.CommandLineActor(), domain.View, cl.ID); err != nil || now.Version != 1 || now.Email != cl.Email {
		st.t.Errorf("the client is %+v, %v", now, err)
	}
	if msg, err := st.store.Message(st.t.Context(), domain.CommandLineActor(), domain.View, m.MessageID); err != nil || msg.Version != 1 {
		st.t.Errorf("the message is %+v, %v", msg, err)
	}
	if now := st.stored(m.ID); now.Version != 1 || now.Paused() || now.Status != domain.StatusCreated {
		st.t.Errorf("the mailing is %+v", now)
	}
	if runs, err := st.store.Runs(st.t.Context(), m.ID, 9); err != nil || len(runs) != 0 {
		st.t.Errorf("runs %v, %v", runs, err)
	}
	if st.woken.Load() != 0 {
		st.t.Error("the sender was woken")
	}
}

// withRole is a browser in which carol@example.com, alone in her team, is signed in.
func (st *site) withRole(role domain.Role) *browser {
	st.t.Helper()
	in := domain.SignUp{Email: "carol@example.com", Name: "Carol", Language: "en", TimeZone: "UTC"}
	return st.enter(st.userFrom(in, role))
}

func TestTeamRoutesByRole(t *testing.T) {
	t.Run("a manager changes nothing", func(t *testing.T) {
		st := open(t)
		b := st.withRole(domain.RoleManager)
		for line, who := range st.teamRoutes() {
			if who != "writer" {
				continue
			}
			for _, b.htmx = range []bool{false, true} {
				if a := b.ask(line, "1", 1); a.Code != http.StatusForbidden {
					t.Errorf("%s: %d", line, a.Code)
				}
			}
		}
		b.htmx = false
		b.get("/mailings").want(t, 200)
	})
	t.Run("a stranger is sent to sign in, and back to the page afterwards", func(t *testing.T) {
		st := open(t)
		b := st.browser()
		for line := range st.teamRoutes() {
			next := "%2F"
			if method, to, _ := strings.Cut(line, " "); method == http.MethodGet {
				next = url.QueryEscape(strings.Replace(to, ":id", "1", 1))
			}
			a := b.ask(line, "1", 1)
			a.want(t, 303)
			a.wantTo(t, "/login?next="+next)
		}
	})
	t.Run("for htmx back to the page in its header", func(t *testing.T) {
		st := open(t)
		b := st.browser()
		b.htmx = true
		b.header["HX-Current-URL"] = "http://" + publicHost + "/clients?q=x"
		for line := range st.teamRoutes() {
			a := b.ask(line, "1", 1)
			a.want(t, 401)
			a.wantTo(t, "/login?next=%2Fclients%3Fq%3Dx")
			if a.body != "" {
				t.Errorf("%s: body %q", line, a.body)
			}
		}
	})
	t.Run("no GET changes anything, and no other method comes in", func(t *testing.T) {
		v := ann(t)
		cl := v.client("own@example.com")
		m := v.mailing("2026-03-10T11:00", "")
		for line := range v.teamRoutes() {
			method, to, _ := strings.Cut(line, " ")
			to = strings.Replace(to, ":id", "1", 1)
			if method == http.MethodPost {
				v.get(to)
			}
			for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch} {
				if a := v.do(httptest.NewRequest(method, "http://"+publicHost+to, nil)); a.Code != 405 && a.Code != 404 {
					t.Errorf("%s %s: %d", method, to, a.Code)
				}
			}
		}
		v.wantUntouched(cl, m)
	})
}

// A body that names another team's message or client, or an impossible one, writes nothing: 422.
func TestSecurityForeignIds(t *testing.T) {
	t.Parallel()
	w := inhabited(t)
	b := w.as("own team")
	own, theirs := w.things(w.users["own team"].TeamID), w.things(w.users["other team"].TeamID)
	for name, change := range map[string][]string{
		"a message of another team":                      {"message_id", num(theirs["messages"])},
		"a client of another team":                       {"audience", "clients", "client_ids", num(theirs["clients"])},
		"a client of another team beside the team's own": {"audience", "clients", "client_ids", num(own["clients"]), "client_ids", num(theirs["clients"])},
		"message 0": {"message_id", "0"}, "message -1": {"message_id", "-1"},
		"message 2^63": {"message_id", "9223372036854775808"}, "message 2^63-1": {"message_id", "9223372036854775807"},
		"client 0": {"audience", "clients", "client_ids", "0"}, "client -1": {"audience", "clients", "client_ids", "-1"},
		"client 2^63":                    {"audience", "clients", "client_ids", "9223372036854775808"},
		"a message that is not a number": {"message_id", "1 OR 1=1"},
	} {
		t.Run(name, func(t *testing.T) {
			before := w.dump()
			for _, b.htmx = range []bool{false, true} {
				fields := mailingFields(own["messages"], append([]string{"version", "1"}, change...)...)
				for _, to := range []string{"/mailings", path("mailings", own["mailings"])} {
					a := b.submit(to, fields...)
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
		before, err := w.store.Client(t.Context(), domain.CommandLineActor(), domain.View, theirs["clients"])
		if err != nil {
			t.Fatal(err)
		}
		for _, to := range []string{"/clients", path("clients", own["clients"])} {
			b.submit(to, "email", "mine@example.com", "version", "1", "id", num(theirs["clients"]), "team_id", num(w.users["other team"].TeamID))
		}
		if after, err := w.store.Client(t.Context(), domain.CommandLineActor(), domain.View, theirs["clients"]); err != nil || after != before {
			t.Errorf("%+v, %v", after, err)
		}
		page, err := w.store.Clients(t.Context(), w.users["other team"].TeamID, store.ClientQuery{Q: "mine@"})
		if err != nil || page.Total != 0 {
			t.Errorf("%d clients came to another team, %v", page.Total, err)
		}
	})
}

// Routes: a request that the table refuses changes nothing: neither another team's things in a path (clients, messages, mailings, members,
// invitations, users, teams) nor what a role does not allow.
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
			// A member of "own team" counts as another team here, but only in lines with an id.
			if who == "own team" && cell != "403" && strings.Contains(line, "/:id") {
				cell = table[line]["other team"]
			}
			if !strings.HasPrefix(line, http.MethodPost) || cell != "403" && cell != "404" || strings.Contains(line, ":token") {
				continue
			}
			asked++
			method, to := at(line, num(things[kindOf(line)]))
			for _, b.htmx = range []bool{false, true} {
				a := b.submit(to, w.fields(things)...)
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
