package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/locale"
	"postrider/mail/mailtest"
	"postrider/store"
	"postrider/store/storetest"
)

const adminEmail = "admin@example.com"

var admin = domain.SignUp{Email: adminEmail, Name: "Ada", Password: storetest.Password, Language: "en", TimeZone: "UTC"}

// TestPagesBeforeSetup looks at a service that others can reach and that nobody has set up.
func TestPagesBeforeSetup(t *testing.T) {
	browserPath(t)
	relay := mailtest.New(t, mailtest.Config{})
	p := serve(t, "--db", filepath.Join(t.TempDir(), "postrider.db"), "--smtp", relay.URL(), "--trusted-proxies", "192.0.2.0/24")
	link := ""
	wait(t, "the set-up link", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		link = regexp.MustCompile(`/setup/[\w-]{43}`).FindString(p.output.String())
		return link != ""
	})
	v := tour{browse(t, p.url, locale.English), os.Getenv("POSTRIDER_SCREENSHOTS"), map[string]bool{}}
	for _, lang := range []string{locale.English, locale.Russian} {
		v.speak(lang)
		v.walk([]view{
			{"setup", link, nil},
			{"setup-mistakes", link, func(b *browser) { b.mistake(`form[action="` + link + `"]`) }},
			{"setup-welcome", "/", nil},
			{"setup-signup", "/signup", nil},
		}, lang)
	}
}

// TestPagesClosed looks at a service where nobody can sign up and whose relay is down.
func TestPagesClosed(t *testing.T) {
	browserPath(t)
	relay := mailtest.New(t, mailtest.Config{})
	relay.Stop()
	path := filepath.Join(t.TempDir(), "postrider.db")
	s := storetest.OpenAt(t, path)
	u, err := s.AddUser(t.Context(), admin, domain.RoleAdmin, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	storetest.Client(t, s, u.TeamID, "client@example.com")
	storetest.Mailing(t, s, u.TeamID, time.Now(), domain.LocalTimeOf(time.Now(), time.UTC).String(), "", "UTC", domain.Once)
	invitation := store.NewToken()
	if _, err := s.Invite(t.Context(), domain.Actor{ID: u.ID, Email: u.Email}, "invited@example.com", invitation,
		domain.SystemLetter{Language: "en", Subject: "-", Body: "-", ExpiresAt: time.Now().Add(time.Hour)}, time.Now()); err != nil {
		t.Fatal(err)
	}
	p := serve(t, "--db", path, "--smtp", relay.URL(), "--signup", "closed", "--tick", "50ms")
	b := stranger(t, p.url, "en")
	b.get("/login").send("/login", map[string]string{"email": adminEmail, "password": storetest.Password})
	wait(t, "the page to say that the relay is down", func() bool { return strings.Contains(b.get("/").text(), "The relay is down.") })
	v := tour{browse(t, p.url, locale.English), os.Getenv("POSTRIDER_SCREENSHOTS"), map[string]bool{}}
	for _, lang := range []string{locale.English, locale.Russian} {
		v.speak(lang)
		v.walk([]view{
			{"closed-welcome", "/", nil},
			{"closed-signup", "/signup", nil},
			{"closed-login", "/login", nil},
			{"closed-invite", "/invite/" + invitation, nil},
		}, lang)
		v.signedIn(adminEmail, storetest.Password, lang, func() {
			v.walk([]view{
				{"down-home", "/", nil},
				{"down-mailing", "/mailings/1", nil},
				{"down-invited", "/team", func(b *browser) {
					b.fill("#invite-email", lang+"@example.com")
					b.click(`form[action="/team/invite"] button`, "")
					b.until(`document.querySelector("#invited")`)
				}},
			}, lang)
		})
	}
}

// TestPagesByInvitation looks at a service where the first one signs up, and others by invitation.
func TestPagesByInvitation(t *testing.T) {
	browserPath(t)
	path := filepath.Join(t.TempDir(), "postrider.db")
	p := serve(t, "--db", path, "--signup", "invite")
	v := tour{browse(t, p.url, locale.English), os.Getenv("POSTRIDER_SCREENSHOTS"), map[string]bool{}}
	for _, lang := range []string{locale.English, locale.Russian} {
		v.speak(lang)
		v.walk([]view{{"first-welcome", "/", nil}, {"first-signup", "/signup", nil}, {"first-mailbox", "/mailbox", nil}}, lang)
	}
	if _, err := storetest.OpenAt(t, path).AddUser(t.Context(), admin, domain.RoleAdmin, time.Now()); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{locale.Russian, locale.English} {
		v.speak(lang)
		v.walk([]view{{"invite-welcome", "/", nil}, {"invite-signup", "/signup", nil}, {"invite-login", "/login", nil}}, lang)
	}
}
