package views

import (
	"context"
	"net/url"
	"strings"
)

// section is an entry of a menu.
type section struct{ href, text string }

// Where the mailings are listed: every team's for those who oversee them, and those of the reader's own team.
const (
	allMailings = "/mailings"
	ownMailings = "/mailings?team=own"
)

// mainSections are the entries of the main menu. With the menu of adminSections they are at most five.
func mainSections(ctx context.Context) []section {
	u := VisitOf(ctx).User
	switch {
	case u.ID == 0:
		return []section{{"/", t(ctx, "Home")}, {"/blog", t(ctx, "Blog")}}
	case !u.MayWrite():
		return []section{{allMailings, t(ctx, "Mailings")}, {"/users", t(ctx, "Users")}}
	}
	mailings := allMailings
	if u.Oversees() {
		mailings = ownMailings
	}
	all := []section{{mailings, t(ctx, "Mailings")}, {"/messages", t(ctx, "Messages")}, {"/clients", t(ctx, "Clients")}}
	if u.WritesBlog() {
		all = append(all, section{"/posts", t(ctx, "Blog")})
	}
	return all
}

// adminSections are the entries of the menu of an admin.
func adminSections(ctx context.Context) []section {
	if !VisitOf(ctx).User.Administers() {
		return nil
	}
	return []section{{"/users", t(ctx, "Users")}, {allMailings, t(ctx, "All mailings")}, {"/audit", t(ctx, "Audit")},
		{"/limits", t(ctx, "Limits")}}
}

// accountSections are the pages of the menu of one's account.
func accountSections(ctx context.Context) []section {
	all := []section{{"/profile", t(ctx, "Profile")}}
	if VisitOf(ctx).User.MayWrite() {
		all = append(all, section{"/team", t(ctx, "Team")})
	}
	return all
}

// current is the value of aria-current for a link of a menu: "page" for the page itself and "true" for a page below it.
func (v Visit) current(href string) string {
	if v.Path == href {
		return "page"
	}
	section, _, _ := strings.Cut(href, "?")
	path, query, _ := strings.Cut(v.Path, "?")
	if path != section && !strings.HasPrefix(path, section+"/") || section == "/" {
		return ""
	}
	if section == allMailings && v.User.MayWrite() && v.User.Oversees() && isForAll(path, query) != (href == allMailings) {
		return ""
	}
	return "true"
}

// isForAll reports whether a page below /mailings is the list of every team's. The page of a mailing counts as the team's.
func isForAll(path, query string) bool {
	values, err := url.ParseQuery(query)
	return path == allMailings && (err != nil || values.Get("team") != "own")
}
