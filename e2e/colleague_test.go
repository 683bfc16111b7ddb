package e2e

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/mail"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"postrider/mail/mailtest"
	"postrider/store/storetest"
)

func TestColleague(t *testing.T) {
	inBoth(t, "is invited, joins, and is removed", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		soon := o.planSoon(t)
		p := serve(t, "--db", o.path, "--tick", "200ms")
		owner, colleague := arrive(t, p.url, lang), arrive(t, p.url, lang)
		owner.signIn(ownerEmail, storetest.Password)
		link := owner.invite(colleagueEmail)
		owner.see(owner.p.T("An email is on its way. You can also give your colleague this link:"))
		owner.look("team-invited")
		colleague.openLetter(colleague.p.T("Invitation to Postrider"), colleagueEmail)
		colleague.see(ownerName)
		colleague.click(`main a[href*="/invite/"]`, "")
		colleague.firstMinute(o)
		colleague.deadLink(link)
		colleague.look("link-used")
		owner.meetColleague()
		colleague.open(fmt.Sprintf("/mailings/%d", soon.ID))
		colleague.see(soon.Name)
		owner.removeColleague()
		colleague.isOut(o)
	})
	inBoth(t, "sees what the other deletes leave the list", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		soon := o.planSoon(t)
		o.share(t, colleagueEmail, lang)
		p := serve(t, "--db", o.path)
		owner, colleague := arrive(t, p.url, lang), arrive(t, p.url, lang)
		owner.signIn(ownerEmail, storetest.Password)
		colleague.signIn(colleagueEmail, storetest.Password)
		colleague.open("/mailings")
		colleague.see(soon.Name)
		owner.open(fmt.Sprintf("/mailings/%d", soon.ID))
		owner.click("main button", owner.p.T("Delete"))
		owner.see(owner.p.T("Deleted “%s”.", soon.Name))
		owner.forgive("status of 404") // its own page may ask once more while the mailing is being deleted
		colleague.until(fmt.Sprintf(`document.querySelector("#mailing-%d") && !document.querySelector("#mailing-%d, .toast")`, o.mailing.ID, soon.ID))
		colleague.forgive("status of 404")
	})
	inBoth(t, "who has a team already moves over, and leaves again", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		u := o.hire(t, colleagueEmail, "Carl", lang)
		left := storetest.Client(t, o.store, u.TeamID, "left@example.com")
		p := serve(t, "--db", o.path, "--tick", "200ms")
		owner, colleague := arrive(t, p.url, lang), arrive(t, p.url, lang)
		owner.signIn(ownerEmail, storetest.Password)
		link := owner.invite(colleagueEmail)
		owner.open(link) // it is not for the owner
		owner.see(owner.p.T("You're signed in as %s, but the invitation is for %s. Sign out, then open the link again.", ownerEmail, colleagueEmail))
		owner.look("invite-other")
		colleague.moveOver(link, left.Email)
		colleague.leave()
		owner.open("/team")
		owner.until(`document.querySelectorAll("[id^=member-]").length === 1 && !document.querySelector('a[href="/team/leave"]')`)
	})
	inBoth(t, "who is not wanted any more finds a page that says so", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		p := serve(t, "--db", o.path)
		owner, colleague := arrive(t, p.url, lang), arrive(t, p.url, lang)
		owner.signIn(ownerEmail, storetest.Password)
		old := owner.invite(colleagueEmail)
		colleague.open(old)
		hourPassed(t, o.path)
		owner.click("button", owner.p.T("New link for %s", colleagueEmail))
		owner.until(`!document.querySelector("#invite-link").value.endsWith(` + quote(old) + `)`)
		link := owner.shownLink()
		colleague.click("main button", colleague.p.T("Send me the email"))
		colleague.see(colleague.p.T("The invitation has been used, has been withdrawn, or is more than seven days old. Ask the person who invited you for a new link.")) // and the form stays
		colleague.forgive(old)
		colleague.open(link)
		colleague.see(colleague.p.T("Join the team “%s”", ownerName))
		owner.click("button", owner.p.T("Withdraw the invitation for %s", colleagueEmail))
		owner.see(owner.p.T("The invitation for %s is withdrawn.", colleagueEmail))
		owner.see(owner.p.T("No open invitations."))
		owner.until(`!document.querySelector("#invite-link")`)
		colleague.deadLink(link)
	})
}

// TestInvitationWhileRelayDown: the page says that the letter is waiting. An account joins with the link on the page, and a stranger asks
// for the letter, which arrives once the relay is up.
func TestInvitationWhileRelayDown(t *testing.T) {
	inBoth(t, "is handed over by hand", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		relay := mailtest.New(t, mailtest.Config{})
		relay.Stop()
		p := serve(t, "--db", o.path, "--smtp", relay.URL(), "--tick", "50ms")
		owner, colleague := arrive(t, p.url, lang), arrive(t, p.url, lang)
		owner.signIn(ownerEmail, storetest.Password)
		owner.invite("first@example.com") // its letter discovers that the relay is down
		waits := owner.p.T("The mail server is down, so the email is waiting. You can give your colleague this link:")
		wait(t, "the page to say that the letter waits", func() bool {
			hourPassed(t, o.path)
			owner.click("button", owner.p.T("New link for %s", "first@example.com"))
			owner.until(`document.activeElement.id === "invited"`)
			return owner.is("document.body.innerText.includes(" + quote(waits) + ")")
		})
		o.hire(t, colleagueEmail, "Carl", lang)
		const strangers = "stranger@example.com"
		other := owner.invite(strangers)
		colleague.open(owner.invite(colleagueEmail))
		owner.see(waits)
		owner.look("team-relay-down")
		owner.click("button", owner.p.T("Copy"))
		owner.see(owner.p.T("Link copied."))
		colleague.click("main a", colleague.p.T("Sign in to join"))
		colleague.at("/login")
		colleague.signIn(colleagueEmail, storetest.Password)
		colleague.click("main button", colleague.p.T("Join the team “%s”", ownerName))
		colleague.at("/mailings")
		colleague.see(o.mailing.Name)
		newUser := arrive(t, p.url, lang)
		newUser.open(other)
		newUser.see(newUser.p.T("To confirm that %s is your address, open the link in the email we send there.", strangers))
		newUser.look("invite-ask")
		newUser.click("main button", newUser.p.T("Send me the email"))
		newUser.see(newUser.p.T("We've sent an email to the invited address. Open the link in it to join the team."))
		relay.Start()
		link, b := "", stranger(t, p.url, lang)
		waitFor(t, "a letter, of which there is one an hour", 6*time.Minute, func() bool { // the longest pause after a relay failure
			link = linkTo(relay.Letters(), strangers)
			return link != "" && b.get(link).status == http.StatusOK
		})
		newUser.open(link)
		newUser.see(newUser.p.T("Join the team “%s”", ownerName))
		newUser.until(`document.querySelector("[name=password]")`)
	})
}

// linkTo is the path of the invitation in the latest letter to an address; "" if there is none.
func linkTo(letters []mailtest.Letter, email string) (path string) {
	for _, l := range letters {
		if found := regexp.MustCompile(`/invite/[\w-]{43}`).FindString(wordsOf(l)); l.To == email && found != "" {
			path = found
		}
	}
	return path
}

// wordsOf is the text of a letter's parts; "" if it cannot be read.
func wordsOf(l mailtest.Letter) string {
	m, err := mail.ReadMessage(bytes.NewReader(l.Source))
	if err != nil {
		return ""
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	var all strings.Builder
	parts := multipart.NewReader(m.Body, params["boundary"])
	for p, err := parts.NextPart(); err == nil; p, err = parts.NextPart() {
		var text io.Reader = p // which decodes quoted-printable
		if strings.EqualFold(p.Header.Get("Content-Transfer-Encoding"), "base64") {
			text = base64.NewDecoder(base64.StdEncoding, p)
		}
		if _, err := io.Copy(&all, text); err != nil {
			return ""
		}
	}
	return all.String()
}

// invite invites someone on the team's page and returns the path of the link shown there.
func (n newcomer) invite(email string) string {
	n.t.Helper()
	n.section(n.p.T("Team"))
	n.fill("#invite-email", "nobody")
	n.press(kb.Enter)
	// Enter may come before htmx has taken charge of the form. Then the whole page answers, with the focus on its mistakes.
	n.until(`document.activeElement.matches("#invite-email, .problems") && document.querySelector("#invite-email").matches("[aria-invalid=true][value=nobody]")`)
	n.fill("#invite-email", email)
	n.press(kb.Enter)
	n.see(n.p.T("%s is invited.", email))
	n.until(`document.activeElement.id === "invited" && document.querySelector("#invite-email").value === ""`)
	return n.shownLink()
}

func (n newcomer) shownLink() string {
	n.t.Helper()
	return eval[string](n.browser, `new URL(document.querySelector("#invite-link").value).pathname`)
}

// firstMinute goes from the invitation page to the team's data.
func (n newcomer) firstMinute(o office) {
	n.t.Helper()
	n.see(n.p.T("Join the team “%s”", ownerName))
	n.see(n.p.T("%s invites %s to work together on clients, messages and mailings.", ownerEmail, colleagueEmail))
	n.look("invite")
	n.fill("[name=name]", "Carl Colleague")
	n.fill("[name=password]", "short")
	n.press(kb.Enter)
	n.until(`document.querySelector("#password[aria-invalid=true]") === document.activeElement && document.querySelector("#name").value === "Carl Colleague"`)
	n.fill("[name=password]", storetest.Password)
	n.press(kb.Enter)
	n.at("/mailings")
	n.see(n.p.T("Welcome to the team “%s”. You can now work with its clients, messages and mailings.", ownerName))
	n.look("welcome-colleague")
	n.see(o.mailing.Name)
	n.section(n.p.T("Clients"))
	n.see(officeClient)
	n.open("/profile")
	n.until(`document.querySelector("[name=time_zone]").value === ` + quote(browserZone) +
		` && document.querySelector("[name=language]").value === ` + quote(n.p.Lang()))
}
