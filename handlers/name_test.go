package handlers_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"postrider/domain"
	"postrider/locale"
	"postrider/store/storetest"
)

// hebrew is the name of everything in these tests; it is written from right to left.
const hebrew = "שלום"

// loose returns the texts of a page that contain the name but do not isolate its direction with a bdi element, dir="auto" or isolate
// characters. Form controls show nothing but the one text.
func loose(t *testing.T, page string) (found []string, seen int) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		switch n.Type {
		case html.TextNode:
			if !strings.Contains(n.Data, hebrew) {
				continue
			}
			if seen++; !kept(n) && !isolated(n.Data) {
				found = append(found, n.Data)
			}
		case html.ElementNode:
			for _, a := range n.Attr {
				if slices.Contains([]string{"aria-label", "hx-confirm", "data-label"}, a.Key) && strings.Contains(a.Val, hebrew) && !isolated(a.Val) {
					found = append(found, a.Key+"="+a.Val)
				}
			}
		}
	}
	return found, seen
}

// kept reports whether an element isolates the direction of a text. A block that contains nothing else does so too: directional characters
// have no effect beyond the paragraph (UAX #9, P1).
func kept(n *html.Node) bool {
	if n.PrevSibling == nil && n.NextSibling == nil && slices.Contains([]string{"h1", "p", "dd", "td"}, n.Parent.Data) {
		return true
	}
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == "bdi" || p.Data == "textarea" || p.Data == "script" || slices.Contains(p.Attr, html.Attribute{Key: "dir", Val: "auto"}) {
			return true
		}
	}
	return false
}

// isolated reports whether each name in a text is between isolate characters.
func isolated(text string) bool {
	depth := 0
	for i, r := range text {
		switch r {
		case '\u2068':
			depth++
		case '\u2069':
			depth--
		}
		if strings.HasPrefix(text[i:], hebrew) && depth != 1 {
			return false
		}
	}
	return depth == 0
}

// Other users' names do not affect the direction of the text around them, on any page or fragment, for any visitor, including names from
// before names were checked.
func TestSecurityNamesKeepTheirDirection(t *testing.T) {
	t.Parallel()
	w := inhabited(t)
	for _, who := range []string{"own team", "manager", "admin", "editor"} {
		t.Run(who, func(t *testing.T) {
			total := 0
			call := func() {
				const name = "x\u202e" + hebrew + " (7)"
				for _, column := range []string{"users.name", "teams.name", "clients.full_name", "clients.comment", "mailings.name", "messages.subject",
					"posts.title", "posts.author", "audit.subject", "audit.detail"} {
					table, column, _ := strings.Cut(column, ".")
					w.raw.Set(table, column, name)
				}
				w.raw.Set("users", "blocked_why", name, "email", "blocked@%")
			}
			w.things(w.users["own team"].TeamID)
			call()
			w.pagesAfter(who, call, func(path string, a answer) {
				if strings.Contains(path, "/preview") || !strings.Contains(a.Header().Get("Content-Type"), "html") {
					return // an email or a feed contains only this
				}
				found, seen := loose(t, a.body)
				total += seen
				for _, text := range found {
					t.Errorf("%s shows %+q", path, text)
				}
			})
			if total < 20 {
				t.Errorf("the name was seen %d times", total)
			}
		})
	}
	t.Run("in an invitation, and in the flash after an action", func(t *testing.T) {
		v := ann(t)
		v.raw.Set("teams", "name", hebrew)
		v.raw.Set("users", "name", hebrew)
		path := v.invite("bob@example.com")
		for _, a := range []answer{v.site.browser().get(path), v.get(path), v.get("/team"), v.get("/"), v.get("/profile/delete")} {
			a.want(t, 200)
			if found, _ := loose(t, a.body); len(found) > 0 {
				t.Errorf("%+q", found)
			}
		}
		l := v.inviteLetter("carl@example.com")
		if !strings.Contains(l.Body, "\u2068"+hebrew+"\u2069") {
			t.Errorf("the letter says %q", l.Body)
		}
		v.client("one@example.com")
		m := v.mailing("2026-03-10T11:00", "")
		v.raw.Set("mailings", "name", hebrew)
		v.submit("/mailings/"+number(m.ID)+"/delete").want(t, 303)
		a := v.get("/mailings")
		if found, seen := loose(t, a.body); len(found) > 0 || seen != 1 {
			t.Errorf("%d times, %+q", seen, found)
		}
	})
}

// inviteLetter invites someone and takes the letter out of the outbox.
func (v visit) inviteLetter(email string) domain.SystemLetter {
	v.t.Helper()
	v.submit("/team/invite", "email", email).want(v.t, 200)
	return v.letter()
}

// pagesAfter is pages with a change made after the things exist.
func (w *world) pagesAfter(who string, change func(), do func(path string, a answer)) {
	w.t.Helper()
	w.afterThings = change
	defer func() { w.afterThings = nil }()
	w.pages(who, do)
}

// Names that are invisible or that reverse the text around them are refused in every form.
func TestSecurityNamesOfForms(t *testing.T) {
	t.Parallel()
	v := ann(t)
	v.client("one@example.com")
	message := number(v.message("Hello", "Text").ID)
	for _, name := range []string{"nimda\u202e", "\u3164", "\u2800", "\u200b\u2060", "ad\u200bmin", "\u0301", "\U000e0041"} {
		for _, c := range []struct {
			path  string
			field string
			form  []string
		}{
			{"/signup", "name", []string{"email", "new@example.com", "password", newPassword}},
			{"/profile", "name", []string{"language", "en", "time_zone", "UTC"}},
			{"/team/name", "name", nil},
			{"/clients", "full_name", []string{"email", "two@example.com"}},
			{"/mailings", "name", mailingFields(0, "message_id", message)},
			{v.setUp(), "name", []string{"email", "owner@example.com", "password", newPassword}},
		} {
			a := v.browser.submit(c.path, append([]string{c.field, name}, withoutField(c.form, c.field)...)...)
			if a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.body, c.field+"-mistake") {
				t.Errorf("%s takes %+q: %d", c.path, name, a.Code)
			}
		}
	}
	if n := v.raw.Count("clients"); n != 1 {
		t.Errorf("%d clients", n)
	}
}

// withoutField returns a form without one of its fields.
func withoutField(form []string, name string) (rest []string) {
	for i := 0; i+1 < len(form); i += 2 {
		if form[i] != name {
			rest = append(rest, form[i], form[i+1])
		}
	}
	return rest
}

// Lookalike addresses are shown for what they are, wherever people check who someone is.
func TestSecurityLookalikes(t *testing.T) {
	t.Parallel()
	const mark = "mixed alphabets"
	person := func(t *testing.T, st *site, email string) (*browser, domain.User) {
		t.Helper()
		in := domain.SignUp{Email: email, Password: storetest.Password, Language: "en", TimeZone: "UTC"}
		u, err := st.store.AddUser(t.Context(), in, domain.RoleUser, st.now)
		if err != nil {
			t.Fatal(err)
		}
		return st.enter(u), u
	}
	for _, c := range []struct {
		email string
		shown []string
		mixed bool
	}{
		{"аdmin@example.com", nil, true},                                                 // Cyrillic а
		{"admin@exаmple.com", []string{"xn--exmple-4nf.com"}, true},                      // Cyrillic а in the domain
		{"сосо@example.com", nil, true},                                                  // all Cyrillic
		{"admin@аррӏе.com", []string{"xn--80ak6aa92e.com"}, false},                       // a domain all in Cyrillic
		{"почта@пример.рф", []string{"почта@пример.рф", "xn--e1afmkfd.xn--p1ai"}, false}, // a genuine Russian address
		{"plain@example.com", nil, false},
	} {
		t.Run(c.email, func(t *testing.T) {
			st := open(t)
			admin := st.enter(st.userOf("boss@example.com", domain.RoleAdmin))
			b, u := person(t, st, c.email)
			b.submit("/team/invite", "email", "friend-of-"+number(u.ID)+"@example.com").want(t, 200)
			invitation := link(t, st.letter())
			stranger := st.browser()
			for where, a := range map[string]answer{
				"the list of users":  admin.get("/users"),
				"the user's page":    admin.get("/users/" + number(u.ID)),
				"the audit log":      admin.get("/audit?actor=" + url.QueryEscape(c.email)),
				"the team":           b.get("/team"),
				"the invitation":     stranger.get(invitation),
				"in a list, as htmx": admin.get("/users?part=list"),
			} {
				a.want(t, 200, c.shown...)
				if marked := strings.Contains(a.body, mark); marked != c.mixed {
					t.Errorf("%s: marked %t", where, marked)
				}
			}
		})
	}
	t.Run("also for an invited account, in the reader's language", func(t *testing.T) {
		st := open(t)
		b, _ := person(t, st, "bob@example.com")
		b.header["Accept-Language"] = locale.Russian
		st.raw.Set("users", "language", "", "email", "bob@example.com")
		b.submit("/team/invite", "email", "сосо@example.com").want(t, 200, "разные алфавиты")
	})
}

// Names from older versions appear in no header field unchanged.
func TestSecurityNamesInLetters(t *testing.T) {
	t.Parallel()
	st := open(t)
	st.newUser("ann@example.com")
	st.raw.Set("users", "name", "nnA\u202e")
	st.raw.Set("teams", "name", "moc.elpmaxe\u202e\u2066")
	b := st.browser()
	b.login("ann@example.com")
	b.submit("/team/invite", "email", "bob@example.com").want(t, 200)
	if l := st.letter(); strings.ContainsAny(l.Body, "\u202e\u2066") || !strings.Contains(l.Body, "moc elpmaxe") {
		t.Errorf("the letter says %q", l.Body)
	}
}
