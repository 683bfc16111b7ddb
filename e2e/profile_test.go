package e2e

import (
	"database/sql"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"postrider/locale"
	"postrider/store/storetest"
)

// changeProfile changes the name, the time zone and the language.
func (n newcomer) changeProfile() {
	n.t.Helper()
	n.click("header .who", "")
	n.at("/profile")
	n.look("profile")
	n.fill("[name=name]", "Olga Other")
	n.choose("[name=time_zone]", "Asia/Tokyo")
	n.click("main button", n.p.T("Save"))
	n.see(n.p.T("Saved."))
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		n.t.Fatal(err)
	}
	n.until(`document.querySelector("[name=name]").value === "Olga Other" && [...document.querySelectorAll("main time")].some(e =>
		e.title === "Asia/Tokyo")`)
	since := eval[string](n.browser, `document.querySelector("main time").dateTime`)
	at, err := time.Parse(time.RFC3339, since)
	if err != nil {
		n.t.Fatal(err)
	}
	n.see(locale.For(n.p.Lang(), tokyo).Time(at))
	other := map[string]string{locale.English: locale.Russian, locale.Russian: locale.English}[n.p.Lang()]
	n.choose("[name=language]", other)
	n.click("main button", n.p.T("Save"))
	n.until("document.documentElement.lang === " + quote(other))
	n.see(locale.For(other, nil).T("Saved."))
	n.open("/team")
	n.see("Olga Other")
	n.see(locale.For(other, nil).T("Members"))
}

// changePassword changes the password in the profile, with mistakes first.
func (n newcomer) changePassword() {
	n.t.Helper()
	n.fill("[name=current]", "not my password")
	n.fill("#password-password", newPassword)
	n.press(kb.Enter)
	n.until(`document.querySelector("#password-current[aria-invalid=true]") === document.activeElement`)
	n.see(n.p.T("This isn't your password."))
	n.look("profile-wrong-password")
	n.fill("[name=current]", storetest.Password)
	n.fill("#password-password", newPassword)
	n.press(kb.Enter)
	n.see(n.p.T("Password changed. You've been signed out everywhere else."))
}

// changeAddress changes the account's address and reads both letters about it.
func (n newcomer) changeAddress(email string) {
	n.t.Helper()
	n.open("/profile")
	n.fill("[name=email]", email)
	n.fill("#address-password", "not my password")
	n.press(kb.Enter)
	n.until(`document.querySelector("#address-password[aria-invalid=true]") === document.activeElement && document.querySelector("[name=email]").value === ` + quote(email))
	n.look("profile-address-mistake")
	n.fill("#address-password", storetest.Password)
	n.press(kb.Enter)
	n.see(n.p.T("We've sent an email to %s. Your address changes when you open the link in it.", email))
	n.until(`document.querySelector(".who").textContent === ` + quote(ownerEmail))
	n.openLetter(n.p.T("Your Postrider address is about to change"), ownerEmail)
	n.openLetter(n.p.T("Confirm your new address for Postrider"), email)
	link := eval[string](n.browser, `document.querySelector('main a[href*="/email/"]').pathname`)
	n.click(`main a[href*="/email/"]`, "")
	n.see(n.p.T("This changes the address of the account %s to %s. From then on, sign in with the new address.", ownerEmail, email))
	n.look("email-confirm")
	n.click("main button", n.p.T("Confirm address"))
	n.at("/profile")
	n.see(n.p.T("Your new address is confirmed."))
	n.until(`document.querySelector(".who").textContent === ` + quote(email))
	n.deadLink(link)
}

// TestDeletingAnAccount: a wrong confirmation deletes nothing, the right one everything.
func TestDeletingAnAccount(t *testing.T) {
	inBoth(t, "takes the team of its only member along", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		other := o.hire(t, colleagueEmail, "Carl", lang)
		storetest.Client(t, o.store, other.TeamID, "kept@example.com")
		p := serve(t, "--db", o.path, "--tick", "50ms")
		n := arrive(t, p.url, lang)
		n.signIn(ownerEmail, storetest.Password)
		before := rowsOf(t, o.path)
		n.confirmWrongly()
		if now := rowsOf(t, o.path); now != before {
			t.Errorf("a wrong confirmation left %+v of %+v", now, before)
		}
		n.fill("[name=email]", ownerEmail)
		n.fill("[name=password]", storetest.Password)
		n.click("main button", n.p.T("Delete account permanently"))
		n.at("/login")
		n.see(n.p.T("Your account has been deleted."))
		n.look("login-deleted")
		left := rows{users: 1, teams: 1, clients: 1, sessions: 0}
		wait(t, "all of the team to be gone", func() bool { return rowsOf(t, o.path) == left })
		n.open("/clients")
		n.at("/login")
		n.fill("[name=email]", ownerEmail)
		n.fill("[name=password]", storetest.Password)
		n.press(kb.Enter)
		n.see(n.p.T("Wrong email address or password."))
	})
}

// confirmWrongly reads what would be deleted, cancels, and then enters another account's address and a wrong password.
func (n newcomer) confirmWrongly() {
	n.t.Helper()
	n.open("/profile")
	n.click("main a", n.p.T("Delete account"))
	for _, text := range []string{"%d clients", "%d messages", "%d mailings"} {
		n.see(n.p.T(text, 1))
	}
	n.look("profile-delete")
	n.click("main a", n.p.T("Cancel"))
	n.at("/profile")
	n.click("main a", n.p.T("Delete account"))
	n.fill("[name=email]", "else@example.com")
	n.fill("[name=password]", storetest.Password)
	n.click("main button", n.p.T("Delete account permanently"))
	n.see(n.p.T("This isn't the address of your account."))
	n.until(`document.querySelector("#email[aria-invalid=true]").value === "else@example.com"`)
	n.look("profile-delete-wrong")
	n.fill("[name=email]", ownerEmail)
	n.fill("[name=password]", "not my password")
	n.click("main button", n.p.T("Delete account permanently"))
	n.see(n.p.T("This isn't your password."))
	n.until(`document.querySelector("[name=email]").value === ` + quote(ownerEmail))
}

// rows counts what a database stores about people and teams.
type rows struct{ users, teams, clients, messages, mailings, sessions, tokens, invitations int }

func rowsOf(t *testing.T, path string) (r rows) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM teams), (SELECT count(*) FROM clients),
		(SELECT count(*) FROM messages), (SELECT count(*) FROM mailings), (SELECT count(*) FROM sessions), (SELECT count(*) FROM tokens),
		(SELECT count(*) FROM invitations)`).Scan(&r.users, &r.teams, &r.clients, &r.messages, &r.mailings, &r.sessions, &r.tokens, &r.invitations)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
