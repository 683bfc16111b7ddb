package handlers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"postrider/store/storetest"
)

func TestClientList(t *testing.T) {
	t.Run("shows the team's own clients and nobody else's", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			cl := v.client("own@example.com")
			storetest.Client(t, v.store, v.newUser("bob@example.com").TeamID, "foreign@example.com")
			a := v.get("/clients")
			a.want(t, 200, "<h1>Clients</h1>", "own@example.com", "Client own@example.com", `id="client-`+num(cl.ID)+`"`, "1 client")
			a.wantLack(t, "foreign@example.com")
			v.wantWhole(t, a)
		})
	})
	t.Run("says what belongs there while it is empty, and when nobody matches", func(t *testing.T) {
		v := ann(t)
		v.get("/clients").want(t, 200, "No clients yet", "Add your first client")
		v.get("/clients?q=%3Cb%3E").want(t, 200, "No clients found", "&lt;b&gt;", "Show all clients")
	})
	t.Run("searches, and gives htmx only the list", func(t *testing.T) {
		v := ann(t)
		v.client("Анна@example.com")
		v.client("other@example.com")
		v.byHtmx(func() {
			a := v.get("/clients?part=list&q=%D0%B0%D0%9D%D0%9D%D0%90")
			a.want(t, 200, `<div id="clients">`, "Анна@example.com")
			a.wantLack(t, "other@", "<html", "<h1")
		})
		v.get("/clients?part=list&q=other").want(t, 200, "<html", "other@example.com", `value="other"`)
	})
	t.Run("keeps order and search from page to page, and shows everybody once", func(t *testing.T) {
		v := ann(t)
		for i := range 30 {
			v.client(fmt.Sprintf("c%02d@example.com", 29-i))
		}
		first := v.get("/clients?sort=email&q=example&per=25")
		first.want(t, 200, "30 clients", "c00@example.com", "c24@example.com", `aria-sort="ascending"`)
		first.wantLack(t, "c25@example.com", "First page", `aria-sort="descending"`, " else")
		second := v.get(strings.ReplaceAll(hrefOf(t, first, "Next page"), "&amp;", "&"))
		second.want(t, 200, "c25@example.com", "c29@example.com", "First page", `value="example"`)
		second.wantLack(t, "c24@example.com", "Next page")
		v.get("/clients?per=50").wantLack(t, "Next page")
	})
	t.Run("narrows to undeliverable clients", func(t *testing.T) {
		v := ann(t)
		v.client("own@example.com")
		v.get("/clients?status=active").want(t, 200, "own@example.com")
		a := v.get("/clients?status=undeliverable")
		a.want(t, 200, "No clients have this status.")
		a.wantLack(t, "own@example.com")
	})
	t.Run("takes any order, page and size that a stranger may type", func(t *testing.T) {
		v := ann(t)
		v.client("own@example.com")
		for _, query := range []string{"sort=id;drop", "after=%00", "after=zzz", "per=-1", "per=1e9", "q=%25_%5C", "part=nothing"} {
			v.get("/clients?"+query).want(t, 200, "<h1>Clients</h1>")
		}
	})
}

// hrefOf returns where the link with that text leads.
func hrefOf(t testing.TB, a answer, text string) string {
	t.Helper()
	before, _, found := strings.Cut(a.body, ">"+text+"</a>")
	_, href, ok := strings.Cut(before[strings.LastIndex(before, "<a "):], `href="`)
	if !found || !ok {
		t.Fatalf("no link %q in:\n%s", text, a.body)
	}
	href, _, _ = strings.Cut(href, `"`)
	return href
}

func TestClientCreate(t *testing.T) {
	t.Run("keeps what was typed and leads to the list", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.wantGone(t, v.submit("/clients", "email", " new@example.com ", "full_name", "New  One", "comment", "of May",
				"part", map[bool]string{false: "row", true: ""}[v.htmx]), "/clients")
			v.htmx = false
			v.get("/clients").want(t, 200, "Added new@example.com.", "New One", "of May")
			v.get("/clients").wantLack(t, "Added new@example.com.")
		})
	})
	t.Run("in the list gives htmx the row, an empty form for the next one, and a toast", func(t *testing.T) {
		v := ann(t)
		v.htmx = true
		v.get("/clients/new?part=row").wantRow(t, `id="client-new-form"`, `name="part" value="row"`, `hx-post="/clients"`)
		a := v.submit("/clients", "email", "new@example.com", "part", "row")
		a.wantRow(t, `id="client-new-form"`, `id="client-1"`, `hx-target="#clients-note"`, `hx-target="#toasts"`,
			"Added new@example.com. You have 1 client.")
		v.get("/clients/1?part=row").wantRow(t, "new@example.com")
	})
	t.Run("has a page without a script", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			a := v.get("/clients/new")
			a.want(t, 200, "<h1>New client</h1>", `action="/clients"`, `name="email"`)
			v.wantWhole(t, a)
		})
	})
}

// badAddresses are what no client can have, with the message about each.
var badAddresses = map[string]string{
	"":                            "Enter an email address",
	"a@b> NOTIFY=NEVER":           "Enter one email address",
	"a@example.com, b@x.com":      "Enter one email address",
	"Ann <a@example.com>":         "Enter one email address",
	"a@example.com\r\nRCPT TO:<b": "The address contains a character",
	"a@localhost":                 "Check the part after @",
}

func TestClientMistakes(t *testing.T) {
	asBoth(t, func(t *testing.T, v visit) {
		for email, why := range badAddresses {
			t.Run(fmt.Sprintf("%q is refused beside its field, and the rest is kept", email), func(t *testing.T) {
				for _, part := range []string{"", "row"} {
					a := v.submit("/clients", "email", email, "full_name", "Kept Name", "comment", "kept comment", "part", part)
					a.wantMistake(t, "client-new", "email", why)
					a.want(t, 422, `value="Kept Name"`, `value="kept comment"`)
					v.wantWhole(t, a)
					if row := strings.HasPrefix(a.body, "<tr"); row != (v.htmx && part == "row") {
						t.Errorf("part %q: a row: %v", part, row)
					}
				}
				if got := v.clients(v.user.TeamID); len(got) != 0 {
					t.Errorf("kept %q", got)
				}
			})
		}
	})
	t.Run("an address that the team has already is refused, whatever its case; another team may have it", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.client("same@example.com")
			bob := v.newUser("bob@example.com")
			storetest.Client(t, v.store, bob.TeamID, "bobs@example.com")
			a := v.submit("/clients", "email", "SAME@example.com", "full_name", "Again")
			a.wantMistake(t, "client-new", "email", "A client with this address already exists.")
			a.want(t, 422, `value="SAME@example.com"`, `value="Again"`)
			v.wantGone(t, v.submit("/clients", "email", "bobs@example.com"), "/clients")
			if got := v.clients(v.user.TeamID); !slices.Equal(got, []string{"bobs@example.com", "same@example.com"}) {
				t.Errorf("clients %q", got)
			}
		})
	})
	t.Run("the same holds for an edit", func(t *testing.T) {
		v := ann(t)
		v.client("same@example.com")
		cl := v.client("own@example.com")
		a := v.submit(path("clients", cl.ID), "email", "same@example.com", "version", "1")
		a.wantMistake(t, "client-"+num(cl.ID), "email", "A client with this address already exists.")
		a.want(t, 422, `action="`+path("clients", cl.ID)+`"`, "<h1>Edit client</h1>")
	})
	t.Run("every mistake is named at once", func(t *testing.T) {
		v := ann(t)
		long := strings.Repeat("я", 2001)
		a := v.submit("/clients", "email", "nobody", "full_name", long[:500], "comment", long)
		for _, field := range []string{"email", "full_name", "comment"} {
			a.want(t, 422, `id="client-new-`+field+`-mistake"`, `href="#client-new-`+field+`"`)
		}
		a.want(t, 422, `value="`+long+`"`)
	})
}

func TestClientEdit(t *testing.T) {
	t.Run("saves, and leads to the list", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			cl := v.client("own@example.com")
			a := v.get(path("clients", cl.ID) + "/edit")
			a.want(t, 200, "<h1>Edit client</h1>", `value="own@example.com"`, `name="version" value="1"`)
			v.wantWhole(t, a)
			v.wantGone(t, v.submit(path("clients", cl.ID), "email", "other@example.com", "full_name", "New Name", "version", "1"), "/clients")
			v.get(path("clients", cl.ID)).want(t, 200, "other@example.com", "New Name", "No emails yet")
		})
	})
	t.Run("in the row gives htmx the row and a toast", func(t *testing.T) {
		v := ann(t)
		cl := v.client("own@example.com")
		v.htmx = true
		v.get(path("clients", cl.ID)+"/edit?part=row").wantRow(t, `value="own@example.com"`, `name="part" value="row"`)
		a := v.submit(path("clients", cl.ID), "email", "own@example.com", "full_name", "New Name", "version", "1", "part", "row")
		a.wantRow(t, "New Name", `id="client-`+num(cl.ID)+`"`, `hx-target="#toasts"`, "Saved.")
		a.wantLack(t, "<form method=\"post\" action=\"/clients\"")
	})
}

func TestClientDelete(t *testing.T) {
	t.Run("deletes the client and leads to the list", func(t *testing.T) {
		v := ann(t)
		cl := v.client("own@example.com")
		v.submit(path("clients", cl.ID)+"/delete").wantTo(t, "/clients")
		v.get("/clients").want(t, 200, "Deleted own@example.com.", "No clients yet")
		v.get(path("clients", cl.ID)).want(t, 404)
		v.submit(path("clients", cl.ID)+"/delete").want(t, 404)
	})
	t.Run("in the list gives htmx only the toast, and on the client's page a redirect to the list", func(t *testing.T) {
		v := ann(t)
		one, two := v.client("one@example.com"), v.client("two@example.com")
		v.htmx = true
		a := v.submit(path("clients", one.ID) + "/delete")
		a.want(t, 200, `hx-target="#toasts"`, "Deleted one@example.com.")
		a.wantLack(t, "<tr", "<html")
		v.header["HX-Target"] = "main#main"
		v.wantGone(t, v.submit(path("clients", two.ID)+"/delete"), "/clients")
	})
}
