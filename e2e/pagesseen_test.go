package e2e

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// notPages are the addresses that show nothing by themselves: probes, parts of pages, and what stands in a frame. The page
// of the set-up link is there only before anything else is: TestPagesBeforeSetup.
var notPages = []string{"/healthz", "/readyz", "/mailings/next-runs", "/mailings/picker", "/messages/:id/preview",
	"/mailbox/:id/html", "/mailbox/:id/source", "/blog/feed.xml", "/sitemap.xml", "/robots.txt", "/images/:name", "/posts/:id", "/posts/slug", "/setup/:token"}

var pageRoute = regexp.MustCompile(`\{get, "([^"]+)"`)

// unseen lists the pages of the site map that nobody has been to.
func unseen(t *testing.T, seen map[string]bool) (missed []string) {
	t.Helper()
	table, err := os.ReadFile("../handlers/routes.go")
	if err != nil {
		t.Fatal(err)
	}
	var routes []string
	for _, found := range pageRoute.FindAllStringSubmatch(string(table), -1) {
		routes = append(routes, found[1])
	}
	if len(routes) < 20 {
		t.Fatalf("the site map has only %v", routes)
	}
	been := map[string]bool{}
	for path := range seen {
		path, _, _ = strings.Cut(path, "?")
		been[routeOf(routes, path)] = true
	}
	for _, route := range routes {
		if !been[route] && !slices.Contains(notPages, route) {
			missed = append(missed, route)
		}
	}
	return missed
}

// routeOf is the route that answers a path: the same text before one with a parameter.
func routeOf(routes []string, path string) string {
	if slices.Contains(routes, path) {
		return path
	}
	for _, route := range routes {
		if fits(strings.Split(route, "/"), strings.Split(path, "/")) {
			return route
		}
	}
	return ""
}

func fits(route, path []string) bool {
	if len(route) != len(path) {
		return false
	}
	for i, part := range route {
		if part != path[i] && !strings.HasPrefix(part, ":") {
			return false
		}
	}
	return true
}
