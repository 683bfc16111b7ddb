package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/locale"
	"postrider/store"
	"postrider/store/storetest"
)

// wantMailings fails unless the office has so many mailings.
func (o office) wantMailings(t *testing.T, want int) {
	t.Helper()
	page, err := o.store.Mailings(t.Context(), o.owner.TeamID, store.MailingQuery{})
	if err != nil || page.Total != want {
		t.Errorf("%d mailings, want %d; %v", page.Total, want, err)
	}
}

// TestUnasked saves, resumes and edits what would go out at once.
func TestUnasked(t *testing.T) {
	inBoth(t, "nothing goes out before somebody has said yes to it", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		p := serve(t, "--db", o.path, "--tick", "1h")
		n := arrive(t, p.url, lang)
		n.signIn(ownerEmail, storetest.Password)
		n.open("/mailings/new")
		n.fill("[name=name]", "At once & now")
		n.choose("[name=message_id]", fmt.Sprint(o.mailing.MessageID))
		save := `document.querySelector("#mailing-new-save").textContent.trim()`
		n.until(save + ".startsWith(" + quote(strings.TrimSpace(n.p.T("Schedule for %s", ""))) + ")")
		n.click("label", n.p.T("Now"))
		n.until(save + " === " + quote(n.p.T("Review and send to %d", 1)))
		n.until(`!document.querySelector("[name=starts_at]").checkVisibility()`)
		n.look("mailing-new-now")
		n.click("#mailing-new-save", "")
		n.see(n.p.T("Send to %d clients now?", 1))
		n.see(n.p.T("From"))
		n.look("send-now")
		o.wantMailings(t, 1)
		n.click("main button", n.p.T("Back"))
		n.until(`document.querySelector("[name=name]")?.value === "At once & now" && document.querySelector("[name=begin][value=now]").checked`)
		n.click("#mailing-new-save", "")
		n.twice("main button", n.p.T("Send to %d now", 1))
		n.see(n.p.T("The emails are on their way."))
		o.wantMailings(t, 2)

		n.open("/mailings")
		past := domain.LocalTimeOf(time.Now().Add(-time.Hour), time.UTC).String()
		n.click(fmt.Sprintf(`#mailing-%d a[href$="/edit"]`, o.mailing.ID), "")
		n.choose("tr.editing [name=starts_at]", past)
		row := fmt.Sprintf("#mailing-%d-save", o.mailing.ID)
		n.until(`document.querySelector("` + row + `").textContent.trim() === ` + quote(n.p.T("Review and send to %d", 1)))
		n.click(row, "")
		n.see(n.p.T("Send to %d clients now?", 1))
		n.look("send-now-row")
		n.click("tr.editing button", n.p.T("Back"))
		n.until(`document.querySelector("tr.editing [name=starts_at]")?.value === ` + quote(past))
		n.until(`document.querySelector("` + row + `").textContent.trim() === ` + quote(n.p.T("Review and send to %d", 1)))
		n.click("tr.editing a", n.p.T("Cancel"))
		n.until(`!document.querySelector("tr.editing")`)
		o.wantMailings(t, 2)
	})
}

// TestPlainUnasked is TestUnasked without scripts.
func TestPlainUnasked(t *testing.T) {
	for _, lang := range languages() {
		t.Run("nothing goes out by plain forms before somebody has said yes to it, in "+lang, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t, lang)
			p := serve(t, "--db", o.path, "--tick", "1h")
			b, say := o.plain(t, p.url, ownerEmail, lang), locale.For(lang, nil)
			form := b.get("/mailings/new").says(200, say.T("Schedule"))
			past := domain.LocalTimeOf(time.Now().Add(-time.Hour), time.UTC).String()
			asked := form.send("/mailings", map[string]string{"name": "In the past", "message_id": fmt.Sprint(o.mailing.MessageID), "starts_at": past,
				"time_zone": "UTC"}).says(200, say.T("Send to %d clients now?", 1), say.T("Send to %d now", 1))
			o.wantMailings(t, 1)
			back := asked.send("/mailings", map[string]string{"back": "1"}).says(200, say.T("New mailing"))
			asked = back.send("/mailings", nil).says(200, "In the past", say.T("Send to %d clients now?", 1))
			o.wantMailings(t, 1)
			for range 2 {
				asked.send("/mailings", nil).says(200, "In the past", say.T("Next sends"))
			}
			o.wantMailings(t, 2)
		})
	}
}
