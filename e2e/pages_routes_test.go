package e2e

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"postrider/domain"
)

// notPages are the addresses that are not pages of their own: probes, fragments, and the content of frames. The page of the set-up link
// exists only on a new installation: see TestPagesBeforeSetup.
var notPages = []string{"/healthz", "/readyz", "/mailings/next-runs", "/mailings/picker", "/messages/:id/preview",
	"/mailbox/:id/html", "/mailbox/:id/source", "/blog/feed.xml", "/sitemap.xml", "/robots.txt", "/images/:name", "/posts/:id", "/posts/slug", "/setup/:token"}

var pageRoute = regexp.MustCompile(`\{"GET", "([^"]+)"`)

// unseen lists the pages of the site map that were not visited.
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

// routeOf is the route that answers a path: a literal segment wins over a parameter.
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

// strangers are the public pages.
func (w *world) strangers() []view {
	return []view{
		{"welcome", "/", nil},
		{"blog", "/blog", nil},
		{"article", "/blog/three-days-of-rye", nil},
		{"article-middle", "/blog/reading-a-bounce", nil},
		{"signup", "/signup", nil},
		{"signup-mistakes", "/signup", sending("/signup")},
		{"login", "/login", nil},
		{"login-sent", "/login?notice=sent", nil},
		{"login-invited", "/login?notice=invited", nil},
		{"login-reset", "/login?notice=reset", nil},
		{"login-new-password", "/login?notice=new-password", nil},
		{"login-new-email", "/login?notice=new-email", nil},
		{"login-deleted", "/login?notice=deleted", nil},
		{"login-mistakes", "/login", sending("/login")},
		{"login-unconfirmed", "/login", trying(newcomerEmail, newcomerPassword)},
		{"login-blocked", "/login", trying(blockedEmail, "correct horse battery")},
		{"resent", "/login", func(b *browser) {
			trying(waitingEmail, newcomerPassword)(b) // a new letter invalidates older links
			b.click(`form[action="/verify/resend"] button`, "")
			b.until(`location.search === "?notice=resent"`)
		}},
		{"forgot", "/forgot", nil},
		{"forgot-mistakes", "/forgot", sending("/forgot")},
		{"forgot-answer", "/forgot", func(b *browser) {
			b.fill("[name=email]", newcomerEmail)
			b.click("main button", "")
			b.until(`location.search === "?notice=reset"`)
		}},
		{"reset", w.reset, nil},
		{"reset-mistakes", w.reset, sending(w.reset)},
		{"verify", w.verify, nil},
		{"verify-mistakes", w.verify, sending(w.verify)},
		{"email-change", w.change, nil},
		{"email-change-mistakes", w.change, sending(w.change)},
		{"invite-new", w.inviteNew, nil},
		{"invite-new-mistakes", w.inviteNew, sending(w.inviteNew)},
		{"invite-known", w.inviteKnown, nil},
		{"invite-link", w.inviteLink, nil},
		{"mailbox", "/mailbox", nil},
		{"letter", "/mailbox/1", nil},
	}
}

// sending submits the form for that path as it is.
func sending(action string) func(*browser) {
	return func(b *browser) { b.sendForm(action) }
}

// trying tries to sign in and fails.
func trying(email, password string) func(*browser) {
	return func(b *browser) {
		b.fill("[name=email]", email)
		b.fill("[name=password]", password)
		b.sendForm("/login")
	}
}

// editing turns the first row of a list into a form.
func editing(b *browser) {
	b.click(`tbody .actions a[href$="/edit"]`, "")
	b.until(find("tr.editing", ""))
}

// members are the pages of the demo's user, who has data and is its admin.
func (w *world) members() []view {
	return []view{
		{"home", "/", nil},
		{"article-draft", "/blog/a-letter-from-the-mill", nil},
		{"article-scheduled", "/blog/bread-for-friday", nil},
		{"posts", "/posts", nil},
		{"posts-edit", "/posts", editing},
		{"posts-nothing", "/posts?q=nobody-has-this", nil},
		{"post-new", "/posts/new", nil},
		{"post-edit", "/posts/1/edit", func(b *browser) { b.until(`document.querySelector("iframe").contentWindow.length === 0`) }},
		{"post-mistakes", "/posts/new", sending("/posts")},
		{"clients", "/clients", nil},
		{"clients-edit", "/clients", editing},
		{"clients-add", "/clients", func(b *browser) {
			b.click(".page-head a", "")
			b.sendForm("/clients")
			b.until(find("[aria-invalid=true]", ""))
		}},
		{"clients-conflict", "/clients?sort=email", func(b *browser) {
			editing(b)
			b.overtake("tr.editing form", "comment", "Rings twice")
		}},
		{"clients-nobody", "/clients?q=nobody-has-this", nil},
		{"client", "/clients/1", nil},
		{"client-undeliverable", "/clients/13", nil},
		{"client-new", "/clients/new", nil},
		{"client-edit", "/clients/1/edit", nil},
		{"client-conflict", "/clients/2/edit", overtaken("/clients/2", "comment", "Comes on Fridays")},
		{"messages", "/messages", nil},
		{"messages-edit", "/messages", editing},
		{"message", "/messages/1", nil},
		{"message-new", "/messages/new", nil},
		{"message-edit", "/messages/1/edit", func(b *browser) { b.seeInFrame("Corner Bakery") }},
		{"message-mistakes", "/messages/new", sending("/messages")},
		{"message-conflict", "/messages/3/edit", overtaken("/messages/3", "body", "Dear customer,\n\nyour statement comes later this month.")},
		{"mailings", "/mailings", nil},
		{"mailings-nothing", "/mailings?q=nothing-is-called-this", nil},
		{"mailings-edit", "/mailings", editing},
		{"mailing-running", "/mailings/1", nil},
		{"mailing-completed", "/mailings/2", nil},
		{"mailing-paused", "/mailings/3", nil},
		{"mailing-today", "/mailings/4", nil},
		{"mailing-disabled", "/mailings/5", nil},
		{"mailing-new", "/mailings/new", nil},
		{"mailing-picked", "/mailings/new?audience=clients&client_ids=1&client_ids=3", nil},
		{"mailing-mistakes", "/mailings/new", sending("/mailings")},
		{"mailing-edit", "/mailings/1/edit", nil},
		{"mailing-conflict", "/mailings/3/edit", overtaken("/mailings/3", "name", "Statements of every month")},
		{"log", "/mailings/1/log", nil},
		{"log-nothing", "/mailings/1/log?q=nobody-has-this", nil},
	}
}

// profile are the pages about the user and the team.
func (w *world) profile() []view {
	return []view{
		{"profile", "/profile", nil},
		{"profile-about-mistakes", "/profile", func(b *browser) {
			eval[bool](b, `(document.querySelector("#about-time_zone").append(new Option("Nowhere", "Nowhere", true, true)), true)`)
			b.mistake(`form[action="/profile"]`)
		}},
		{"profile-address-mistakes", "/profile", func(b *browser) { b.mistake(`form[action="/profile/email"]`) }},
		{"profile-password-mistakes", "/profile", func(b *browser) { b.mistake(`form[action="/profile/password"]`) }},
		{"profile-delete", "/profile/delete", nil},
		{"profile-delete-mistakes", "/profile/delete", sending("/profile/delete")},
		{"team", "/team", nil},
		{"team-mistakes", "/team", func(b *browser) { b.mistake(`form[action="/team/invite"]`) }},
		{"team-name-mistakes", "/team", func(b *browser) {
			b.fill("#team-name", " ")
			b.mistake(`form[action="/team/name"]`)
		}},
		{"invite-other", w.inviteNew, nil},
		{"team-invited", "/team", func(b *browser) {
			hourPassed(b.t, w.path)
			b.click(`tr:last-child form[action$="/renew"] button`, "") // the oldest, which no later view needs
			b.until(`document.querySelector("#invited")`)
		}},
		{"team-remove", "/team/members/" + w.colleague + "/remove", nil},
		{"team-owner", "/team/members/" + w.colleague + "/owner", nil},
		{"team-owner-mistakes", "/team/members/" + w.colleague + "/owner", sending("/team/members/" + w.colleague + "/owner")},
		{"team-leave", "/team/leave", nil},
	}
}

// oversight are the pages for managers and admins. Only the admin may see some forms and the audit log.
func (w *world) oversight() []view {
	return []view{
		{"users", "/users", nil},
		{"users-filtered", "/users?q=example&role=user&state=blocked", nil},
		{"users-nobody", "/users?q=nobody-has-this", nil},
		{"user", "/users/1", nil},
		{"user-blocked", "/users/" + w.blocked, nil},
		{"user-mistakes", "/users/" + w.colleague, func(b *browser) { b.mistake(`form[action$="/block"]`) }},
	}
}

func (w *world) administration() []view {
	return append(w.oversight(), []view{
		{"user-quota-mistakes", "/users/" + w.colleague, func(b *browser) {
			b.fill("#max_clients", "a few")
			b.mistake(`form[action$="/quota"]`)
		}},
		{"audit", "/audit", nil},
		{"audit-filtered", "/audit?action=" + string(domain.AuditBlock) + "&actor=" + managerEmail, nil},
		{"audit-nothing", "/audit?q=nobody-has-this", nil},
		{"limits", "/limits", nil},
	}...)
}

// managers are the pages as managers see them.
func (w *world) managers() []view {
	return append([]view{
		{"manager-home", "/", nil},
		{"manager-mailings", "/mailings", nil},
		{"manager-mailing", "/mailings/1", nil},
		{"manager-mailing-mistakes", "/mailings/1", func(b *browser) { b.mistake("#oversight form") }},
		{"manager-mailing-disabled", "/mailings/5", nil},
		{"manager-log", "/mailings/1/log", nil},
		{"manager-profile", "/profile", nil},
	}, prefixed("manager-", w.oversight())...)
}

func prefixed(prefix string, all []view) []view {
	for i := range all {
		all[i].name = prefix + all[i].name
	}
	return all
}

// owners are the pages of a user in another team, one of whose mailings is disabled.
func (w *world) owners() []view {
	return []view{
		{"owner-mailings", "/mailings", nil},
		{"owner-mailing-disabled", "/mailings/" + w.ownMailing, nil},
		{"owner-team", "/team", nil},
		{"owner-invited", w.inviteKnown, nil},
		{"owner-delete", "/profile/delete", nil},
	}
}

// beginners are the pages of a user who has no data yet.
func beginners() []view {
	return []view{
		{"empty-home", "/", nil},
		{"empty-clients", "/clients", nil},
		{"empty-messages", "/messages", nil},
		{"empty-mailings", "/mailings", nil},
		{"empty-mailing-new", "/mailings/new", nil},
		{"empty-team", "/team", nil},
	}
}

// mistake submits a form and waits for its mistakes.
func (b *browser) mistake(form string) {
	b.t.Helper()
	b.click(form+" button", "")
	b.until(`document.querySelector(".problems")`)
}

// overtaken saves a field of a form as another user would, then submits the form with another text.
func overtaken(action, field, text string) func(*browser) {
	return func(b *browser) { b.overtake(fmt.Sprintf(`form[method=post][action=%q]`, action), field, text) }
}

func (b *browser) overtake(form, field, text string) {
	b.t.Helper()
	b.until(find(form, ""))
	eval[bool](b, fmt.Sprintf(`(async form => {
		const theirs = new URLSearchParams(new FormData(form));
		theirs.set(%[2]s, theirs.get(%[2]s) + " +");
		return (await fetch(form.action, { method: "POST", body: theirs })).ok;
	})(document.querySelector(%[1]s))`, quote(form), quote(field)))
	b.fill(fmt.Sprintf("%s [name=%s]", form, field), text)
	b.click(form+" .actions button:not([type=button])", "")
	b.until(`document.querySelector(".problems")`)
}

// failures are the error pages by status. Those of 403 and 409 need a signed-in user.
func (w *world) failures() []failure {
	return []failure{
		{404, view{"missing", "/no-such-page", nil}},
		{404, view{"verify-bad", "/verify/no-such-token", nil}},
		{404, view{"reset-bad", "/reset/no-such-token", nil}},
		{404, view{"email-bad", "/email/no-such-token", nil}},
		{404, view{"invite-bad", "/invite/no-such-token", nil}},
		{404, view{"setup-bad", "/setup/no-such-token", nil}},
		{400, view{"damaged", "/login", posting("/login?a=%zz", "", "")}},
		{413, view{"too-large", "/login", posting("/login", "", strings.Repeat("much ", 1<<18))}},
		{415, view{"wrong-type", "/login", posting("/login", "text/plain", "")}},
		{421, view{"wrong-address", "/", func(b *browser) {
			do(b, chromedp.Navigate(strings.Replace(b.url, "localhost", "elsewhere.localhost", 1)))
		}}},
		{429, view{"login-too-many", "/login", trying(throttledEmail, "wrong")}},
		{500, view{"broken", "/", func(b *browser) {
			edit(b.t, w.path, `ALTER TABLE users RENAME TO users_away`)
			defer edit(b.t, w.path, `ALTER TABLE users_away RENAME TO users`)
			b.open("/verify/no-such-token")
		}}},
		{503, view{"unavailable", "/forgot", func(b *browser) {
			defer lock(b.t, w.path)()
			posting("/forgot", "", "somebody@example.com")(b)
		}}},
	}
}

func (w *world) refusals() []failure {
	return []failure{
		{403, view{"not-allowed", "/audit", nil}},
		{404, view{"missing-inside", "/clients/999999", nil}},
		{409, view{"refused", "/mailings", posting("/mailings/"+w.ownMailing+"/send", "", "")}},
	}
}

// posting submits a form that no page has.
func posting(action, kind, email string) func(*browser) {
	return func(b *browser) {
		b.t.Helper()
		eval[bool](b, fmt.Sprintf(`((action, kind, email) => {
			const form = document.body.appendChild(document.createElement("form")), field = document.createElement("input");
			Object.assign(form, { method: "post", action });
			if (kind) form.enctype = kind;
			Object.assign(field, { type: "hidden", name: "email", value: email });
			form.append(field);
			window.leaving = true;
			form.submit();
			return true;
		})(%s, %s, %s)`, quote(action), quote(kind), quote(email)))
		b.until(`!window.leaving && document.querySelector("h1")`)
	}
}
