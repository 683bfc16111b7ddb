package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"postrider/store/storetest"
)

func TestUnsaved(t *testing.T) {
	inBoth(t, "text stays when Esc is pressed on a page, and a row ends", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		p := serve(t, "--db", o.path)
		n := arrive(t, p.url, lang)
		n.signIn(ownerEmail, storetest.Password)
		n.open("/messages/1/edit")
		n.escapeIn("[name=subject]")
		n.open("/mailings/new?audience=clients")
		n.fill("[name=name]", "Not to be lost")
		n.escapeIn("[type=search]")
		n.open("/mailings")
		n.click(fmt.Sprintf("#mailing-%d .actions a", o.mailing.ID), "")
		n.click("tr.editing [name=audience][value=clients]", "")
		n.escapeIn("tr.editing [type=search]")
		n.fill("tr.editing [name=name]", "Dropped")
		n.press(kb.Escape)
		n.until(fmt.Sprintf(`!document.querySelector("tr.editing") && document.querySelector("#mailing-%d")`, o.mailing.ID))
		n.askedToLeave(false)
	})
	inBoth(t, "text is asked about before its page is left", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		p := serve(t, "--db", o.path)
		n := arrive(t, p.url, lang)
		n.signIn(ownerEmail, storetest.Password)
		forms := []struct{ path, form, field string }{
			{"/messages/1/edit", "main", "subject"},
			{fmt.Sprintf("/clients/%d/edit", o.client.ID), "main", "comment"},
			{fmt.Sprintf("/mailings/%d/edit", o.mailing.ID), "main", "name"},
			{"/profile", "form[action='/profile']", "name"},
		}
		for _, f := range forms {
			in := fmt.Sprintf("%s [name=%s]", f.form, f.field)
			n.open(f.path)
			n.click(in, "")
			n.click(".top a[href='/mailings']", "")
			n.at("/mailings")
			if n.askedToLeave(true) != 0 {
				t.Errorf("%s asks although nothing has changed", f.path)
			}
			n.open(f.path)
			n.click(in, "")
			n.fill(in, "Typed with care")
			n.click(".top a[href='/mailings']", "")
			wait(t, "the question on "+f.path, func() bool { return n.askedToLeave(true) == 1 })
			if !n.is(fmt.Sprintf(`document.querySelector(%s).value === "Typed with care"`, quote(in))) {
				t.Errorf("%s has lost what was typed", f.path)
			}
			n.click(f.form+" button:not([type=button])", n.p.T("Save"))
			n.until(`document.querySelector(".toast-good")`)
			n.click(".top a[href='/clients']", "")
			n.at("/clients")
			if n.askedToLeave(false) != 0 {
				t.Errorf("%s asks although it is saved", f.path)
			}
		}
	})
	inBoth(t, "text that has a mistake is asked about as well", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		p := serve(t, "--db", o.path)
		n := arrive(t, p.url, lang)
		n.signIn(ownerEmail, storetest.Password)
		n.open("/messages/new")
		n.click("[name=body]", "")
		n.fill("[name=body]", "A text without a subject")
		n.click("main .actions button:not([type=button])", n.p.T("Save"))
		n.until(`document.querySelector(".problems")`)
		n.click(".problems a", "")
		n.askedToLeave(true)
		n.click(".top a[href='/mailings']", "")
		wait(t, "the question", func() bool { return n.askedToLeave(false) == 1 })
		if !n.is(`document.querySelector("[name=body]").value === "A text without a subject"`) {
			t.Error("what was typed is lost")
		}
	})
}

// escapeIn types into a field of a form on the page and presses Esc, which leads nowhere.
func (n newcomer) escapeIn(field string) {
	n.t.Helper()
	path := eval[string](n.browser, "location.pathname")
	n.fill(field, "Not to be lost")
	n.press(kb.Escape)
	n.is("true") // a page that is left is not there any more
	if !n.is(fmt.Sprintf(`location.pathname === %s && document.querySelector(%s)`, quote(path), quote(field))) {
		n.t.Fatalf("Esc in %s leads away", field)
	}
	if !n.is(fmt.Sprintf(`document.querySelector(%s).matches("[type=search]") || document.querySelector(%[1]s).value === "Not to be lost"`, quote(field))) {
		n.t.Errorf("Esc in %s throws away what was typed", field)
	}
}
