package handlers_test

import (
	"net/url"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store/storetest"
)

// Reads: no value in an address may be longer than a search, on any page.
func TestSecurityLongSearch(t *testing.T) {
	v := ann(t)
	storetest.Client(t, v.store, v.user.TeamID, "client@example.com")
	m := storetest.Mailing(t, v.store, v.user.TeamID, v.site.now, "2026-03-11T09:00", "", "UTC", domain.Daily)
	admin := v.enter(v.userOf("admin@example.com", domain.RoleAdmin))
	for list, names := range map[string]string{
		"/clients":                             "q status sort per part after",
		"/messages":                            "q after",
		"/mailings":                            "q status team after",
		path("mailings", m.ID) + "/log":        "q outcome after",
		"/mailings/picker":                     "find client_ids name",
		"/mailings/new":                        "find client_ids time_zone",
		"/mailings/next-runs":                  "starts_at ends_at periodicity",
		path("mailings", m.ID) + "/edit?find=": "find version",
		"/posts":                               "q state sort per after",
		"/posts/slug":                          "title id",
		"/users":                               "q role state sort per after",
		"/audit":                               "q actor action from to after",
		"/blog":                                "after",
		"/login":                               "notice", // next is at most domain.MaxCursor, otherwise "/": TestSecurityNext
	} {
		for name := range strings.FieldsSeq(names) {
			most := domain.MaxSearch
			if name == "after" {
				most = domain.MaxCursor
			}
			b := v.browser
			if strings.Contains("/posts/slug /users /audit", list) {
				b = admin
			}
			at := list + "?" + name + "="
			if strings.Contains(list, "?") {
				at = list + "&" + name + "="
			}
			if a := b.get(at + strings.Repeat("x", most+1)); a.Code != 422 || !strings.Contains(a.body, "up to 200 characters") {
				t.Errorf("%s with %d characters is %d", at, most+1, a.Code)
			}
			if a := b.get(at + url.QueryEscape(strings.Repeat("я", most))); a.Code == 422 || a.Code >= 500 {
				t.Errorf("%s with %d characters is %d", at, most, a.Code)
			}
		}
	}
	v.htmx = true
	a := v.get("/clients?part=list&q=" + strings.Repeat("x", 3000))
	a.want(t, 422, "up to 200 characters")
	if a.Header().Get("HX-Retarget") != "#toasts" || strings.Contains(a.body, "<html") {
		t.Errorf("htmx gets %v", a.Header())
	}
}
