package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"postrider/domain"
	"postrider/locale"
	"postrider/store"
	"postrider/store/storetest"
)

// The people of an office.
const (
	ownerEmail     = "owner@example.com"
	ownerName      = "Olga Owner"
	colleagueEmail = "carl@example.com"
	officeClient   = "ann@example.com"
)

// office is a team that has something.
type office struct {
	path    string
	store   *store.Store
	owner   domain.User
	client  domain.Client
	mailing domain.Mailing // in two days
}

// openOffice makes an office whose owner reads that language.
func openOffice(t *testing.T, lang string) office {
	t.Helper()
	o := office{path: filepath.Join(t.TempDir(), "postrider.db")}
	o.store = storetest.OpenAt(t, o.path)
	o.owner = o.hire(t, ownerEmail, ownerName, lang)
	o.client = storetest.Client(t, o.store, o.owner.TeamID, officeClient)
	now := time.Now()
	o.mailing = storetest.Mailing(t, o.store, o.owner.TeamID, now, domain.LocalTimeOf(now.Add(48*time.Hour), time.UTC).String(), "",
		"UTC", domain.Once)
	return o
}

// planSoon makes a mailing so near that pages ask for news of it all the time.
func (o office) planSoon(t *testing.T) domain.Mailing {
	t.Helper()
	now := time.Now()
	return storetest.Mailing(t, o.store, o.owner.TeamID, now, domain.LocalTimeOf(now.Add(8*time.Minute), time.UTC).String(), "", "UTC", domain.Once)
}

// hire makes a user with a team of their own.
func (o office) hire(t *testing.T, email, name, lang string) domain.User {
	t.Helper()
	u, err := o.store.AddUser(t.Context(), domain.SignUp{Email: email, Name: name, Password: storetest.Password, Language: lang,
		TimeZone: browserZone}, domain.RoleUser, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// share makes a user who works in the office's team.
func (o office) share(t *testing.T, email, lang string) {
	t.Helper()
	token := store.NewToken()
	actor := domain.Actor{ID: o.owner.ID, Email: o.owner.Email}
	if _, err := o.store.Invite(t.Context(), actor, email, token, domain.SystemLetter{}, time.Now()); err != nil {
		t.Fatal(err)
	}
	in := domain.SignUp{Name: "Carl", Password: storetest.Password, Language: lang, TimeZone: browserZone}
	if _, err := o.store.AcceptInvitation(t.Context(), actor, token, in, time.Now()); err != nil {
		t.Fatal(err)
	}
}

// inBoth runs a test in both languages.
func inBoth(t *testing.T, name string, test func(t *testing.T, lang string)) {
	browserPath(t)
	for _, lang := range []string{locale.English, locale.Russian} {
		t.Run(name+", in "+lang, func(t *testing.T) {
			t.Parallel()
			test(t, lang)
		})
	}
}

// arrive is somebody with a browser of their own.
func arrive(t *testing.T, url, lang string) newcomer {
	t.Helper()
	zone, err := time.LoadLocation(browserZone)
	if err != nil {
		t.Fatal(err)
	}
	return newcomer{browse(t, url, lang), locale.For(lang, zone), zone}
}

// signIn signs in from the login page, wherever that leads.
func (n newcomer) signIn(email, password string) {
	n.t.Helper()
	if !n.is(`location.pathname === "/login"`) {
		n.open("/login")
	}
	n.fill("[name=email]", email)
	n.fill("[name=password]", password)
	n.click("main button", n.p.T("Sign in"))
	n.until(`location.pathname !== "/login" && document.querySelector("header .who")`)
}

// at waits until the browser is on that page.
func (n newcomer) at(path string) {
	n.t.Helper()
	n.until(`location.pathname === ` + quote(path) + ` && document.readyState === "complete"`)
}

// deadLink opens a path whose token is worth nothing, and reads the page that says so.
func (n newcomer) deadLink(path string) {
	n.t.Helper()
	n.open(path)
	n.see(n.p.T("This link does not work any more"))
	n.forgive(path)
}

// look checks how a page looks in every form, and keeps pictures where they are asked for.
func (n newcomer) look(name string) {
	n.t.Helper()
	v := tour{n.browser, os.Getenv("POSTRIDER_SCREENSHOTS"), map[string]bool{}}
	for _, width := range []int64{1280, 390} {
		for _, theme := range []string{"light", "dark"} {
			v.window(width, theme)
			shot := fmt.Sprintf("%s-%d-%s-%s", name, width, theme, n.p.Lang())
			for _, wrong := range eval[[]string](n.browser, lookOver) {
				n.t.Errorf("%s: %s", shot, wrong)
			}
			v.shoot(shot)
		}
	}
	if n.p.Lang() == locale.Russian {
		v.readRussian(name)
	}
	v.window(1280, "light")
}
