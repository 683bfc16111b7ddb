package handlers_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

// encodings are the ways in which somebody may try to give a field that no form has.
func encodings(path string, fields []string, more url.Values) map[string]*http.Request {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	both := url.Values{}
	for _, from := range []url.Values{form, more} {
		for name, values := range from {
			both[name] = append(both[name], values...)
		}
	}
	ask := func(query, kind, body string) *http.Request {
		r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+path+query, strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		return r
	}
	var multi bytes.Buffer
	w := multipart.NewWriter(&multi)
	for name, values := range both {
		for _, value := range values {
			_ = w.WriteField(name, value)
		}
	}
	_ = w.Close()
	return map[string]*http.Request{"urlencoded": ask("", urlencoded, both.Encode()), "the address": ask("?"+more.Encode(), urlencoded, form.Encode()),
		"multipart": ask("", w.FormDataContentType(), multi.String()), "JSON": ask("", "application/json", `{"role":"admin","team_id":1,"verified":true}`)}
}

// Input: one struct a form, and nothing else is bound: role, team_id and verified in a body change nothing.
func TestSecurityBinding(t *testing.T) {
	t.Parallel()
	w := inhabited(t)
	other := w.users["other team"]
	more := url.Values{"role": {"admin", "admin"}, "user[role]": {"admin"}, "User.Role": {"admin"}, "Role": {"admin"}, "team_id": {num(other.TeamID)},
		"TeamID": {num(other.TeamID)}, "team": {num(other.TeamID)}, "verified": {"true"}, "verified_at": {"1"}, "blocked_at": {""}, "user_id": {num(other.ID)},
		"password_hash": {"x"}, "disabled_at": {""}, "status": {"completed"}, "created_at": {"1"}, "deleted_at": {"1"}, "max_letters": {"999"}}
	// rights are what a body must not change: who may do what, and what belongs to whom.
	rights := func() []string {
		db := w.database()
		return slices.Concat(w.strings(db, `SELECT id, team_id, email, role, verified_at, blocked_at, password_hash, created_at FROM users ORDER BY id`),
			w.strings(db, `SELECT id, created_at, max_clients, max_letters FROM teams ORDER BY id`))
	}
	for _, line := range w.lines() {
		if !strings.HasPrefix(line, http.MethodPost) || accessCells(t)[line]["own team"] == "403" {
			continue // there role and quota are what the form is about, and nobody else comes in
		}
		if line == "POST /team/leave" || line == "POST /team/members/:id/remove" {
			continue // they move people by what they are
		}
		for name := range encodings("", nil, nil) {
			t.Run(line+" by "+name, func(t *testing.T) {
				who := w.users["own team"]
				b, things := w.as("own team"), w.things(who.TeamID)
				before := rights()
				theirs := len(w.clients(other.TeamID)) + w.mailings(other.TeamID)
				_, path := at(line, num(things[kindOf(line)]))
				a := b.do(encodings(path, w.fields(things), more)[name])
				if name == "JSON" && a.Code != http.StatusUnsupportedMediaType {
					t.Errorf("JSON is %d", a.Code)
				}
				if change := changed(before, rights()); change != "" {
					t.Errorf("it changed:%s", change)
				}
				if now := len(w.clients(other.TeamID)) + w.mailings(other.TeamID); now != theirs {
					t.Errorf("another team has %d things, and had %d", now, theirs)
				}
			})
		}
	}
	for name := range encodings("", nil, nil) {
		t.Run("a stranger who signs up by "+name+" is a user who is not verified", func(t *testing.T) {
			email := strings.ReplaceAll(name, " ", "") + "@new.example"
			w.browser().do(encodings("/signup", []string{"email", email, "password", storetest.Password}, more)[name])
			u, err := w.store.UserByEmail(t.Context(), email)
			if name == "JSON" {
				if err == nil {
					t.Error("there is a user")
				}
				return
			}
			if err != nil || u.Role != domain.RoleUser || u.Verified() || u.Blocked() || u.TeamID == other.TeamID {
				t.Errorf("%+v, %v", u, err)
			}
		})
	}
}

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

func encoded(fields []string) string {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return form.Encode()
}
