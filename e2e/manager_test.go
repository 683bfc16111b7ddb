package e2e

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"postrider/domain"
	"postrider/locale"
	"postrider/store"
	"postrider/store/storetest"
)

// addColleague adds another member to the owner's team.
func (s spam) addColleague(t *testing.T) {
	t.Helper()
	s.within(t, func(db *store.Store, now time.Time) {
		by := s.owner.Actor("")
		token := store.NewToken()
		letter := domain.SystemLetter{Subject: "Invitation", Body: "Come", Language: "en", ExpiresAt: now}
		if _, err := db.Invite(t.Context(), by, colleagueEmail, token, letter, now); err != nil {
			t.Fatal(err)
		}
		in := domain.SignUp{Password: storetest.Password, Name: "Colin", Language: "en", TimeZone: "UTC"}
		if _, err := db.AcceptInvitation(t.Context(), domain.Actor{}, token, in, now); err != nil {
			t.Fatal(err)
		}
	})
}

// visitor is a user in a browser of their own.
type visitor struct {
	newcomer
	email string
}

func visits(t *testing.T, p *program, lang, email string) visitor {
	t.Helper()
	v := visitor{newcomer{browse(t, p.url, lang), locale.For(lang, time.UTC), time.UTC}, email}
	v.open("/login")
	return v
}

// signIn fills in the form on the visitor's page.
func (v visitor) signIn() {
	v.t.Helper()
	v.fill("[name=email]", v.email)
	v.fill("[name=password]", storetest.Password)
	v.click("main button", v.p.T("Sign in"))
}

// speaks switches to the visitor's language after signing in.
func (v visitor) speaks() {
	v.t.Helper()
	v.until(`document.querySelector("form[action='/logout']")`)
	if v.p.Lang() != eval[string](v.browser, "document.documentElement.lang") {
		v.click("button[name=lang][value="+v.p.Lang()+"]", "")
	}
	v.see(v.p.T("Sign out"))
}

// lacks fails the test if the page has such a button.
func (v visitor) lacks(button string) {
	v.t.Helper()
	if v.is(find("main button, main a.button", v.p.T(button))) {
		v.fail("there is a button: " + v.p.T(button))
	}
}

const spamReason = "Sells what nobody has asked for"

func TestManagersDay(t *testing.T) {
	browserPath(t)
	for _, lang := range languages() {
		t.Run("finds a spammer, disables the mailing and blocks the user, in "+lang, func(t *testing.T) {
			t.Parallel()
			s := sendSpam(t, 8)
			s.addColleague(t)
			waitForRun(t, s.path, s.mailing)
			boss, owner := visits(t, s.program, lang, s.boss.Email), visits(t, s.program, lang, s.owner.Email)
			elsewhere, colleague := visits(t, s.program, lang, s.owner.Email), visits(t, s.program, lang, colleagueEmail)
			for _, v := range []visitor{boss, owner, elsewhere, colleague} {
				v.signIn()
				v.speaks()
			}
			owner.open("/clients")
			elsewhere.open("/clients")
			boss.findSpammer(s)
			boss.disable(s)
			colleague.seesDisabled(t, s)
			boss.block(s)
			owner.isBlocked(s)
			elsewhere.isSentAway()
			boss.allowAgain(s)
			owner.signIn()
			owner.see(owner.p.T("Clients"))
			owner.open(fmt.Sprintf("/mailings/%d", s.mailing.ID))
			owner.click("main button", owner.p.T("Send now"))
			s.relay.WaitFor(16, patience)
		})
	}
}

// findSpammer goes from the list of users, sorted by letters sent, to the log of the mailing.
func (v visitor) findSpammer(s spam) {
	v.section(v.p.T("Mailings"))
	v.see(s.owner.Email)
	v.lacks("New mailing")
	v.section(v.p.T("Users"))
	v.stay()
	v.choose("select[name=role]", string(domain.RoleManager))
	v.until(`document.querySelectorAll("tbody tr").length === 1`)
	v.see(s.boss.Email)
	v.choose("select[name=role]", "")
	v.until(`document.querySelectorAll("tbody tr").length === 3`)
	v.stayed()
	v.click("th a", v.p.T("Emails in 30 days"))
	v.until(`document.querySelector("th[aria-sort=descending]")?.innerText === ` + quote(v.p.T("Emails in 30 days")))
	v.until(`document.querySelector("tbody tr:last-child a").textContent === "` + s.boss.Email + `"`) // whose team sent nothing
	v.fill("input[name=q]", "owner")
	v.until(`document.querySelectorAll("tbody tr").length === 2`) // the colleague is in the same team
	v.click("tbody a", s.owner.Email)
	v.until(`document.querySelector("h1").textContent === "` + s.owner.Email + `"`)
	v.see(v.p.T("%d of %d sent", 8, 8))
	v.click("main table a", s.mailing.Name)
	v.until(`document.querySelectorAll("#log tbody tr").length === 8`)
	for _, button := range []string{"Send now", "Edit", "Pause", "Delete"} {
		v.lacks(button)
	}
	v.seesMasked()
	v.click("main .pager a", "")
	v.until(`location.pathname.endsWith("/log")`)
	v.seesMasked()
	v.open("/clients")
	v.see(v.p.T("Your role doesn't allow this."))
	v.forgive("403")
}

// seesMasked fails the test if the log names a recipient.
func (v visitor) seesMasked() {
	v.t.Helper()
	v.see("c…@example.com")
	if v.is(`/client\d+@|Schmidt/.test(document.body.innerText)`) {
		v.fail("a recipient is not masked")
	}
}

func (v visitor) disable(s spam) {
	v.open(fmt.Sprintf("/mailings/%d", s.mailing.ID))
	v.click("main button", v.p.T("Disable mailing"))
	v.until(`document.querySelector("[name=reason][aria-invalid=true]")`)
	v.fill("[name=reason]", spamReason)
	v.click("main button", v.p.T("Disable mailing"))
	v.see(v.p.T("Disabled by %s.", s.boss.Email))
}

// seesDisabled checks what the team reads: who, when and why.
func (v visitor) seesDisabled(t *testing.T, s spam) {
	var m domain.Mailing
	s.within(t, func(db *store.Store, _ time.Time) {
		var err error
		if m, err = db.Mailing(t.Context(), domain.CommandLineActor(), domain.View, s.mailing.ID); err != nil {
			t.Fatal(err)
		}
	})
	v.open(fmt.Sprintf("/mailings/%d", s.mailing.ID))
	v.see(v.p.T("Disabled by %s.", s.boss.Email))
	v.see(v.p.Time(m.DisabledAt))
	v.see(v.p.T("Reason: %s", spamReason))
	v.see(v.p.T("Nothing goes out and no new send starts until a manager enables the mailing again."))
	v.lacks("Send now")
	v.lacks("Enable mailing")
}

func (v visitor) block(s spam) {
	v.open(fmt.Sprintf("/users/%d", s.owner.ID))
	v.fill("[name=reason]", spamReason)
	v.click("main button", v.p.T("Block user"))
	v.see(v.p.T("Blocked by %s.", s.boss.Email))
	v.see(v.p.T("%s is blocked.", s.owner.Email))
	v.section(v.p.T("Users"))
	v.choose("select[name=state]", "blocked")
	v.until(`document.querySelectorAll("tbody tr").length === 1`)
	v.click("tbody a", s.owner.Email)
	v.see(v.p.T("Reason: %s", spamReason))
}

// isSentAway clicks in a list of clients that is still open, where a script asks for a fragment. The console lists the 401 too.
func (v visitor) isSentAway() {
	v.click("tbody tr:first-child .actions a", "")
	v.until(`location.pathname === "/login" && location.search === ` + quote("?next="+url.QueryEscape("/clients")))
	v.forgive("status of 401")
}

// isBlocked continues on the page that is still open.
func (v visitor) isBlocked(s spam) {
	v.click("nav a", v.p.T("Messages"))
	v.until(`location.pathname === "/login"`)
	v.signIn()
	v.see(spamReason)
	if !v.is(`location.pathname === "/login" && document.querySelector("[name=email]").value === "` + s.owner.Email + `"`) {
		v.fail("the form is not there with what was typed")
	}
}

func (v visitor) allowAgain(s spam) {
	v.click("main button", v.p.T("Unblock user"))
	v.see(v.p.T("%s is no longer blocked.", s.owner.Email))
	v.open(fmt.Sprintf("/mailings/%d", s.mailing.ID))
	v.click("main button", v.p.T("Enable mailing"))
	v.until(find("main button", v.p.T("Disable mailing")))
}
