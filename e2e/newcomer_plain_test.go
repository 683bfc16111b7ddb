package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/locale"
)

func TestNewcomerWithoutScripts(t *testing.T) {
	for _, lang := range languages() {
		t.Run("gets just as far, in "+lang, func(t *testing.T) {
			t.Parallel()
			p := serve(t, "--db", filepath.Join(t.TempDir(), "postrider.db"), "--tick", "200ms")
			b := stranger(t, p.url, lang)
			say := locale.For(lang, nil)
			b.signUp(say, newcomerEmail)
			b.addClients(say)
			b.writeMessage(say)
			b.sendMailing(say)
			b.readLetters()
			b.manage(say)
		})
	}
}

// letter waits for a letter in the mailbox and opens it.
func (b *plain) letter(subject string) sheet {
	b.t.Helper()
	var box sheet
	wait(b.t, "the letter "+subject, func() bool {
		box = b.get("/mailbox")
		return strings.Contains(box.text(), subject)
	})
	return box.follow(subject)
}

func (b *plain) signUp(p *locale.Printer, email string) {
	b.t.Helper()
	form := b.get("/").says(200, p.T("Mailings that arrive once and on time")).follow("/signup")
	form = form.send("/signup", map[string]string{"email": email, "name": "Vera", "password": "short"}).
		says(422, p.T("Use at least %d characters.", domain.MinPassword))
	if v := form.send("/signup", nil); v.status != 422 {
		b.t.Errorf("a form without a password was answered %d", v.status)
	}
	form.send("/signup", map[string]string{"password": newcomerPassword}). // the other fields are kept
										says(200, p.T("We've sent you an email. Open the link in it within 24 hours to confirm your address."))
	verify := b.letter(p.T("Confirm your address for Postrider")).follow("/verify/").says(200, p.T("Confirm your address"))
	verify.send(verify.url.Path, nil).says(200, p.T("Your address is confirmed, and you're signed in."), p.T("Four steps to your first mailing:"))
}

func (b *plain) addClients(p *locale.Printer) {
	b.t.Helper()
	for _, person := range people {
		fields := map[string]string{"email": person.email, "full_name": person.name}
		b.get("/clients").follow("/clients/new").send("/clients", fields).
			says(200, p.T("Added %s.", person.email), person.name)
	}
	b.get("/clients/new").send("/clients", map[string]string{"email": people[0].email, "full_name": "Another"}).
		says(422, p.T("A client with this address already exists."))
	edit := b.get("/clients").follow(people[2].email).follow("/edit").says(200, p.T("Edit client"))
	edit.send(strings.TrimSuffix(edit.url.Path, "/edit"), map[string]string{"comment": "Likes tea"}).says(200, "Likes tea")
	edit.send(strings.TrimSuffix(edit.url.Path, "/edit"), map[string]string{"comment": "Likes coffee"}).
		says(409, p.T("Someone else saved a newer version while you were editing."), "Likes tea")
}

func (b *plain) writeMessage(p *locale.Printer) {
	b.t.Helper()
	form := b.get("/messages").follow("/messages/new").
		send("/messages", map[string]string{"subject": "News for {{first_name|friend}}", "body": "Dear {{nme}}"}).
		says(422, "{{nme}}")
	form.send("/messages", map[string]string{"body": "Dear {{name|friend}}, **tea** is ready."}).
		says(200, p.T("Saved the message “%s”.", "News for {{first_name|friend}}"))
}

func (b *plain) sendMailing(p *locale.Printer) {
	b.t.Helper()
	form := b.get("/messages").follow("News for").follow("/mailings/new?message_id=")
	fields := map[string]string{"name": "Tea", "starts_at": domain.LocalTimeOf(time.Now(), time.UTC).String(), "time_zone": "UTC",
		"ends_at": "2020-01-01T10:00"}
	form = form.send("/mailings", fields)
	if form.status != 422 {
		b.t.Fatalf("a window that ends before it starts was answered %d: %s", form.status, form.text())
	}
	page := form.send("/mailings", map[string]string{"ends_at": ""}).
		says(200, p.T("Saved. The mailing goes out automatically at the scheduled time."))
	wait(b.t, "the mailing to complete", func() bool {
		text := b.get(page.url.Path).text()
		return strings.Contains(text, p.T("Completed")) && strings.Contains(text, p.T("%d of %d sent", 3, 3))
	})
	for _, person := range people {
		b.get(page.url.Path+"/log").says(200, person.email, p.T("Sent"))
	}
}

func (b *plain) readLetters() {
	b.t.Helper()
	for _, person := range people {
		letter := b.letter("News for "+person.first).says(200, person.email, fmt.Sprintf("Dear %s, tea is ready.", person.name))
		b.get(letter.url.Path+"/html").says(200, fmt.Sprintf("Dear %s, tea is ready.", person.name))
	}
}

// manage pauses, resumes and deletes a mailing that has not started, changes the language and signs out.
func (b *plain) manage(p *locale.Printer) {
	b.t.Helper()
	form := b.get("/messages").follow("News for").follow("/mailings/new?message_id=")
	later := domain.LocalTimeOf(time.Now().Add(48*time.Hour), time.UTC).String()
	page := form.send("/mailings", map[string]string{"name": "Coffee", "starts_at": later, "time_zone": "UTC"}).says(200, "Coffee")
	path := page.url.Path
	page = page.send(path+"/pause", nil).says(200, p.T("Paused: nothing goes out and no new send starts."))
	page = page.send(path+"/resume", nil).says(200, p.T("Mailing resumed."))
	page.send(path+"/delete", nil).says(200, p.T("Deleted “%s”.", "Coffee"))
	b.get(path).says(404, "")
	other := locale.For(map[string]string{locale.English: locale.Russian, locale.Russian: locale.English}[b.lang], nil)
	b.load(http.MethodPost, "/language", url.Values{"lang": {other.Lang()}, "next": {"/clients"}}).says(200, other.T("Sign out"))
	b.get("/clients").send("/logout", nil).says(200, other.T("Sign in"))
	if s := b.get("/clients"); s.url.Path != "/login" {
		b.t.Errorf("a stranger who wants the clients comes to %s", s.url)
	}
}
