package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"postrider/domain"
	"postrider/store/storetest"
)

// TestDeletedRow: a row of a list that somebody else has deleted says so where it stands, and nothing that was typed into it is lost.
func TestDeletedRow(t *testing.T) {
	inBoth(t, "says so when it is edited", func(t *testing.T, lang string) {
		o, n := atWork(t, lang)
		gone := storetest.Client(t, o.store, o.owner.TeamID, "gone@example.com")
		n.open("/clients")
		n.see(gone.Email)
		must(t, o.store.DeleteClient(t.Context(), o.owner.Actor(""), gone.ID, time.Now()))
		n.click("a", n.p.T("Edit %s", gone.Email))
		n.see(n.p.T("This client has been deleted."))
		n.until(`document.activeElement.closest("tr.gone") && document.body.innerText.includes("` + officeClient + `") && !document.querySelector(".toast")`)
		n.press(kb.Enter)
		n.until(`!document.querySelector("tr.gone") && document.querySelectorAll("#client-rows tr").length === 1`)
		n.forgive("status of 404")
	})
	inBoth(t, "says so when it is deleted or paused again", func(t *testing.T, lang string) {
		o, n := atWork(t, lang)
		gone := storetest.Client(t, o.store, o.owner.TeamID, "gone@example.com")
		n.open("/clients")
		n.see(gone.Email)
		must(t, o.store.DeleteClient(t.Context(), o.owner.Actor(""), gone.ID, time.Now()))
		n.click("button", n.p.T("Delete %s", gone.Email))
		n.see(n.p.T("This client has been deleted."))
		n.open("/mailings")
		n.see(o.mailing.Name)
		must(t, o.store.DeleteMailing(t.Context(), o.owner.Actor(""), o.mailing.ID, time.Now()))
		n.click("tr button", n.p.T("Pause")+": "+domain.Isolated(o.mailing.Name))
		n.see(n.p.T("This mailing has been deleted."))
		n.forgive("status of 404")
		n.forgive("status of 404")
	})
	inBoth(t, "keeps what was typed, which can be saved as a new one", func(t *testing.T, lang string) {
		o, n := atWork(t, lang)
		n.open("/clients")
		n.click("a", n.p.T("Edit %s", officeClient))
		n.fill("tr.editing [name=full_name]", "Typed for long")
		must(t, o.store.DeleteClient(t.Context(), o.owner.Actor(""), o.client.ID, time.Now()))
		n.click("tr.editing button", n.p.T("Save"))
		n.see(n.p.T("This no longer exists. What you typed is still here. Save it to create a new one."))
		n.until(`document.querySelector("tr.editing [name=full_name]").value === "Typed for long"`)
		n.click("tr.editing button", n.p.T("Save"))
		n.until(`document.querySelector("#client-rows")?.innerText.includes("Typed for long")`)
		n.forgive("status of 404")
	})
}

// atWork is the owner of an office, who has signed in.
func atWork(t *testing.T, lang string) (office, newcomer) {
	t.Helper()
	o := openOffice(t, lang)
	p := serve(t, "--db", o.path)
	n := arrive(t, p.url, lang)
	n.signIn(ownerEmail, storetest.Password)
	return o, n
}

// TestSearchKeepsEdits: a search replaces a list, but not the rows that somebody is editing in it.
func TestSearchKeepsEdits(t *testing.T) {
	inBoth(t, "of clients", func(t *testing.T, lang string) {
		o, n := atWork(t, lang)
		storetest.Client(t, o.store, o.owner.TeamID, "other@example.com")
		third := storetest.Client(t, o.store, o.owner.TeamID, "third@example.com")
		n.open("/clients")
		n.click("a", n.p.T("Edit %s", officeClient))
		n.fill("tr.editing [name=full_name]", "Typed for long")
		n.fill("input[type=search]", "other")
		n.until(fmt.Sprintf(`!document.querySelector("#client-%d") && document.querySelectorAll("#client-rows > tr:not(.editing)").length === 1`, third.ID))
		n.until(`document.querySelector("#client-rows tr.editing [name=full_name]")?.value === "Typed for long"`)
		n.fill("input[type=search]", "example")
		n.until(fmt.Sprintf(`document.querySelector("#client-%d") && !document.querySelector("#client-%d")`, third.ID, o.client.ID))
		n.click("tr.editing button", n.p.T("Save"))
		n.until(fmt.Sprintf(`document.querySelector("#client-%d")?.innerText.includes("Typed for long")`, o.client.ID))
	})
	inBoth(t, "of messages, when none matches", func(t *testing.T, lang string) {
		o, n := atWork(t, lang)
		m := storetest.Message(t, o.store, o.owner.TeamID, "Spring", "Body")
		n.open("/messages")
		n.click("a", n.p.T("Edit %s", m.Subject))
		n.fill("tr.editing [name=subject]", "Typed for long")
		n.fill("input[type=search]", "nothing is called that")
		n.until(`document.querySelector("#messages .empty") && document.querySelector("#messages tr.editing [name=subject]")?.value === "Typed for long"`)
		n.click("tr.editing a", n.p.T("Cancel"))
		n.until(fmt.Sprintf(`document.querySelector("#message-%d")?.innerText.includes("Spring")`, m.ID))
	})
}

// TestPauseKeepsFocus: the button that pauses becomes the one that resumes, and keeps the focus.
func TestPauseKeepsFocus(t *testing.T) {
	inBoth(t, "in the list and on the page", func(t *testing.T, lang string) {
		o, n := atWork(t, lang)
		for _, path := range []string{"/mailings", fmt.Sprintf("/mailings/%d", o.mailing.ID)} {
			n.open(path)
			pause, resume := n.p.T("Pause")+": "+domain.Isolated(o.mailing.Name), n.p.T("Resume")+": "+domain.Isolated(o.mailing.Name)
			n.until(`document.readyState === "complete" && (e => e && (e.focus(), document.activeElement === e))(` + find("main button", pause) + `)`)
			n.press(kb.Enter)
			n.until(`document.activeElement.getAttribute("aria-label") === ` + quote(resume))
			n.press(kb.Enter)
			n.until(`document.activeElement.getAttribute("aria-label") === ` + quote(pause))
		}
	})
}

// TestPickMany picks three hundred clients with one click.
func TestPickMany(t *testing.T) {
	inBoth(t, "at once, all or those that match", func(t *testing.T, lang string) {
		o, n := atWork(t, lang)
		must(t, storetest.AddClients(t.Context(), o.path, o.owner.TeamID, 300, time.Now()))
		n.planMailing("Tea", time.Now().Add(48*time.Hour))
		n.click("label", n.p.T("Selected clients"))
		selected := func(count int) {
			n.t.Helper()
			n.until(fmt.Sprintf(`document.querySelector("[data-count]").innerText === "%d"`, count))
		}
		selected(0)
		n.click(".picks label", "")
		selected(1)
		n.fill("[name=find]", "client000001") // 10 to 19
		n.click("button", n.p.T("Select all %d that match", 10))
		selected(11)
		n.fill("[name=find]", "")
		n.click("button", n.p.T("Select all %d", 301))
		selected(301)
		n.until(`document.activeElement.closest(".picker")`)
		n.until(`new Set([...document.querySelectorAll(".picks small")].map(e => e.getBoundingClientRect().x)).size === 1`)
		n.click(".picks label", "")
		selected(300)
		n.click("label", n.p.T("Now"))
		n.until(find("main button", n.p.T("Review and send to %d", 300)))
		n.click("button", n.p.T("Select all %d", 301))
		n.until(find("main button", n.p.T("Review and send to %d", 301)))
		n.click(".picks label", "")
		n.click("label", n.p.T("At a time"))
		selected(300)
		n.pressSave("")
		n.see(n.p.T("%d selected clients", 300))
		n.click("main a", n.p.T("Edit"))
		selected(300)
		n.click(".picks label", "")
		selected(299)
		n.reload() // what was picked is kept, also what the form does not list
		selected(299)
		n.until(`new Set([...document.querySelectorAll("[name=client_ids]:is(:checked, [type=hidden])")].map(e => e.value)).size === 299`)
		n.click("button", n.p.T("Select none"))
		selected(0)
	})
}
