package handlers_test

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"postrider/domain"
)

// latin matches what may be in Latin letters on a Russian page: names, machine output, time zones and addresses.
var latin = regexp.MustCompile(`\{\{[^}]*\}\}|\bIPv[46]\b|/readyz|https?://[\w.]+|\S+@\S+|\b[A-Z]\w+(/[\w+-]+)+|\b(Postrider|Markdown|UTC|GMT|English|SMTP|localhost)\b|550 5\.1\.1 no such user`)

// english returns the untranslated words on a page, in texts and in the attributes that people read.
func english(t testing.TB, page string) []string {
	t.Helper()
	root, err := html.ParseWithOptions(strings.NewReader(page), html.ParseOptionEnableScripting(false)) // also parse noscript
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	look := func(text string) {
		text = latin.ReplaceAllString(text, "")
		if regexp.MustCompile(`[A-Za-z]{2,}`).MatchString(text) {
			found = append(found, strings.Join(strings.Fields(text), " "))
		}
	}
	for n := range root.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "script" && n.Parent.Data != "style" && n.Parent.Data != "code" { // code is verbatim
			look(n.Data)
		}
		for _, a := range n.Attr {
			switch a.Key {
			case "aria-label", "title", "placeholder", "hx-confirm", "data-label", "alt":
				look(a.Val)
			}
		}
	}
	return found
}

// wantRussian fails if the answer contains English, or nothing at all.
func (a answer) wantRussian(t testing.TB, status int, what string) {
	t.Helper()
	if a.Code != status || !regexp.MustCompile(`[а-я]{3}`).MatchString(a.body) {
		t.Errorf("%s: status %d, want %d: %s", what, a.Code, status, a.body)
	}
	for _, text := range english(t, a.body) {
		t.Errorf("%s: %q is English", what, text)
	}
}

// inRussian is a site with a Russian-speaking user signed in.
func inRussian(t *testing.T) visit {
	t.Helper()
	st := open(t)
	in := domain.SignUp{Email: "anna@example.com", Name: "Анна", Language: "ru", TimeZone: "Europe/Moscow"}
	u := st.userFrom(in, domain.RoleUser)
	return visit{st, st.enter(u), u}
}

func TestRussianPages(t *testing.T) {
	v := inRussian(t)
	pages := func(paths ...string) {
		t.Helper()
		for _, p := range paths {
			v.get(p).wantRussian(t, 200, p)
		}
	}
	lists := []string{"/clients", "/messages", "/mailings", "/clients?q=zz%40zz", "/messages?q=zz%40zz", "/mailings?q=zz%40zz"}
	forms := []string{"/clients/new", "/messages/new", "/mailings/new"}
	pages(append(lists, forms...)...)
	v.submit("/clients", "email", "boris@example.com", "full_name", "Борис").want(t, 303)
	pages(lists...)
	v.submit("/messages", "subject", "Привет", "body", "Здравствуйте").want(t, 303)
	pages(lists...)
	for _, change := range [][]string{
		{"starts_at", "2026-03-10T15:30", "periodicity", "daily"}, {"starts_at", "2027-03-28T02:30", "time_zone", "Europe/Berlin"},
		{"starts_at", "2026-03-10T15:30", "ends_at", "2027-03-10T15:30", "periodicity", "weekly"},
		{"starts_at", "2026-03-10T14:00", "audience", "clients", "client_ids", "1", "periodicity", "monthly"}} {
		v.submit("/mailings", mailingFields(1, append([]string{"name", "Весна", "time_zone", "Europe/Moscow"}, change...)...)...).want(t, 303)
	}
	pages(lists...)
	v.deliver(domain.Result{Stage: domain.StageRcpt, Outcome: domain.OutcomePermanent, Scope: domain.ScopeRecipient,
		Reply: domain.Reply{Code: 550, Enhanced: "5.1.1", Text: "no such user"}})
	v.submit("/mailings/2/pause").want(t, 303)
	v.submit("/mailings/4/send").want(t, 409, "После того как вы открыли страницу")
	v.submit("/mailings/4/send", "last_run", v.latestRun(4)).want(t, 303)
	pages(append(lists, "/clients/1", "/clients/1/edit", "/messages/1", "/messages/1/edit", "/mailings/1", "/mailings/1/edit", "/mailings/1/log",
		"/mailings/2", "/mailings/3", "/mailings/4", "/mailings/4/edit", "/mailings/picker", "/mailings/next-runs",
		"/mailings/next-runs?starts_at=2027-03-28T02:30&time_zone=Europe%2FBerlin&periodicity=daily",
		"/mailings/next-runs?starts_at=2026-03-10T14:00&time_zone=UTC&periodicity=once",
		"/mailings/next-runs?starts_at=2016-03-10T14:00&ends_at=2016-03-10T15:00&time_zone=UTC&periodicity=once")...)
}

func TestRussianMistakes(t *testing.T) {
	t.Parallel()
	v := inRussian(t)
	v.submit("/clients", "email", "boris@example.com").want(t, 303)
	v.submit("/messages", "subject", "Привет", "body", "Здравствуйте").want(t, 303)
	v.submit("/mailings", mailingFields(1, "name", "Весна")...).want(t, 303)
	long := strings.Repeat("я", 3000)
	for what, c := range map[string]struct {
		to     string
		status int
		form   []string
	}{
		"no address":                       {"/clients", 422, []string{"email", ""}},
		"two addresses":                    {"/clients", 422, []string{"email", "a@b.example, c@d.example"}},
		"no domain":                        {"/clients", 422, []string{"email", "а@localhost"}},
		"an address twice":                 {"/clients", 422, []string{"email", "boris@example.com"}},
		"everything too long":              {"/clients", 422, []string{"email", long, "full_name", long, "comment", long}},
		"a client edited by someone else":  {"/clients/1", 409, []string{"email", "boris@example.com"}},
		"nothing in a message":             {"/messages", 422, nil},
		"an unknown field":                 {"/messages", 422, []string{"subject", "{{имя}}", "body", "{{имя"}},
		"a message edited by someone else": {"/messages/1", 409, []string{"subject", "Пока", "body", "Пока"}},
		"a message in use":                 {"/messages/1/delete", 409, nil},
		"nothing in a mailing":             {"/mailings", 422, nil},
		"nobody picked":                    {"/mailings", 422, mailingFields(1, "name", "Весна", "audience", "clients")},
		"a missing client":                 {"/mailings", 422, mailingFields(77, "name", "Весна", "audience", "clients", "client_ids", "77")},
		"a window upside down":             {"/mailings", 422, mailingFields(1, "name", "Весна", "ends_at", "2026-03-01T09:00")},
		"a window that is over":            {"/mailings", 422, mailingFields(1, "name", "Весна", "starts_at", "2026-03-01T09:00", "ends_at", "2026-03-02T09:00")},
		"no such zone":                     {"/mailings", 422, mailingFields(1, "name", "Весна", "time_zone", "Марс")},
		"a mailing edited by someone else": {"/mailings/1", 409, mailingFields(1, "name", "Лето")},
		"a window not open":                {"/mailings/1/send", 409, nil},
		"a missing thing":                  {"/clients/77", 404, nil},
		"a form too large":                 {"/clients", 413, []string{"comment", strings.Repeat(long, 400)}},
	} {
		for _, v.htmx = range []bool{false, true} {
			v.submit(c.to, c.form...).wantRussian(t, c.status, what)
		}
	}
	v.htmx = true
	for _, news := range []struct {
		to   string
		form []string
	}{{"/clients", []string{"email", "new@example.com", "part", "row"}}, {"/clients/2", []string{"email", "new@example.com", "version", "1", "part", "row"}},
		{"/messages/1", []string{"subject", "Пока", "body", "Пока", "version", "1", "part", "row"}},
		{"/mailings/1", mailingFields(1, "name", "Лето", "version", "1", "part", "row")}, {"/mailings/1/pause", []string{"part", "live"}},
		{"/mailings/1/resume", []string{"part", "row", "last_run", v.latestRun(1)}}, {"/clients/2/delete", nil}} {
		v.submit(news.to, news.form...).wantRussian(t, 200, news.to)
	}
	preview := v.submit("/messages/preview", "subject", "Привет", "body", "{{имя}}")
	preview.want(t, 200, "Поля {{имя}} нет.")
}
