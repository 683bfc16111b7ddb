package handlers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestPastedAddress(t *testing.T) {
	for name, c := range map[string]struct{ email, fullName, want, named string }{
		"no-break spaces":         {"\u00a0ann@example.com\u00a0", "", "ann@example.com", ""},
		"signs that are not seen": {"\ufeffann@exam\u200bple.com", "", "ann@example.com", ""},
		"a link":                  {"mailto:ann@example.com", "", "ann@example.com", ""},
		"a comma":                 {"ann@example.com,", "", "ann@example.com", ""},
		"a name beside it":        {"Ann Archer <ann@example.com>;", "", "ann@example.com", "Ann Archer"},
		"a name, and one typed":   {"Ann Archer <ann@example.com>", "Anna", "ann@example.com", "Anna"},
		"another alphabet":        {"ann@пример.рф", "", "ann@пример.рф", ""},
	} {
		t.Run(name+" is cleaned of what a person would clean it of", func(t *testing.T) {
			asBoth(t, func(t *testing.T, v visit) {
				v.submit("/clients", "email", c.email, "full_name", c.fullName, "comment", "").want(t, map[bool]int{false: 303, true: 200}[v.htmx])
				if got := v.raw.Rows("clients", "email, full_name"); !slices.Equal(got, []string{c.want + "|" + c.named}) {
					t.Errorf("kept %q", got)
				}
				v.submit("/clients/1", "email", "Bob <bob@example.com>", "full_name", "Bobby", "version", "1")
				if got := v.raw.Rows("clients", "email, full_name"); !slices.Equal(got, []string{"bob@example.com|Bobby"}) {
					t.Errorf("an edit kept %q", got)
				}
			})
		})
	}
	t.Run("the form leaves the check to the server, and letters as they are", func(t *testing.T) {
		v := ann(t)
		for _, page := range []string{"/clients/new", path("clients", v.client("ann@пример.рф").ID) + "/edit"} {
			a := v.get(page)
			a.want(t, 200, "novalidate", `inputmode="email"`)
			a.wantLack(t, `type="email"`, "xn--")
		}
	})
	t.Run("a mistake is shown beside the field, with what was typed", func(t *testing.T) {
		v := ann(t)
		v.submit("/clients", "email", "ann @example.com").wantMistake(t, "client-new", "email", "Enter one email address")
		v.submit("/clients", "email", "ann @example.com").want(t, 422, `value="ann @example.com"`)
		v.submit("/clients", "email", "a@example.com, b@example.com", "version", "1").want(t, 200)
		one := v.client("ann@example.com")
		v.submit(path("clients", one.ID), "email", "a@example.com, b@example.com", "version", "1").want(t, 422, `value="a@example.com, b@example.com"`)
	})
}

func TestPastedAddresses(t *testing.T) {
	const five = "One <one@example.com>, two@example.com\ntaken@example.com; wrong@; TWO@example.com"
	t.Run("are added after a question that names those that are there and those that are wrong", func(t *testing.T) {
		for _, part := range []string{"", "row"} {
			asBoth(t, func(t *testing.T, v visit) {
				v.client("taken@example.com")
				a := v.submit("/clients", "email", five, "comment", "From the fair", "part", part)
				a.want(t, 200, "Add 2 clients?", ">Add 2 clients</button>", "one@example.com", "One", "wrong@", ">Back</button>",
					"Not added: A client with this address already exists.", "Not added: The same address stands above.", "Not added: Enter an email address")
				v.wantWhole(t, a)
				if n := len(v.clients(v.user.TeamID)); n != 1 {
					t.Fatalf("%d clients", n)
				}
				yes := unescaped(a.hidden())
				v.submit("/clients", append(yes, "back", "1")...).want(t, 200, `name="email"`, "two@example.com", `value="From the fair"`)
				done := v.submit("/clients", yes...)
				if v.htmx && part == "row" {
					done.wantRow(t, "one@example.com", "two@example.com", "Added 2 clients.", "3 clients", `id="client-new-form"`)
				} else {
					v.wantGone(t, done, "/clients")
				}
				v.submit("/clients", yes...) // a double click
				if got := v.raw.Rows("clients", "email, full_name, comment", "comment", "From the fair"); !slices.Equal(got, []string{
					"one@example.com|One|From the fair", "two@example.com||From the fair"}) {
					t.Errorf("kept %q", got)
				}
			})
		}
	})
	t.Run("are at most fifty, and none are added where there is no room for all", func(t *testing.T) {
		v := ann(t)
		var all []string
		for i := range 51 {
			all = append(all, fmt.Sprintf("client%d@example.com", i))
		}
		v.submit("/clients", "email", strings.Join(all, ", ")).wantMistake(t, "client-new", "email", "These are 51 addresses. Add at most 50 at a time.")
		v.raw.Set("teams", "max_clients", 49)
		fifty := strings.Join(all[:50], " ")
		v.submit("/clients", "email", fifty).want(t, 200, "Add 50 clients?")
		v.submit("/clients", "email", fifty, "agreed", "1").want(t, 422, "49")
		if n := len(v.clients(v.user.TeamID)); n != 0 {
			t.Errorf("%d clients", n)
		}
	})
	t.Run("that are all there or wrong offer only the way back", func(t *testing.T) {
		v := ann(t)
		v.client("taken@example.com")
		a := v.submit("/clients", "email", "taken@example.com wrong@")
		a.want(t, 200, "None of these can be added", ">Back</button>")
		a.wantLack(t, "Add 0")
	})
}
