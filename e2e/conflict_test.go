package e2e

import (
	"fmt"
	"testing"

	"postrider/domain"
	"postrider/locale"
	"postrider/store/storetest"
)

// clash is a thing that two people edit at once. The result should have the first user's value in one field and the second user's in
// another.
type clash struct {
	name       string
	list, path string
	take, keep string // names of fields
	theirs     map[string]string
	mine       map[string]string
	saved      func(t *testing.T) map[string]string // as stored
}

// clashes are edits of a mailing, a client and a message. round makes their texts unique.
func (o office) clashes(round string) []clash {
	return []clash{
		{name: "mailing", list: "/mailings", path: fmt.Sprintf("/mailings/%d", o.mailing.ID), take: "time_zone", keep: "name",
			theirs: map[string]string{"name": "Their tea" + round, "time_zone": "Asia/Tokyo"},
			mine:   map[string]string{"name": "My tea" + round, "time_zone": "America/New_York"}, saved: o.keptMailing},
		{name: "client", list: "/clients", path: fmt.Sprintf("/clients/%d", o.client.ID), take: "full_name", keep: "comment",
			theirs: map[string]string{"full_name": "Their Ann" + round, "comment": "Their comment" + round},
			mine:   map[string]string{"full_name": "My Ann" + round, "comment": "My comment" + round}, saved: o.keptClient},
		{name: "message", list: "/messages", path: fmt.Sprintf("/messages/%d", o.mailing.MessageID), take: "body", keep: "subject",
			theirs: map[string]string{"subject": "Their subject" + round, "body": "Their\n\nlong text" + round},
			mine:   map[string]string{"subject": "My subject" + round, "body": "My\n\nlong text" + round}, saved: o.keptMessage},
	}
}

func (o office) keptMailing(t *testing.T) map[string]string {
	m, err := o.store.Mailing(t.Context(), domain.CommandLineActor(), domain.View, o.mailing.ID)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"name": m.Name, "time_zone": m.Schedule.Zone.String()}
}

func (o office) keptClient(t *testing.T) map[string]string {
	c, err := o.store.Client(t.Context(), domain.CommandLineActor(), domain.View, o.client.ID)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"full_name": c.FullName, "comment": c.Comment}
}

func (o office) keptMessage(t *testing.T) map[string]string {
	m, err := o.store.Message(t.Context(), domain.CommandLineActor(), domain.View, o.mailing.MessageID)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"subject": m.Subject, "body": m.Body}
}

// wantResolved fails the test unless the second user's choice was saved.
func (c clash) wantResolved(t *testing.T) {
	t.Helper()
	if kept := c.saved(t); kept[c.take] != c.theirs[c.take] || kept[c.keep] != c.mine[c.keep] {
		t.Errorf("of the %s is kept: %q, want %s of %q and %s of %q", c.name, kept, c.take, c.theirs, c.keep, c.mine)
	}
}

func TestConflict(t *testing.T) {
	inBoth(t, "is resolved field by field, in the list and on the page", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		o.share(t, colleagueEmail, lang)
		p := serve(t, "--db", o.path)
		first, second := arrive(t, p.url, lang), arrive(t, p.url, lang)
		first.signIn(ownerEmail, storetest.Password)
		second.signIn(colleagueEmail, storetest.Password)
		for _, c := range o.clashes("") {
			first.inRow(c)
			second.inRow(c)
			first.save("tr.editing ", c.theirs)
			first.until(`!document.querySelector("tr.editing")`)
			second.resolve(c, "tr.editing ")
			second.until(`!document.querySelector("tr.editing")`)
			second.see(second.p.T("Saved."))
			c.wantResolved(t)
		}
		for _, c := range o.clashes(" again") {
			first.open(c.path + "/edit")
			second.open(c.path + "/edit")
			first.save("main ", c.theirs)
			first.until(`document.querySelector("main") && !document.querySelector("[name=version]")`)
			second.resolve(c, "main ")
			second.until(`document.querySelector("main") && !document.querySelector("[name=version]")`)
			c.wantResolved(t)
		}
	})
}

// inRow opens the form of the first row of the list.
func (n newcomer) inRow(c clash) {
	n.t.Helper()
	n.open(c.list)
	n.click(`tbody tr:first-child a[href$="/edit"]`, "")
	n.until(`document.querySelector("tr.editing [name=` + c.keep + `]")`)
}

// save fills in a form within a part of the page and saves it.
func (n newcomer) save(within string, values map[string]string) {
	n.t.Helper()
	for name, value := range values {
		field := within + "[name=" + name + "]"
		if n.is(find(field, "") + `.matches("select")`) {
			n.choose(field, value)
		} else {
			n.fill(field, value)
		}
	}
	n.click(within+"button", n.p.T("Save"))
}

// resolve saves as the second user and chooses between the two versions.
func (n newcomer) resolve(c clash, within string) {
	n.t.Helper()
	n.save(within, c.mine)
	n.see(n.p.T("Someone else saved a newer version while you were editing."))
	n.until(`document.activeElement.matches(".problems") && document.querySelectorAll(".differs").length === 2`)
	for field := range c.mine {
		n.until(`[...document.querySelectorAll(".theirs")].some(e => (e.value ?? e.textContent) === ` + quote(c.theirs[field]) + ")")
		n.until(find(within+"[name="+field+"]", "") + ".value === " + quote(c.mine[field]))
	}
	n.look("conflict-" + c.name + map[bool]string{true: "-row"}[within != "main "])
	n.click(within+`input[name="`+c.take+`.take"][value=theirs]`, "")
	if c.take == "time_zone" {
		n.see(n.p.T("Times are in %s.", c.theirs[c.take])) // the next runs follow the choice
	}
	n.click(within+"button", n.p.T("Save"))
	n.forgive("status of 409")
}

// TestConflictWithoutScripts is TestConflict without scripts.
func TestConflictWithoutScripts(t *testing.T) {
	for _, lang := range languages() {
		t.Run("is resolved field by field by plain forms, in "+lang, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t, lang)
			o.share(t, colleagueEmail, lang)
			p := serve(t, "--db", o.path)
			first, second := o.plain(t, p.url, ownerEmail, lang), o.plain(t, p.url, colleagueEmail, lang)
			for _, c := range o.clashes("") {
				theirs, mine := first.get(c.path+"/edit"), second.get(c.path+"/edit")
				theirs.send(c.path, c.theirs).says(200, "Their")
				choice := mine.send(c.path, c.mine).
					says(409, locale.For(lang, nil).T("Someone else saved a newer version while you were editing."), c.theirs[c.keep], c.theirs[c.take])
				choice.send(c.path, map[string]string{c.take + ".take": "theirs"}).says(200, "My")
				c.wantResolved(t)
			}
		})
	}
}

// plain is a user of the office, signed in from a browser without scripts.
func (o office) plain(t *testing.T, url, email, lang string) *plain {
	t.Helper()
	b := stranger(t, url, lang)
	s := b.get("/login").send("/login", map[string]string{"email": email, "password": storetest.Password})
	if s.status != 200 || s.url.Path == "/login" {
		t.Fatalf("%s is not signed in: %d %s", email, s.status, s.text())
	}
	return b
}
