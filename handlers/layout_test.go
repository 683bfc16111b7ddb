package handlers_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"postrider/domain"
)

var (
	mainMenu    = regexp.MustCompile(`(?s)<nav aria-label="Main">(.*?)</nav>`)
	menuEntry   = regexp.MustCompile(`<a href="([^"]*)"(?: aria-current="([^"]*)")?>([^<]*)</a>|<summary[^>]*><bdi>([^<]*)</bdi>`)
	currentLink = regexp.MustCompile(`<a href="([^"]*)" aria-current="([^"]*)">`)
)

// menu lists the entries of the main menu in order, and those under "Admin" apart.
func (a answer) menu() (main, admin []string) {
	found := mainMenu.FindStringSubmatch(a.body)
	if found == nil {
		return nil, nil
	}
	row, under, _ := strings.Cut(found[1], "<details")
	for _, e := range menuEntry.FindAllStringSubmatch(row, -1) {
		main = append(main, e[3])
	}
	for _, e := range menuEntry.FindAllStringSubmatch(under, -1) {
		admin = append(admin, e[3]+e[4])
	}
	return main, admin
}

func TestMenu(t *testing.T) {
	for _, c := range []struct {
		role        domain.Role
		main, admin []string
	}{
		{"", []string{"Home", "Blog"}, nil},
		{domain.RoleUser, []string{"Mailings", "Messages", "Clients"}, nil},
		{domain.RoleEditor, []string{"Mailings", "Messages", "Clients", "Blog"}, nil},
		{domain.RoleManager, []string{"Mailings", "Users"}, nil},
		{domain.RoleAdmin, []string{"Mailings", "Messages", "Clients", "Blog"}, []string{"Users", "All mailings", "Audit", "Limits"}},
	} {
		t.Run("of "+string(c.role), func(t *testing.T) {
			st := open(t)
			b := st.browser()
			if c.role != "" {
				b = st.enter(st.userOf("a@example.com", c.role))
			}
			a := b.get("/")
			main, admin := a.menu()
			if len(admin) > 0 && admin[0] != "Admin" {
				t.Errorf("the menu of an admin is called %q", admin[0])
			}
			if !slices.Equal(main, c.main) || !slices.Equal(admin[min(1, len(admin)):], c.admin) {
				t.Errorf("%q and %q, want %q and %q", main, admin, c.main, c.admin)
			}
			if has := strings.Contains(a.body, `href="/team"`); has != (c.role != "" && c.role.MayWrite()) {
				t.Errorf("it leads to a team: %v", has)
			}
			if has := strings.Contains(a.body, `action="/logout"`); has != (c.role != "") {
				t.Errorf("one can sign out: %v", has)
			}
			if n := strings.Count(a.body, `id="theme"`) + strings.Count(a.body, `action="/language"`); n != 2 {
				t.Errorf("the switches of theme and language are there %d times", n)
			}
		})
	}
}

// Exactly one entry of the menus is marked as the one the visitor is at, even where two lead to the same list.
func TestMenuMarksWhereTheVisitorIs(t *testing.T) {
	v := ann(t)
	v.client("c@example.com")
	m := v.mailing("2026-03-10T12:00", "")
	admin, manager := v.enter(v.userOf("admin@example.com", domain.RoleAdmin)), v.enter(v.userOf("manager@example.com", domain.RoleManager))
	for _, c := range []struct {
		who         *browser
		at, current string
	}{
		{v.browser, "/mailings", "/mailings page"},
		{v.browser, path("mailings", m.ID), "/mailings true"},
		{v.browser, "/profile", "/profile page"},
		{admin, "/mailings", "/mailings page"},
		{admin, "/mailings?q=x", "/mailings true"},
		{admin, "/mailings?team=own", "/mailings?team=own page"},
		{admin, "/mailings?q=x&team=own", "/mailings?team=own true"},
		{admin, path("mailings", m.ID), "/mailings?team=own true"},
		{admin, "/limits", "/limits page"},
		{manager, "/mailings?team=own", "/mailings true"},
		{manager, "/users", "/users page"},
	} {
		a := c.who.get(c.at)
		var all []string
		for _, found := range currentLink.FindAllStringSubmatch(a.body, -1) {
			all = append(all, found[1]+" "+found[2])
		}
		if !slices.Equal(all, []string{c.current}) {
			t.Errorf("at %s: %q, want %q", c.at, all, c.current)
		}
	}
}

func TestTestMode(t *testing.T) {
	const note = "Test mode: emails stay here"
	open(t, withMailbox).browser().get("/").want(t, 200, note, `href="/mailbox"`)
	open(t).browser().get("/").wantLack(t, note, "/mailbox")
}
