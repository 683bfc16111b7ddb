package e2e

import (
	"fmt"
	"strings"
	"testing"

	"postrider/locale"
	"postrider/store/storetest"
)

// endSessions ends the sessions of everybody.
func (o office) endSessions(t *testing.T) {
	t.Helper()
	edit(t, o.path, `DELETE FROM sessions`)
}

// signInElsewhere signs in as another tab of the same browser does.
func (n newcomer) signInElsewhere() {
	n.t.Helper()
	if !eval[bool](n.browser, fmt.Sprintf(`fetch("/login", { method: "POST", body: new URLSearchParams({ email: %q, password: %q }) }).then((a) => a.ok)`,
		ownerEmail, storetest.Password)) {
		n.fail("the other tab cannot sign in")
	}
}

// reload loads the page again.
func (n newcomer) reload() {
	n.t.Helper()
	eval[bool](n.browser, `(window.leaving = true, location.reload(), true)`)
	n.until(`!window.leaving && document.readyState === "complete"`)
}

func TestEndedSession(t *testing.T) {
	inBoth(t, "keeps what was typed into a plain form", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		n := arrive(t, serve(t, "--db", o.path).url, lang)
		n.signIn(ownerEmail, storetest.Password)
		n.open("/messages/new")
		n.fill("[name=subject]", "Rye")
		n.fill("[name=body]", "Two\n\nparagraphs, {{name}}")
		o.endSessions(t)
		n.click("main button", n.p.T("Save"))
		n.until(`document.querySelector("form[action='/login']")`)
		n.look("login-kept")
		n.fill("[name=email]", ownerEmail)
		n.fill("[name=password]", storetest.Password)
		n.click("main button", n.p.T("Sign in"))
		n.see(n.p.T("You're signed in again. This is what you typed. It isn't saved yet."))
		n.until(`document.querySelector("[name=subject]").value === "Rye" && document.querySelector("[name=body]").value === "Two\n\nparagraphs, {{name}}"`)
		n.click("main button", n.p.T("Save"))
		n.see(n.p.T("Saved the message “%s”.", "Rye"))
		n.forgive("status of 401")
		n.open("/messages/new")
		n.until(`document.querySelector("[name=subject]").value === "" && !document.querySelector(".note")`)
	})
	inBoth(t, "leaves the form of a mailing where it is, with one note", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		n := arrive(t, serve(t, "--db", o.path).url, lang)
		n.signIn(ownerEmail, storetest.Password)
		n.open("/mailings/new")
		n.stay()
		n.fill("[name=name]", "Rye")
		n.choose("[name=message_id]", fmt.Sprint(o.mailing.MessageID))
		o.endSessions(t)
		note := n.p.T("You've been signed out. What you typed is still here. Sign in, then try again.")
		n.click("label", n.p.T("Weekly"))
		n.see(note)
		n.look("signed-out")
		n.pressSave("main ")
		n.until(`performance.getEntriesByType("resource").some(e => e.name.endsWith("/mailings") && e.responseStatus === 401)`)
		n.until(`document.querySelectorAll("#signed-out p").length === 1 && !document.querySelector(".toast")`)
		n.signInElsewhere()
		n.click("label", n.p.T("Daily"))
		n.until(`!document.body.innerText.includes(` + quote(note) + `) && document.querySelectorAll("ol.coming li").length === 5`)
		n.stayed()
		n.pressSave("main ")
		n.see(n.p.T("Saved. The mailing goes out automatically at the scheduled time."))
		n.forgive("status of 401")
	})
	inBoth(t, "leaves a page that asks for news where it is", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		soon := o.planSoon(t)
		n := arrive(t, serve(t, "--db", o.path).url, lang)
		n.signIn(ownerEmail, storetest.Password)
		n.open(fmt.Sprintf("/mailings/%d", soon.ID))
		n.stay()
		n.until(find("main button", n.p.T("Pause")))
		o.endSessions(t)
		n.see(n.p.T("Sign in in a new tab"))
		n.until(`performance.getEntriesByType("resource").filter(e => e.responseStatus === 401).length > 1`)
		n.until(`document.querySelectorAll("#signed-out p").length === 1`)
		n.signInElsewhere()
		n.until(`!document.querySelector("#signed-out p")`)
		n.stayed()
		n.forgive("status of 401")
	})
}

func TestPlainEndedSession(t *testing.T) {
	for _, lang := range languages() {
		t.Run("keeps what was typed without scripts, in "+lang, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t, lang)
			p := locale.For(lang, nil)
			b := o.plain(t, serve(t, "--db", o.path).url, ownerEmail, lang)
			for _, c := range o.clashes("") {
				editor := b.get(c.path + "/edit")
				o.endSessions(t)
				kept := editor.send(c.path, c.mine)
				kept.says(401, p.T("You've been signed out, so nothing was saved. Sign in, and the form is here again with what you typed."))
				again := kept.send("/login", map[string]string{"email": ownerEmail, "password": storetest.Password})
				again.says(200, p.T("You're signed in again. This is what you typed. It isn't saved yet."))
				again.send(c.path, nil).says(200, c.mine[c.keep])
				if got := c.saved(t); got[c.take] != c.mine[c.take] || got[c.keep] != c.mine[c.keep] {
					t.Errorf("of the %s is kept %q", c.name, got)
				}
			}
		})
	}
}

func TestDraft(t *testing.T) {
	inBoth(t, "outlives a reload, and ends with the saving, discarding and signing out", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		far := storetest.Client(t, o.store, o.owner.TeamID, "far@example.com")
		for i := range 120 {
			storetest.Client(t, o.store, o.owner.TeamID, fmt.Sprintf("later%d@example.com", i))
		}
		n := arrive(t, serve(t, "--db", o.path).url, lang)
		n.signIn(ownerEmail, storetest.Password)
		kept := n.p.T("This is what you typed before. It isn't saved yet.")
		n.open("/messages/new")
		n.fill("[name=subject]", "Rye")
		n.fill("[name=body]", "Flour and water")
		n.reload()
		n.see(kept)
		n.look("draft")
		n.until(`document.querySelector("[name=subject]").value === "Rye" && document.querySelector("[name=body]").value === "Flour and water"`)
		n.seeInFrame("Flour and water")
		n.click("main button", n.p.T("Discard it"))
		n.until(`document.querySelector("[name=subject]")?.value === "" && !document.querySelector("form .note")`)
		n.fill("[name=subject]", "Wheat")
		n.fill("[name=body]", "x")
		n.click("main button", n.p.T("Save"))
		n.see(n.p.T("Saved the message “%s”.", "Wheat"))
		n.open("/messages/new")
		n.until(`document.readyState === "complete" && document.querySelector("[name=subject]").value === "" && !document.querySelector("form .note")`)

		n.open(fmt.Sprintf("/mailings/%d/edit", o.mailing.ID))
		n.click("label", n.p.T("Selected clients"))
		n.fill("[name=find]", "far@")
		n.until(fmt.Sprintf(`document.querySelectorAll(".picks input").length === 1 && document.querySelector(".picks input").value === "%d"`, far.ID))
		n.click(".picks label", "")
		n.fill("[name=find]", "later7@")
		n.until(`document.querySelectorAll(".picks input").length === 2`)
		n.reload()
		n.see(kept)
		n.until(fmt.Sprintf(`document.querySelector(".picks input[type=checkbox][value='%d']")?.checked && !document.querySelector(".picks [type=hidden]")`, far.ID))
		n.signOut()
		n.at("/")
		n.signIn(ownerEmail, storetest.Password)
		n.open(fmt.Sprintf("/mailings/%d/edit", o.mailing.ID))
		n.until(`document.readyState === "complete" && document.querySelector("[name=audience]").checked && !document.querySelector("form .note")`)
	})
	inBoth(t, "of a text that a colleague has changed meanwhile shows both", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		n := arrive(t, serve(t, "--db", o.path).url, lang)
		n.signIn(ownerEmail, storetest.Password)
		n.open(fmt.Sprintf("/messages/%d/edit", o.mailing.MessageID))
		n.fill("[name=subject]", "Mine")
		edit(t, o.path, `UPDATE messages SET subject = 'Theirs', version = version + 1 WHERE id = $1`, o.mailing.MessageID)
		n.reload()
		n.until(`document.querySelector("[name=subject]").value === "Mine"`)
		n.click("main button", n.p.T("Save"))
		n.see(n.p.T("Someone else saved a newer version while you were editing."))
		n.see("Theirs")
		n.forgive("status of 409")
	})
	inBoth(t, "is there again after a form that was too large", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		n := arrive(t, serve(t, "--db", o.path).url, lang)
		n.signIn(ownerEmail, storetest.Password)
		n.open("/messages/new")
		n.fill("[name=subject]", "Long")
		n.fill("[name=body]", strings.Repeat("much ", 1<<18))
		n.click("main button", n.p.T("Save"))
		n.see(n.p.T("The form is larger than 1 MB, so nothing was saved. Go back: what you typed is still in the form. Shorten the text and try again."))
		n.forgive("status of 413")
		eval[bool](n.browser, `(history.back(), true)`)
		n.until(`document.querySelector("[name=subject]")?.value === "Long" && document.querySelector("[name=body]").value.length === 5 << 18`)
		n.open("/clients") // where no preview is asked for any more
		n.forgive("status of 413")
	})
}
