package handlers

import (
	"strings"
	"testing"

	"postrider/domain"
)

// What each route answers to whom is the table of access_test.go.
func TestRoutes(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range (&Server{}).routes() {
		if line := r.method + " " + r.path; seen[line] {
			t.Errorf("%s stands twice in the table", line)
		} else {
			seen[line] = true
		}
		if !strings.ContainsRune("PMWGEAB", rune(r.who)) {
			t.Errorf("%s: no such access group: %q", r.path, r.who)
		}
	}
}

func TestAdmits(t *testing.T) {
	for _, c := range []struct {
		role domain.Role
		may  string // the groups that let the role in
	}{
		{domain.RoleUser, "PMW"},
		{domain.RoleEditor, "PMWE"},
		{domain.RoleManager, "PMG"},
		{domain.RoleAdmin, "PMWGEA"},
	} {
		for _, who := range []access{P, M, W, G, E, A} {
			want := strings.ContainsRune(c.may, rune(who))
			if got := who.admits(domain.User{ID: 1, Role: c.role}) == nil; got != want {
				t.Errorf("a %s in group %c: %v, want %v", c.role, who, got, want)
			}
		}
	}
}
