package e2e

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/locale"
)

// planMailing fills the form of a mailing up to its start.
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
	// The form knows minutes: it is the next one, or the one after that when it is too near to see what is before.
	start := time.Now().Add(10 * time.Second).Truncate(time.Minute).Add(time.Minute)
	n.planMailing("Tea", start)
	n.click("label", n.p.T("Daily"))
	n.until(`document.querySelectorAll("ol.coming li").length === 5`)
	n.click("label", n.p.T("Once"))
	n.until(`document.querySelectorAll("ol.coming li").length === 1`)
	n.click("button", n.p.T("Save"))
	n.see(n.p.T("Saved. The mailing goes out by itself at its time."))
	n.see(n.p.T("Created"))
	n.see(n.p.T("No run has begun yet."))
	n.stay()
	if newsIn(n.t, n.url) != 0 && time.Now().Before(start) {
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

// newsIn counts the letters of the mailing in the mailbox.
func newsIn(t *testing.T, base string) int {
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
	n.see(n.p.T("Saved. The mailing goes out by itself at its time."))
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
	n.see(n.p.T("Paused: no letter leaves and no run starts."))
	n.click("button", n.p.T("Delete"))
	n.see(n.p.T("Deleted “%s”.", "Coffee"))
	if question := n.p.T("Delete the mailing “%s”? A run that is sending is cancelled.", "Coffee"); !n.asked(question) {
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
