package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"golang.org/x/net/html"

	"postrider/domain"
	"postrider/locale"
	"postrider/store/storetest"
)

// crowd fills the office with more than its forms list. What is returned is older than all that.
func (o office) crowd(t *testing.T) (old domain.Message, far domain.Client) {
	t.Helper()
	old = storetest.Message(t, o.store, o.owner.TeamID, "Older rye", "x")
	far = storetest.Client(t, o.store, o.owner.TeamID, "far@example.com")
	for i := range 110 {
		storetest.Message(t, o.store, o.owner.TeamID, fmt.Sprintf("Later %d", i), "x")
		storetest.Client(t, o.store, o.owner.TeamID, fmt.Sprintf("later%d@example.com", i))
	}
	return old, far
}

// keptChoice is what a mailing sends to whom.
func (o office) keptChoice(t *testing.T) (message int64, clients []int64) {
	t.Helper()
	m, err := o.store.Mailing(t.Context(), domain.CommandLineActor(), domain.View, o.mailing.ID)
	if err != nil {
		t.Fatal(err)
	}
	return m.MessageID, m.ClientIDs
}

func TestChoosingAmongMany(t *testing.T) {
	inBoth(t, "a mailing keeps its own message, and a search finds any other", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		old, far := o.crowd(t)
		n := arrive(t, serve(t, "--db", o.path).url, lang)
		n.signIn(ownerEmail, storetest.Password)
		edit := fmt.Sprintf("/mailings/%d/edit", o.mailing.ID)
		n.open(edit)
		n.until(fmt.Sprintf(`document.querySelector("[name=message_id]").value === "%d"`, o.mailing.MessageID))
		n.look("mailing-many")
		n.fill("[name=name]", "Renamed")
		n.pressSave("main ")
		n.see(n.p.T("Saved."))
		n.open(edit)
		n.stay()
		n.fill("[name=find_message]", "older rye")
		n.press(kb.Enter) // searches, and saves nothing
		n.until(fmt.Sprintf(`document.querySelector("[name=message_id] option[value='%d']")`, old.ID))
		n.choose("[name=message_id]", fmt.Sprint(old.ID))
		n.click("label", n.p.T("Selected clients"))
		n.fill("[name=find]", "far@")
		n.press(kb.Enter)
		n.until(`document.querySelectorAll(".picks input").length === 1`)
		n.stayed()
		n.click(".picks label", "")
		n.fill("[name=find_message]", "later 7")
		n.until(`document.querySelectorAll("[name=message_id] option").length < 20`)
		n.until(fmt.Sprintf(`document.querySelector("[name=message_id]").value === "%d"`, old.ID))
		n.reload() // keeps both, which no list shows first
		n.until(fmt.Sprintf(`document.querySelector("[name=message_id]").selectedOptions[0].text === "Older rye" && document.querySelector(".picks input[value='%d']").checked`, far.ID))
		n.pressSave("main ")
		n.see(n.p.T("Saved."))
		if message, clients := o.keptChoice(t); message != old.ID || len(clients) != 1 || clients[0] != far.ID {
			t.Errorf("kept: message %d, clients %v", message, clients)
		}
	})
}

func TestPlainChoosingAmongMany(t *testing.T) {
	for _, lang := range languages() {
		t.Run("without scripts a mailing keeps its own message, and a search finds any other, in "+lang, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t, lang)
			old, far := o.crowd(t)
			p := locale.For(lang, nil)
			b := o.plain(t, serve(t, "--db", o.path).url, ownerEmail, lang)
			to := fmt.Sprintf("/mailings/%d", o.mailing.ID)
			editor := b.get(to + "/edit")
			editor.send(to, map[string]string{"name": "Renamed"}).says(200, p.T("Saved."))
			editor = b.get(to+"/edit").press(to, p.T("Search"), map[string]string{"find_message": "older rye", "find": "far@", "name": "Typed"})
			if got := selected(editor.named("message_id")); got != fmt.Sprint(o.mailing.MessageID) {
				t.Fatalf("message %s is chosen", got)
			}
			editor.send(to, map[string]string{"message_id": fmt.Sprint(old.ID), "audience": "clients", "client_ids": fmt.Sprint(far.ID)}).says(200, p.T("Saved."), "Typed")
			if message, clients := o.keptChoice(t); message != old.ID || len(clients) != 1 || clients[0] != far.ID {
				t.Errorf("kept: message %d, clients %v", message, clients)
			}
		})
	}
}

// named finds the control of that name.
func (s sheet) named(name string) *html.Node {
	s.by.t.Helper()
	for n := range s.root.Descendants() {
		if n.Type == html.ElementNode && value(n, "name") == name {
			return n
		}
	}
	s.by.t.Fatalf("%s has no %s", s.url, name)
	return nil
}
