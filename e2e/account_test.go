package e2e

import (
	"errors"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"postrider/domain"
	"postrider/locale"
	"postrider/store/storetest"
)

const newPassword = "seven green kettles sing"

func TestAccount(t *testing.T) {
	inBoth(t, "gets a new password for a forgotten one", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		p := serve(t, "--db", o.path, "--tick", "200ms")
		here, there := arrive(t, p.url, lang), arrive(t, p.url, lang)
		there.signIn(ownerEmail, storetest.Password)
		link := here.forget()
		there.open("/clients") // nothing has changed yet
		there.see(officeClient)
		here.resetPassword()
		there.click("nav a", there.p.T("Messages"))
		there.at("/login")
		here.deadLink(link)
		here.open("/login")
		here.fill("[name=email]", ownerEmail)
		here.fill("[name=password]", storetest.Password)
		here.press(kb.Enter)
		here.see(here.p.T("Wrong email address or password."))
		here.signIn(ownerEmail, newPassword)
	})
	inBoth(t, "shows at once what is changed in the profile", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		p := serve(t, "--db", o.path)
		n := arrive(t, p.url, lang)
		n.signIn(ownerEmail, storetest.Password)
		n.changeProfile()
	})
	inBoth(t, "signs out somewhere else", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		p := serve(t, "--db", o.path)
		here, there, third := arrive(t, p.url, lang), arrive(t, p.url, lang), stranger(t, p.url, lang)
		there.signIn(ownerEmail, storetest.Password)
		there.open("/mailings")
		here.signIn(ownerEmail, storetest.Password)
		here.open("/profile")
		here.look("profile-two")
		here.click("button", here.p.T("Sign out that device"))
		here.see(here.p.T("That device is signed out."))
		here.until(`document.querySelectorAll("main tbody tr").length === 1`)
		there.click(`tbody a[href$="/edit"]`, "") // htmx asks
		there.at("/login")
		there.forgive("status of 401")
		there.signIn(ownerEmail, storetest.Password)
		there.at("/mailings") // back to where they were
		third.get("/login").send("/login", map[string]string{"email": ownerEmail, "password": storetest.Password}).says(200, here.p.T("Sign out"))
		here.changePassword()
		there.click("nav a", there.p.T("Clients"))
		there.at("/login")
		if s := third.get("/clients"); s.url.Path != "/login" {
			t.Errorf("the third one comes to %s", s.url)
		}
	})
	inBoth(t, "moves to a new address, of which the old one hears", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		p := serve(t, "--db", o.path, "--tick", "200ms")
		n := arrive(t, p.url, lang)
		n.signIn(ownerEmail, storetest.Password)
		n.changeAddress("olga@example.com")
		if _, err := o.store.UserByEmail(t.Context(), ownerEmail); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the old address: %v", err)
		}
		n.click("header button", n.p.T("Sign out"))
		n.until(`document.querySelector('.account a[href="/login"]')`)
		n.signIn("olga@example.com", storetest.Password)
	})
	inBoth(t, "is sent the letter again that confirms it", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		p := serve(t, "--db", o.path, "--tick", "200ms")
		newUser, say := stranger(t, p.url, lang), locale.For(lang, nil)
		newUser.get("/signup").send("/signup", map[string]string{"email": newcomerEmail, "password": newcomerPassword}).
			says(200, say.T("We've sent you an email. Open the link in it within 24 hours to confirm your address."))
		first := newUser.letter(say.T("Confirm your address for Postrider")).link("/verify/")
		hourPassed(t, o.path)
		n := arrive(t, p.url, lang)
		n.resend(first)
	})
}

// forget asks for a new password and returns the path of the link in the letter, which it opens.
func (n newcomer) forget() string {
	n.t.Helper()
	n.open("/login")
	n.click("main a", n.p.T("Forgot your password?"))
	n.fill("[name=email]", "nobody")
	n.press(kb.Enter)
	n.until(`document.querySelector("#email[aria-invalid=true][value=nobody]")`)
	n.fill("[name=email]", ownerEmail)
	n.press(kb.Enter)
	n.see(n.p.T("If there's an account with this address, we've sent it an email. Open the link in it within 30 minutes to choose a new password."))
	n.look("login-forgot")
	n.openLetter(n.p.T("Reset your Postrider password"), ownerEmail)
	link := eval[string](n.browser, `document.querySelector('main a[href*="/reset/"]').pathname`)
	n.click(`main a[href*="/reset/"]`, "")
	return link
}

// resetPassword fills in the form behind the link.
func (n newcomer) resetPassword() {
	n.t.Helper()
	n.see(n.p.T("You'll be signed out everywhere. Sign in again with the new password."))
	n.fill("[name=password]", "short")
	n.press(kb.Enter)
	n.until(`document.querySelector("#password[aria-invalid=true]") === document.activeElement`)
	n.fill("[name=password]", newPassword)
	n.press(kb.Enter)
	n.at("/login")
	n.see(n.p.T("Your new password is set, and you've been signed out everywhere. Sign in with the new password."))
	n.look("login-new-password")
}

// hourPassed resets the count of letters sent: an address gets at most one an hour.
func hourPassed(t *testing.T, path string) {
	t.Helper()
	edit(t, path, `UPDATE letter_counts SET at = at - 3600000`)
	edit(t, path, `UPDATE invitations SET created_at = created_at - 3600000`)
}

// resend asks for the letter again, which makes the link in the first one invalid.
func (n newcomer) resend(first string) {
	n.t.Helper()
	n.open("/login")
	n.fill("[name=email]", newcomerEmail)
	n.fill("[name=password]", newcomerPassword)
	n.click("main button", n.p.T("Sign in"))
	n.see(n.p.T("Confirm your address first. Open the link in the email we sent you."))
	n.look("login-resend")
	n.click("main button", n.p.T("Send a new email"))
	n.at("/login")
	n.see(n.p.T("If an account with this address is waiting for confirmation, we've sent a new email. Open the link in it within 24 hours."))
	n.until(`(location.pathname === "/mailbox" || (location.href = "/mailbox", false)) &&
		[...document.querySelectorAll("tbody tr")].filter(r => r.innerText.includes(` + quote(newcomerEmail) + `)).length === 2`)
	n.openLetter(n.p.T("Confirm your address for Postrider"), newcomerEmail)
	second := eval[string](n.browser, `document.querySelector('main a[href*="/verify/"]').pathname`)
	n.deadLink(first)
	n.open(second)
	n.see(n.p.T("This confirms the account for %s. It was created in another browser, so choose a password now. The password typed there won't work.", newcomerEmail))
	n.click("main button", n.p.T("Confirm address"))
	n.until(`document.querySelector("#password[aria-invalid=true]") === document.activeElement`)
	n.look("verify-elsewhere")
	n.fill("[name=password]", newPassword)
	n.press(kb.Enter)
	n.see(n.p.T("Your address is confirmed, and you're signed in."))
	n.click("header button", n.p.T("Sign out"))
	n.until(`document.querySelector('.account a[href="/login"]')`)
	n.signIn(newcomerEmail, newPassword)
}
