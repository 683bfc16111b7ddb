package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
	"postrider/store/storetest"
)

// world is a site with a visitor of every kind that the access rules know.
type world struct {
	*site
	users map[string]domain.User // by column of the access table; "" is the stranger
	made  int                    // counts the things made

	afterThings func() // called by pages after it has made the things
}

// people are the columns of the access table.
var people = []string{"anonymous", "unverified", "own team", "other team", "manager", "editor", "admin", "blocked"}

// inhabited makes a world. The unverified user, the blocked user and the editor are in "own team", the others in teams of their own.
func inhabited(t testing.TB, change ...func(*handlers.Server)) *world {
	t.Helper()
	w := &world{site: open(t, append([]func(*handlers.Server){withMailbox}, change...)...), users: map[string]domain.User{"anonymous": {}}}
	roles := map[string]domain.Role{"manager": domain.RoleManager, "editor": domain.RoleEditor, "admin": domain.RoleAdmin}
	for _, who := range people[1:] {
		role := roles[who]
		if role == "" {
			role = domain.RoleUser
		}
		u := w.userOf(strings.ReplaceAll(who, " ", "-")+"@example.com", role)
		storetest.Client(t, w.store, u.TeamID, "client-of-"+u.Email)
		w.users[who] = u
	}
	storetest.Post(t, w.store, "A post", w.now)
	own := w.users["own team"].TeamID
	w.raw.Set("users", "verified_at", nil, "email", "unverified@%")
	w.raw.Set("users", "blocked_at", 1, "email", "blocked@%")
	w.raw.Set("users", "blocked_by", "x", "email", "blocked@%")
	w.raw.Set("users", "blocked_why", "x", "email", "blocked@%")
	for _, who := range []string{"unverified", "blocked", "editor"} {
		w.raw.Set("users", "team_id", own, "email", who+"@%")
		u := w.users[who]
		u.TeamID = own
		w.users[who] = u
	}
	return w
}

// as is a browser of that kind of visitor. The unverified and the blocked user have sessions too, as if their state had just changed.
func (w *world) as(who string) *browser {
	w.t.Helper()
	u := w.users[who]
	if u.ID == 0 {
		return w.browser()
	}
	w.raw.Set("users", "blocked_at", nil, "id", u.ID)
	b := w.enter(u)
	w.raw.Set("users", "blocked_at", 1, "id", u.ID, "email", "blocked@%")
	return b
}

// things are new things of a team, and a new user of another one, by the part of their path before the id. There is only one invitation and
// one such member at a time.
func (w *world) things(teamID int64) map[string]int64 {
	w.t.Helper()
	w.made++
	cl := storetest.Client(w.t, w.store, teamID, fmt.Sprintf("thing%d@example.com", w.made))
	m := storetest.Mailing(w.t, w.store, teamID, w.now, "2026-03-10T11:00", "", "UTC", domain.Daily)
	u := w.userOf(fmt.Sprintf("user%d@example.com", w.made), domain.RoleUser)
	w.raw.Delete("users", "email", "member-%")
	member := w.userOf(fmt.Sprintf("member-%d@example.com", w.made), domain.RoleUser)
	w.raw.Set("users", "team_id", teamID, "id", member.ID)
	w.raw.Delete("invitations")
	invitation := w.invitation(teamID, w.raw.Rows("users", "min(id)", "team_id", teamID)[0], fmt.Sprintf("invited%d@example.com", w.made))
	return map[string]int64{"clients": cl.ID, "mailings": m.ID, "messages": m.MessageID, "users": u.ID, "teams": u.TeamID, "mailbox": 1,
		"members": member.ID, "invitations": invitation, "posts": w.post().ID}
}

// invitation makes an invitation to a team.
func (w *world) invitation(teamID int64, by any, email string) int64 {
	w.t.Helper()
	w.made++
	return w.raw.Insert("invitations", map[string]any{"id": w.made, "team_id": teamID, "invited_by": by, "email": email, "email_key": email,
		"hash": []byte(email), "created_at": 1, "expires_at": w.now.Add(time.Hour).UnixMilli()})
}

// post makes an article, which belongs to no team.
func (w *world) post() domain.Post {
	w.t.Helper()
	w.made++
	return storetest.Post(w.t, w.store, fmt.Sprintf("Article %d", w.made), w.now)
}

// kindOf is what a line of the table is about: the path segment before the id, or the first one.
func kindOf(line string) string {
	before, _, _ := strings.Cut(line, "/:id")
	parts := strings.Split(before, "/")
	if before == line {
		return parts[1]
	}
	return parts[len(parts)-1]
}

// comeBack puts everyone back into their team.
func (w *world) comeBack() {
	w.t.Helper()
	for _, u := range w.users {
		w.raw.Set("users", "team_id", u.TeamID, "id", u.ID)
	}
}

// fields is a form that is valid for most lines of the table, with things of a team.
func (w *world) fields(things map[string]int64) []string {
	return mailingFields(things["messages"], "version", "1", "email", fmt.Sprintf("taken%d@example.com", w.made), "full_name", "Taken over",
		"subject", "Taken over", "body", "Taken over", "title", "Taken over", "content", "Taken over", "reason", "because",
		"role", "user", "max_clients", "9", "max_letters", "9", "lang", "en", "language", "en")
}

// thing makes a new thing of a team that a line of the table is about, and what its form needs.
func (w *world) thing(line string, teamID int64) map[string]int64 {
	w.t.Helper()
	w.made++
	_, path, _ := strings.Cut(line, " ")
	switch feature := strings.Split(path, "/")[1]; {
	case path == "/mailings" || feature == "messages":
		return map[string]int64{"messages": storetest.Message(w.t, w.store, teamID, "Hello", "Text").ID}
	case !strings.Contains(path, ":id"):
		return nil
	case feature == "clients":
		return map[string]int64{"clients": storetest.Client(w.t, w.store, teamID, fmt.Sprintf("thing%d@example.com", w.made)).ID}
	case feature == "posts":
		return map[string]int64{"posts": w.post().ID}
	case feature == "mailbox":
		return map[string]int64{"mailbox": 1}
	case feature == "users", feature == "teams":
		u := w.userOf(fmt.Sprintf("user%d@example.com", w.made), domain.RoleUser)
		return map[string]int64{"users": u.ID, "teams": u.TeamID}
	}
	return w.things(teamID)
}

// visit requests a line of the table for one of the things.
func (w *world) visit(b *browser, line string, things map[string]int64) answer {
	method, path := at(line, num(things[kindOf(line)]))
	if method == http.MethodGet {
		return b.get(path)
	}
	if strings.HasSuffix(line, "/renew") {
		w.raw.Set("invitations", "created_at", 1) // for the limit of one letter an hour
	}
	if strings.HasSuffix(line, "/leave") {
		defer w.comeBack()
	}
	return b.submit(path, w.fields(things)...)
}

// pages visits every page and fragment that a visitor can see, with things of "own team" in the world.
func (w *world) pages(who string, do func(path string, a answer)) {
	w.t.Helper()
	b := w.as(who)
	team := w.users[who].TeamID
	if who == "manager" || team == 0 { // they have nothing of their own
		team = w.users["own team"].TeamID
	}
	things := w.things(team)
	w.raw.Set("clients", "undeliverable_at", 1, "id", things["clients"])
	w.raw.Set("clients", "undeliverable_why", "550 no", "id", things["clients"])
	if w.afterThings != nil {
		w.afterThings()
	}
	for _, line := range w.lines() {
		method, path := at(line, num(things[kindOf(line)]))
		if method != http.MethodGet {
			continue
		}
		for _, part := range []string{"", "?part=row", "?part=list", "?part=live"} {
			for _, b.htmx = range []bool{false, true} {
				if a := b.get(path + part); a.Code == http.StatusOK {
					do(path+part, a)
				}
			}
		}
	}
}
