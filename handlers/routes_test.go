package handlers

import (
	"net/http"
	"slices"
	"testing"

	"postrider/domain"
)

// TestRoutes checks the table itself. access_test.go tests what each route answers to whom.
func TestRoutes(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range (&Server{}).routes() {
		if line := r.method + " " + r.path; seen[line] {
			t.Errorf("%s stands twice in the table", line)
		} else {
			seen[line] = true
		}
		if !slices.Contains([]access{public, signedIn, writer, overseer, editor, admin, mailbox}, r.who) {
			t.Errorf("%s: no such access group: %q", r.path, r.who)
		}
		if takes := r.body.texts > 0; takes != (r.method == http.MethodPost) {
			t.Errorf("%s %s takes a body: %v", r.method, r.path, takes)
		}
	}
}

func TestAdmits(t *testing.T) {
	for _, c := range []struct {
		role domain.Role
		may  []access // the groups that admit the role
	}{
		{domain.RoleUser, []access{public, signedIn, writer}},
		{domain.RoleEditor, []access{public, signedIn, writer, editor}},
		{domain.RoleManager, []access{public, signedIn, overseer}},
		{domain.RoleAdmin, []access{public, signedIn, writer, overseer, editor, admin}},
	} {
		for _, who := range []access{public, signedIn, writer, overseer, editor, admin} {
			want := slices.Contains(c.may, who)
			if got := who.admits(domain.User{ID: 1, Role: c.role}) == nil; got != want {
				t.Errorf("a %s in group %s: %v, want %v", c.role, who, got, want)
			}
		}
	}
}
