package e2e

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"postrider/domain"
	"postrider/locale"
)

// newcomer is someone who sees Postrider for the first time.
type newcomer struct {
	*browser
	p    *locale.Printer // the texts of the pages, in the newcomer's language
	zone *time.Location
}

const (
	newcomerEmail    = "vera@example.com"
	newcomerPassword = "quiet horses like rain"
)

// people are the newcomer's clients.
var people = []struct{ email, name, first string }{
	{"ann@example.com", "Ann Archer", "Ann"},
	{"boris@example.com", "Борис Климов", "Борис"},
	{"chloe@example.com", "Chloé Durand", "Chloé"},
}

func TestNewcomer(t *testing.T) {
	browserPath(t)
	for _, lang := range []string{locale.English, locale.Russian} {
		t.Run("gets from the home page to three letters, in "+lang, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(browserZone)
			if err != nil {
				t.Fatal(err)
			}
			p := serve(t, "--db", filepath.Join(t.TempDir(), "postrider.db"), "--tick", "200ms")
			n := newcomer{browse(t, p.url, lang), locale.For(lang, zone), zone}
			n.signUp()
			n.addClients()
			n.editClient()
			n.writeMessage()
			n.sendMailing()
			n.readLetters()
			n.pauseAndDelete()
			n.switchAndLeave()
		})
	}
}

func (n newcomer) signUp() {
	n.open("/")
	n.see(n.p.T("Mailings that arrive once and on time"))
	n.click("main a", n.p.T("Sign up"))
	n.fill("[name=email]", newcomerEmail)
	n.fill("[name=password]", "short")
	n.fill("[name=name]", "Vera")
	n.click("button", n.p.T("Create account"))
	n.until(`document.querySelector("#password[aria-invalid=true]") === document.activeElement`)
	n.see(n.p.T("Use at least %d characters.", domain.MinPassword))
	n.until(`document.querySelector("#email").value === ` + quote(newcomerEmail) + ` && document.querySelector("#name").value === "Vera"`)
	n.fill("[name=password]", newcomerPassword)
	n.press(kb.Enter)
	n.see(n.p.T("We've sent you an email. Open the link in it within 24 hours to confirm your address."))
	n.click("a", n.p.T("Open the built-in mailbox"))
	n.openLetter(n.p.T("Confirm your address for Postrider"), newcomerEmail)
	n.click(`main a[href*="/verify/"]`, "")
	n.click("button", n.p.T("Confirm address"))
	n.see(n.p.T("Your address is confirmed, and you're signed in."))
	n.see(n.p.T("Four steps to your first mailing:"))
}

// openLetter opens a letter in the mailbox's list, reloading until it is there.
func (n newcomer) openLetter(subject, to string) {
	n.t.Helper()
	row := fmt.Sprintf(`[...document.querySelectorAll("tbody tr")].some(r => r.innerText.includes(%s) && r.innerText.includes(%s))`,
		quote(subject), quote(to))
	for late := time.Now().Add(patience); !n.is(row) && time.Now().Before(late); {
		n.open("/mailbox")
	}
	n.click("tbody a", subject)
	n.until(`document.querySelector("dl.facts").innerText.includes(` + quote(to) + `)`)
}

// section opens a page of the navigation.
func (n newcomer) section(name string) {
	n.t.Helper()
	n.click("nav a", name)
	n.until(`document.querySelector("nav [aria-current=page]")?.textContent === ` + quote(name))
}

// stay marks the page. stayed waits until the mark is found, so that the page was not reloaded.
func (n newcomer) stay() { n.until("window.stayedHere = true") }

func (n newcomer) stayed() {
	n.t.Helper()
	if !n.is("window.stayedHere") {
		n.fail("the page was loaded anew")
	}
}

func (n newcomer) addClients() {
	n.click("main a", n.p.T("Add client"))
	n.see(n.p.T("New client"))
	n.section(n.p.T("Clients"))
	n.see(n.p.T("No clients yet"))
	n.stay()
	n.click("a", n.p.T("Add your first client"))
	for i, person := range people {
		n.until(`document.activeElement.name === "email" && document.activeElement.value === ""`)
		n.fill("tr.editing [name=email]", person.email)
		n.fill("tr.editing [name=full_name]", person.name)
		n.press(kb.Enter, chromedp.ModifierCtrl)
		n.see(n.p.T("Added %s. You have %d clients.", person.email, i+1))
	}
	n.until(`document.querySelector("tr.editing [name=email]").value === ""`)
	n.fill("tr.editing [name=email]", strings.ToUpper(people[0].email))
	n.fill("tr.editing [name=full_name]", "Another Ann")
	n.click("tr.editing button", n.p.T("Save"))
	n.until(`document.activeElement.getAttribute("aria-invalid") === "true" &&
		document.activeElement.parentElement.innerText.includes(` + quote(n.p.T("A client with this address already exists.")) + `)`)
	n.until(`document.querySelector("tr.editing [name=full_name]").value === "Another Ann"`)
	n.press(kb.Escape)
	n.until(`!document.querySelector("tr.editing") && document.querySelectorAll("#client-rows tr").length === 3`)
	n.stayed()
}

func (n newcomer) editClient() {
	edit := n.p.T("Edit %s", people[2].email)
	n.click("a", edit)
	n.fill("tr.editing [name=full_name]", "Nobody")
	n.press(kb.Escape)
	n.until(`!document.querySelector("tr.editing")`)
	n.see(people[2].name)
	n.click("a", edit)
	n.fill("tr.editing [name=comment]", "Likes tea")
	n.click("tr.editing button", n.p.T("Save"))
	n.see("Likes tea")
	n.until(`!document.querySelector("tr.editing")`)
	n.until(`document.activeElement.getAttribute("aria-label") === ` + quote(edit))
	n.stayed()
}

func (n newcomer) writeMessage() {
	n.section(n.p.T("Messages"))
	n.click("main a", n.p.T("Write a message"))
	n.fill("[name=subject]", "News for {{first_name|friend}}")
	n.fill("[name=body]", "Dear {{nme}}, **tea** is ready.")
	n.click("button", n.p.T("Save"))
	n.see("{{nme}}")
	n.until(`document.querySelector("[name=body]").getAttribute("aria-invalid") === "true"`)
	n.until(`document.querySelector("[name=subject]").value === "News for {{first_name|friend}}"`)
	n.fill("[name=body]", "Dear {{name|friend}}, **tea** is ready.")
	n.seeInFrame("Dear Vera, tea is ready.")
	n.click("button", n.p.T("Save"))
	n.see(n.p.T("Saved the message “%s”.", "News for {{first_name|friend}}"))
}

// planMailing fills in a mailing's form up to its start.
func (n newcomer) planMailing(name string, start time.Time) {
	n.open("/mailings/new")
	n.fill("[name=name]", name)
	n.until(find("[name=message_id]", ""))
	n.choose("[name=message_id]", eval[string](n.browser, `document.querySelector("[name=message_id] option:last-child").value`))
	n.until(`document.querySelectorAll("ol.coming li").length === 1`)
	n.choose("[name=starts_at]", domain.LocalTimeOf(start, n.zone).String())
	n.until(`document.querySelector("ol.coming").innerText.includes(` + quote(n.p.Time(start)) + `)`)
	if zone := eval[string](n.browser, `document.querySelector("[name=time_zone]").value`); zone != n.zone.String() {
		n.fail("the form does not offer the zone of the browser but " + zone)
	}
}

func (n newcomer) sendMailing() {
	// The form has no seconds: use the next minute, or the one after if the next is too near to see the state before the start.
	start := time.Now().Add(10 * time.Second).Truncate(time.Minute).Add(time.Minute)
	n.planMailing("Tea", start)
	n.click("label", n.p.T("Daily"))
	n.until(`document.querySelectorAll("ol.coming li").length === 5`)
	n.click("label", n.p.T("Once"))
	n.until(`document.querySelectorAll("ol.coming li").length === 1`)
	n.click("button", n.p.T("Save"))
	n.see(n.p.T("Saved. The mailing goes out automatically at the scheduled time."))
	n.see(n.p.T("Created"))
	n.see(n.p.T("No sends yet."))
	n.stay()
	if mailingLetters(n.t, n.url) != 0 && time.Now().Before(start) {
		n.fail("letters went out before the start")
	}
	<-time.After(time.Until(start))
	n.see(n.p.T("Completed"))
	n.see(n.p.T("%d of %d sent", 3, 3))
	n.until(`document.querySelectorAll("#log tbody tr").length === 3`)
	for _, person := range people {
		n.see(person.email)
	}
	n.stayed()
}

// mailingLetters counts the mailing's letters in the mailbox.
func mailingLetters(t *testing.T, base string) int {
	t.Helper()
	return strings.Count(stranger(t, base, locale.English).get("/mailbox").text(), "News for")
}

func (n newcomer) readLetters() {
	for _, person := range people {
		n.section(n.p.T("Mailbox"))
		n.openLetter("News for "+person.first, person.email)
		n.see("Dear " + person.name + ", tea is ready.")
		n.seeInFrame("Dear " + person.name + ", tea is ready.")
		n.until(`document.querySelector("iframe").sandbox.length === 0 && document.querySelector("iframe").hasAttribute("sandbox")`)
	}
}

func (n newcomer) pauseAndDelete() {
	n.planMailing("Coffee", time.Now().Add(48*time.Hour))
	n.click("button", n.p.T("Save"))
	n.see(n.p.T("Saved. The mailing goes out automatically at the scheduled time."))
	n.section(n.p.T("Mailings"))
	n.stay()
	n.click("tr button", n.p.T("Pause")+": Coffee")
	paused := "[...document.querySelectorAll('.badge')].some(b => b.textContent === " + quote(n.p.T("Paused")) + ")"
	n.until(paused)
	n.click("tr button", n.p.T("Resume")+": Coffee")
	n.until("!" + paused)
	n.stayed()
	n.click("td a, th a", "Coffee")
	n.click("button", n.p.T("Pause")+": Coffee")
	n.see(n.p.T("Paused: nothing goes out and no new send starts."))
	n.click("button", n.p.T("Delete"))
	n.see(n.p.T("Deleted “%s”.", "Coffee"))
	if question := n.p.T("Delete the mailing “%s”? Any send in progress is cancelled.", "Coffee"); !n.asked(question) {
		n.fail("nobody asked: " + question)
	}
	n.until(`document.querySelectorAll("tbody tr").length === 1`)
}

func (n newcomer) switchAndLeave() {
	light := eval[string](n.browser, "getComputedStyle(document.documentElement).backgroundColor")
	n.choose("select#theme", "dark")
	n.until(`document.documentElement.dataset.theme === "dark" && 
		getComputedStyle(document.documentElement).backgroundColor !== ` + quote(light))
	n.section(n.p.T("Clients"))
	n.until(`document.documentElement.dataset.theme === "dark"`)
	other := map[string]string{locale.English: locale.Russian, locale.Russian: locale.English}[n.p.Lang()]
	n.click("button[name=lang][value="+other+"]", "")
	n.until("document.documentElement.lang === " + quote(other))
	n.see(locale.For(other, nil).T("Sign out"))
	n.until("location.pathname === \"/clients\"")
	n.click("header button", locale.For(other, nil).T("Sign out"))
	n.see(locale.For(other, nil).T("Sign in"))
	n.open("/clients")
	n.until(`location.pathname === "/login" && location.search === ` + quote("?next="+url.QueryEscape("/clients")))
}
