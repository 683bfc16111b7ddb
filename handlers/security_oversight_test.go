package handlers_test

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"

	"postrider/domain"
)

// moves are the lines by which somebody comes into a team of their own.
var moves = map[string]bool{"POST /team/leave": true, "POST /team/members/:id/remove": true}

// only are the rows of a change that a test does not expect.
func only(change string, expected ...string) string {
	rows := strings.Split(change, "\n")
	return strings.Join(slices.DeleteFunc(rows, func(row string) bool {
		return row == "" || slices.ContainsFunc(expected, func(text string) bool { return strings.Contains(row, text) })
	}), "\n")
}

// Input: nothing else is bound in the forms of those who oversee: each changes the user or the team that its path names, and
// of that the one thing that it is about.
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

// Input: nothing else is bound when somebody leaves a team or is put out of it: they come into a new one of their own, and
// nowhere else.
func TestSecurityBindingOfLeaving(t *testing.T) {
	t.Parallel()
	w := inhabited(t)
	other := w.users["other team"]
	for line := range moves {
		for name := range encodings("", nil, nil) {
			t.Run(line+" by "+name, func(t *testing.T) {
				w.comeBack()
				who := map[string]string{"POST /team/leave": "editor"}[line] // and the owner removes
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
