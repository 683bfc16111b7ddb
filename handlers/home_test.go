package handlers_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
	"postrider/store/storetest"
)

var countShown = regexp.MustCompile(`<dt>([^<]*)</dt><dd>([^<]*)</dd>`)

// numbers returns the totals on the home page, by name.
func (a answer) numbers() string {
	var all []string
	for _, found := range countShown.FindAllStringSubmatch(a.body, -1) {
		all = append(all, found[1]+" "+found[2])
	}
	return strings.Join(all, ", ")
}

func TestHomeNumbers(t *testing.T) {
	st := open(t)
	want := func(b *browser, numbers string) {
		t.Helper()
		for range 30 { // enough to see all variants
			if got := b.get("/").numbers(); got != numbers {
				t.Errorf("%q, want %q", got, numbers)
			}
		}
	}
	want(st.browser(), "Mailings 0, Active mailings 0, Unique clients 0")
	member, u := st.signedIn("a@example.com")
	storetest.Client(t, st.store, u.TeamID, "one@example.com")
	cl := storetest.Client(t, st.store, u.TeamID, "two@example.com")
	m := storetest.Mailing(t, st.store, u.TeamID, st.now, "2026-03-10T12:00", "", "UTC", domain.Daily)
	if _, err := st.store.StartDue(t.Context(), "Postrider <postrider@postrider.test>", st.now); err != nil {
		t.Fatal(err)
	}
	want(member, "Mailings 1, Active mailings 1, Unique clients 2")
	st.now = st.now.Add(time.Minute)
	want(st.browser(), "Mailings 1, Active mailings 1, Unique clients 2")
	want(st.browser().with("Accept-Language", "ru"), "Рассылки 1, Активные рассылки 1, Уникальные клиенты 2")
	if a := member.get("/"); strings.Contains(a.body, "once an hour") || strings.Contains(a.body, "Your team in numbers") {
		t.Error("one team alone is told that the number is rounded")
	}
	if _, err := st.store.PauseMailing(t.Context(), domain.CommandLineActor(), m.ID, st.now); err != nil {
		t.Fatal(err)
	}
	if err := st.store.DeleteClient(t.Context(), domain.CommandLineActor(), cl.ID, st.now); err != nil {
		t.Fatal(err)
	}
	want(member, "Mailings 1, Active mailings 0, Unique clients 1")
	st.now = st.now.Add(time.Minute)
	want(st.browser(), "Mailings 1, Active mailings 0, Unique clients 1")
	st.raw.Set("addresses", "total", 1234567)
	want(member, "Mailings 1, Active mailings 0, Unique clients 1,234,567")
}

// With several teams, a member sees the exact totals of their own team, and everyone sees the installation's clients rounded, while clients
// are added or deleted.
func TestSecurityHomeNumbersOfSeveralTeams(t *testing.T) {
	st := open(t)
	member, u := st.signedIn("a@example.com")
	other := storetest.User(t, st.store, "b@example.com")
	storetest.Client(t, st.store, other.TeamID, "victim@example.com")
	const all = "Mailings 0, Active mailings 0, Unique clients fewer than 150"
	both := func(own int, service string) {
		t.Helper()
		for range 30 { // enough to see all variants
			if got := st.browser().get("/").numbers(); got != service {
				t.Errorf("a stranger sees %q, want %q", got, service)
			}
		}
		a := member.get("/")
		a.want(t, 200, "Your team in numbers", "This service in numbers", "counted once an hour, and the number is rounded")
		if want := fmt.Sprintf("Mailings 0, Active mailings 0, Unique clients %d, %s", own, service); a.numbers() != want {
			t.Errorf("a member sees %q, want %q", a.numbers(), want)
		}
	}
	both(0, all)
	for _, email := range []string{"victim@example.com", "nobody@example.com"} {
		c := storetest.Client(t, st.store, u.TeamID, email)
		st.now = st.now.Add(2 * time.Minute)
		both(1, all)
		if err := st.store.DeleteClient(t.Context(), domain.CommandLineActor(), c.ID, st.now); err != nil {
			t.Fatal(err)
		}
	}
	st.raw.Set("shown_clients", "total", 1234500)
	st.now = st.now.Add(2 * time.Minute)
	both(0, "Mailings 0, Active mailings 0, Unique clients about 1,234,500")
	if got := st.browser().with("Accept-Language", "ru").get("/").numbers(); !strings.HasSuffix(got, "Уникальные клиенты около 1\u00a0234\u00a0500") {
		t.Errorf("in Russian it is %q", got)
	}
}

var articleShown = regexp.MustCompile(`<h3><a href="/blog/([^"]*)">`)

func (a answer) articles() []string {
	var all []string
	for _, found := range articleShown.FindAllStringSubmatch(a.body, -1) {
		all = append(all, found[1])
	}
	return all
}

func TestHomeArticles(t *testing.T) {
	st := open(t)
	member, _ := st.signedIn("a@example.com")
	for n := range 5 {
		for who, b := range map[string]*browser{"a stranger": st.browser(), "a member": member} {
			a := b.get("/")
			if shown := a.articles(); len(shown) != min(n, 3) || strings.Contains(a.body, "From the blog") != (n > 0) {
				t.Errorf("%s sees %v of %d articles", who, shown, n)
			}
		}
		storetest.Post(t, st.store, fmt.Sprint("Article ", n), st.now.Add(-time.Hour))
		storetest.Post(t, st.store, fmt.Sprint("Draft ", n), time.Time{})
		storetest.Post(t, st.store, fmt.Sprint("Future ", n), st.now.Add(48*time.Hour))
	}
	for who, b := range map[string]*browser{"a stranger": st.browser(), "a member": member} {
		seen := map[string]bool{}
		for range 60 {
			for _, slug := range b.get("/").articles() {
				if seen[slug] = true; !strings.HasPrefix(slug, "article-") {
					t.Errorf("%s sees %s", who, slug)
				}
			}
			st.now = st.now.Add(30 * time.Second)
		}
		if len(seen) != 5 {
			t.Errorf("%s has seen %v of 5 articles", who, seen)
		}
	}
	t.Run("stay the same for a browser that has them cached", func(t *testing.T) {
		tags := map[string]bool{}
		for range 40 {
			tags[st.browser().get("/").Header().Get("ETag")] = true
		}
		if len(tags) < 2 {
			t.Error("all see the same articles")
		}
		for tag := range tags {
			st.browser().with("If-None-Match", tag).get("/").want(t, http.StatusNotModified)
		}
	})
}

func TestHomeNextSteps(t *testing.T) {
	st := open(t)
	st.browser().get("/").want(t, 200, "Keep a list of your clients", `class="button" href="/signup"`, `href="/login"`, `rel="canonical" href="http://postrider.test/"`)
	member, _ := st.signedIn("a@example.com")
	a := member.get("/")
	a.want(t, 200, "Four steps to your first mailing:", "This service in numbers")
	if strings.Contains(a.body, "/signup") || strings.Contains(a.body, "canonical") {
		t.Error("a member is told to sign up, or a search engine of a member's page")
	}
	closed := open(t, func(s *handlers.Server) { s.SignUp = "closed" })
	storetest.User(t, closed.store, "a@example.com")
	if a := closed.browser().get("/"); strings.Contains(a.body, `href="/signup"`) {
		t.Error("nobody can sign up, and the page leads there")
	}
}
