package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"postrider/domain"
	"postrider/locale"
	"postrider/store"
	"postrider/store/storetest"
)

// plainDay is a manager's day in browsers without scripts.
type plainDay struct {
	spam
	say                         *locale.Printer
	mailingPage, ownerPage      string
	manager, spammer, colleague *plain
}

func TestManagersDayWithoutScripts(t *testing.T) {
	for _, lang := range languages() {
		t.Run("stops a spammer just as well, in "+lang, func(t *testing.T) {
			t.Parallel()
			s := sendSpam(t, 8)
			s.addColleague(t)
			waitForRun(t, s.path, s.mailing)
			d := plainDay{spam: s, say: locale.For(lang, time.UTC), mailingPage: fmt.Sprintf("/mailings/%d", s.mailing.ID),
				ownerPage: fmt.Sprintf("/users/%d", s.owner.ID), manager: s.bossBrowser, spammer: s.ownersBrowser,
				colleague: signedIn(t, s.program.url, colleagueEmail)}
			for _, b := range []*plain{d.manager, d.colleague, d.spammer} {
				b.load(http.MethodPost, "/language", url.Values{"lang": {lang}, "next": {"/"}}).says(200, d.say.T("Sign out"))
			}
			d.find()
			d.disable()
			d.seeDisabled(t)
			d.block()
			d.beBlocked(t)
			d.allowAgain()
		})
	}
}

// find goes from the search for the user to the mailing and its log.
func (d plainDay) find() {
	d.manager.t.Helper()
	d.manager.get("/mailings").says(200, d.mailing.Name, "User "+d.owner.Email)
	found := d.manager.get("/users").send("/users", map[string]string{"q": "owner", "role": "user", "state": "active"})
	found.says(200, d.say.T("%d users", 2)).follow(d.owner.Email).says(200, d.say.T("%d of %d sent", 8, 8)).
		follow(d.mailing.Name).lacks("/send", "/pause", "/resume", "/retry", "/delete", "/enable").
		follow(d.mailingPage+"/log").says(200, "c…@example.com", d.say.T("%d attempts", 8))
	for _, page := range []string{d.mailingPage, d.mailingPage + "/log"} {
		if text := d.manager.get(page).text(); strings.Contains(text, "client0") || strings.Contains(text, "Schmidt") {
			d.manager.t.Errorf("%s shows a recipient: %s", page, text)
		}
	}
}

// lacks fails the test if the page has a form that submits to a path ending in one of the texts.
func (s sheet) lacks(ends ...string) sheet {
	s.by.t.Helper()
	for n := range s.root.Descendants() {
		for _, end := range ends {
			if n.Type == html.ElementNode && n.Data == "form" && strings.HasSuffix(value(n, "action"), end) {
				s.by.t.Errorf("%s has a form for %s", s.url, value(n, "action"))
			}
		}
	}
	return s
}

func (d plainDay) disable() {
	d.manager.t.Helper()
	action := d.mailingPage + "/disable"
	d.manager.get(d.mailingPage).send(action, nil).says(422, d.say.T("Give a reason. The people affected will see it.")).
		send(action, map[string]string{"reason": spamReason}).
		says(200, d.say.T("“%s” is disabled.", d.mailing.Name), d.say.T("Disabled by %s.", d.boss.Email))
}

// seeDisabled checks what the colleague reads: who, when and why. Actions missing from the page are refused too.
func (d plainDay) seeDisabled(t *testing.T) {
	t.Helper()
	d.within(t, func(db *store.Store, _ time.Time) {
		m, err := db.Mailing(t.Context(), domain.CommandLineActor(), domain.View, d.mailing.ID)
		if err != nil {
			t.Fatal(err)
		}
		d.colleague.get(d.mailingPage).says(200, d.say.T("Disabled by %s.", d.boss.Email), d.say.Time(m.DisabledAt),
			d.say.T("Reason: %s", spamReason)).lacks("/send", "/enable", "/disable")
	})
	refusal := d.say.T("A manager has disabled this mailing. Nothing goes out until a manager enables it again.")
	d.colleague.load(http.MethodPost, d.mailingPage+"/send", nil).says(409, refusal)
	d.colleague.load(http.MethodPost, d.mailingPage+"/enable", nil).says(403, d.say.T("Your role doesn't allow this."))
}

func (d plainDay) block() {
	d.manager.t.Helper()
	action := d.ownerPage + "/block"
	d.manager.get(d.ownerPage).send(action, nil).says(422, d.say.T("Give a reason. The people affected will see it.")).
		send(action, map[string]string{"reason": spamReason}).
		says(200, d.say.T("%s is blocked.", d.owner.Email), d.say.T("Blocked by %s.", d.boss.Email))
	d.manager.get("/users").send("/users", map[string]string{"state": "blocked"}).says(200, d.say.T("%d users", 1), d.owner.Email)
}

// beBlocked checks what the owner sees. Only someone who knows the password learns that the account is blocked.
func (d plainDay) beBlocked(t *testing.T) {
	t.Helper()
	login := d.spammer.get(d.mailingPage)
	if login.url.RequestURI() != "/login?next="+url.QueryEscape(d.mailingPage) {
		t.Fatalf("the blocked user is at %s: %s", login.url, login.text())
	}
	login.send("/login", map[string]string{"email": d.owner.Email, "password": "not the right one"}).
		says(422, d.say.T("Wrong email address or password."))
	login.send("/login", d.password()).says(422, d.say.T("This account is blocked. Reason: %s", spamReason))
}

func (d plainDay) password() map[string]string {
	return map[string]string{"email": d.owner.Email, "password": storetest.Password}
}

// allowAgain unblocks the owner, who sends the mailing to everyone once more.
func (d plainDay) allowAgain() {
	d.manager.t.Helper()
	d.manager.get(d.ownerPage).send(d.ownerPage+"/unblock", nil).says(200, d.say.T("%s is no longer blocked.", d.owner.Email))
	d.manager.get(d.mailingPage).send(d.mailingPage+"/enable", nil).says(200, d.say.T("“%s” is enabled again.", d.mailing.Name)).
		lacks("/enable", "/send")
	page := d.spammer.get(d.mailingPage).send("/login", d.password())
	if page.url.Path != d.mailingPage {
		d.spammer.t.Fatalf("who signs in again is at %s", page.url)
	}
	page.send(d.mailingPage+"/send", nil)
	d.relay.WaitFor(16, patience)
	if r := waitForRun(d.spammer.t, d.path, d.mailing); r.State != domain.RunDone || r.Counts.Sent != 8 {
		d.spammer.t.Errorf("the second run is %s with %+v", r.State, r.Counts)
	}
}
