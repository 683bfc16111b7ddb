package handlers_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store/storetest"
)

// encodings are the ways to send fields that a form does not have.
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

// extra are fields that no form has, with another team's ids.
func extra(other domain.User) url.Values {
	return url.Values{"role": {"admin", "admin"}, "user[role]": {"admin"}, "User.Role": {"admin"}, "Role": {"admin"}, "team_id": {num(other.TeamID)},
		"TeamID": {num(other.TeamID)}, "team": {num(other.TeamID)}, "verified": {"true"}, "verified_at": {"1"}, "blocked_at": {""}, "user_id": {num(other.ID)},
		"id": {num(other.ID)}, "ID": {num(other.ID)}, "password_hash": {"x"}, "disabled_at": {""}, "status": {"completed"}, "created_at": {"1"},
		"deleted_at": {"1"}, "max_letters": {"999"}}
}

// rights are what a body must not change: who may do what, and what belongs to whom.
func (w *world) rights() (all []string) {
	w.t.Helper()
	for _, row := range w.raw.Rows("users", "id, team_id, email, role, verified_at, blocked_at, password_hash, created_at") {
		all = append(all, "user|"+row)
	}
	for _, row := range w.raw.Rows("teams", "id, created_at, max_clients, max_letters, owner_id") {
		all = append(all, "team|"+row)
	}
	return all
}

// Input: each form binds one struct and nothing else: role, team_id, verified and id in a body change nothing, in any form.
func TestSecurityBinding(t *testing.T) {
	t.Parallel()
	w := inhabited(t)
	other := w.users["other team"]
	more := extra(other)
	for _, line := range w.lines() {
		if !strings.HasPrefix(line, http.MethodPost) || accessCells(t)[line]["own team"] == "403" || moves[line] {
			continue // see TestSecurityBindingOfOversight and TestSecurityBindingOfLeaving
		}
		for name := range encodings("", nil, nil) {
			t.Run(line+" by "+name, func(t *testing.T) {
				who := w.users["own team"]
				b, things := w.as("own team"), w.things(who.TeamID)
				before := w.rights()
				theirs := len(w.clients(other.TeamID)) + w.mailings(other.TeamID)
				_, path := at(line, num(things[kindOf(line)]))
				a := b.do(encodings(path, w.fields(things), more)[name])
				if name == "JSON" && a.Code != http.StatusUnsupportedMediaType {
					t.Errorf("JSON is %d", a.Code)
				}
				if change := changed(before, w.rights()); change != "" {
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

func encoded(fields []string) string {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return form.Encode()
}
