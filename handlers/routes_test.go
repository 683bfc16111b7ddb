package handlers

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store/storetest"
)

// wantFor is what an anonymous GET of a route in the group may be answered with.
func wantFor(who access) []int {
	switch who {
	case P:
		return []int{http.StatusOK, http.StatusNotFound} // 404 for a token that nobody has
	case B:
		return []int{http.StatusNotFound} // there is no mailbox
	case M, W, G, E, A:
		return []int{http.StatusSeeOther}
	}
	return nil
}

// TestRoutes stands inside the package for the sake of the table itself.
func TestRoutes(t *testing.T) {
	s := &Server{Store: storetest.Open(t), URL: &url.URL{Scheme: "http", Host: "postrider.test"}, Now: time.Now,
		Relay: func() domain.RelayState { return domain.RelayState{} }, SignUp: "open"}
	h, err := s.Handler()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range s.routes() {
		t.Run(r.method+" "+r.path, func(t *testing.T) {
			want := wantFor(r.who)
			if want == nil {
				t.Fatalf("no such access group: %q", r.who)
			}
			if seen[r.method+r.path] {
				t.Fatal("it stands twice in the table")
			}
			seen[r.method+r.path] = true
			path := strings.NewReplacer(":id", "1", ":token", strings.Repeat("x", 43)).Replace(r.path)
			methods := []string{r.method}
			if r.method == http.MethodGet {
				methods = append(methods, http.MethodHead)
			} else if r.who == P {
				return // what it does is for other tests
			}
			for _, method := range methods {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequest(method, "http://postrider.test"+path, nil))
				ok := false
				for _, status := range want {
					ok = ok || w.Code == status
				}
				if !ok {
					t.Errorf("%s as a stranger: %d, want one of %v", method, w.Code, want)
				}
			}
		})
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
