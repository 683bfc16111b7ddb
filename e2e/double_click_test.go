package e2e

import (
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/locale"
	"postrider/store"
	"postrider/store/storetest"
)

// TestDoubleClick clicks twice where one click is meant: a duplicate mailing would send everyone two emails.
func TestDoubleClick(t *testing.T) {
	browserPath(t)
	path, _ := prepared(t, 1)
	p := serve(t, "--db", path, "--tick", "1h")
	b := browse(t, p.url, locale.English)
	say := locale.For(locale.English, nil)
	b.open("/login")
	b.fill("[name=email]", "owner@example.com")
	b.fill("[name=password]", storetest.Password)
	b.twice("main button", say.T("Sign in"))
	b.see(say.T("Mailings"))

	b.open("/messages/new")
	b.fill("[name=subject]", "Only one")
	b.fill("[name=body]", "Text")
	b.twice("button", say.T("Save"))
	b.see(say.T("Saved the message “%s”.", "Only one"))
	b.open("/mailings/new")
	b.fill("[name=name]", "Only one mailing")
	b.choose("[name=message_id]", eval[string](b, `document.querySelector("[name=message_id] option:last-child").value`))
	b.choose("[name=starts_at]", domain.LocalTimeOf(time.Now().Add(48*time.Hour), time.UTC).String())
	b.twice("button", say.T("Save"))
	b.see(say.T("Saved. The mailing goes out automatically at the scheduled time."))

	db := storetest.OpenAt(t, path)
	u, err := db.UserByEmail(t.Context(), "owner@example.com")
	if err != nil {
		t.Fatal(err)
	}
	messages, err := db.Messages(t.Context(), u.TeamID, store.MessageQuery{Q: "only one"})
	if err != nil || messages.Total != 1 {
		t.Errorf("%d messages, %v", messages.Total, err)
	}
	if n := strings.Count(eval[string](b, "document.querySelector('main').innerText"), "Only one mailing"); n != 1 {
		t.Errorf("the list shows the mailing %d times", n)
	}
}

// twice clicks a button twice before the first click can have an effect.
func (b *browser) twice(selector, text string) {
	b.t.Helper()
	b.until(find(selector, text) + ` && document.readyState === "complete"`)
	eval[bool](b, "(e => { e.click(); e.click(); return true })("+find(selector, text)+")")
}
