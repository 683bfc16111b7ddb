package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"postrider/domain"
	"postrider/locale"
	"postrider/mail/mailtest"
	"postrider/store"
	"postrider/store/storetest"
)

// view is a page to check: its address and, optionally, what to do there.
type view struct {
	name, path string
	then       func(*browser)
}

// failure is an error page with that status.
type failure struct {
	status int
	view
}

// sendForm submits the form for that path as it is.
func (b *browser) sendForm(action string) {
	b.t.Helper()
	button := fmt.Sprintf(`form[method=post][action=%q] .actions button:not([type=button])`, action)
	b.until(find(button, ""))
	eval[bool](b, fmt.Sprintf("(%s.click(), true)", find(button, "")))
	b.until(`document.querySelector(".problems")`)
}

var credentials = regexp.MustCompile(`Sign in as (\S+) with the password (\S+)`)

// tour visits every page in every language, width and theme.
type tour struct {
	*browser
	shots string          // where pictures are saved; "" for nowhere
	seen  map[string]bool // paths visited
}

func TestPages(t *testing.T) {
	t.Parallel()
	browserPath(t)
	w := makeWorld(t)
	v := tour{browse(t, w.url, locale.English), os.Getenv("POSTRIDER_SCREENSHOTS"), map[string]bool{}}
	for _, lang := range lookedAtIn() { // the letters in the mailbox start out in Russian
		v.speak(lang)
		v.walk(w.strangers(), lang)
		v.walkFailures(w.failures(), lang)
		v.signedIn(w.email, w.password, lang, func() { v.walk(slices.Concat(w.members(), w.profile(), w.administration()), lang) })
		v.signedIn(managerEmail, storetest.Password, lang, func() { v.walk(w.managers(), lang) })
		v.signedIn(gardenerEmail, storetest.Password, lang, func() {
			v.walk(w.owners(), lang)
			v.walkFailures(w.refusals(), lang)
		})
		v.signedIn(emptyEmail, storetest.Password, lang, func() { v.walk(beginners(), lang) })
	}
	for _, missed := range unseen(t, v.seen) {
		t.Errorf("no view visits %s: add one to the lists in pagesviews_test.go", missed)
	}
}

// signedIn runs do signed in as that user.
func (v tour) signedIn(email, password, lang string, do func()) {
	v.t.Helper()
	v.window(1280, "light")
	v.open("/login")
	v.fill("[name=email]", email)
	v.fill("[name=password]", password)
	v.click("main button", "")
	v.until(`location.pathname === "/" && document.querySelector(".account form")`)
	v.speak(lang)
	do()
	v.window(1280, "light")
	v.click(".account button", "")
	v.until(`document.querySelector('.account a[href="/login"]')`)
}

// speak switches the language.
func (v tour) speak(lang string) {
	v.t.Helper()
	// Pages that ignore the choice follow the browser.
	do(v.browser, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{
			Headers: network.Headers{"Accept-Language": lang}})
		return chromedp.Void{}, err
	})
	v.open("/")
	if v.is("document.documentElement.lang !== " + quote(lang)) {
		v.click("button[name=lang]", "")
		v.until("document.documentElement.lang === " + quote(lang))
	}
}

func (v tour) walk(views []view, lang string) {
	v.t.Helper()
	for _, page := range views {
		v.show(page, lang)
		v.seen[page.path] = true
		if status := v.status(); status != 200 && !v.is(`document.querySelector(".problems")`) {
			v.t.Errorf("%s was answered %d", page.name, status)
		}
		v.forgive("status of 409") // the console lists the 409 of an outdated form too
	}
}

func (v tour) walkFailures(all []failure, lang string) {
	v.t.Helper()
	for _, f := range all {
		v.show(f.view, lang)
		text := fmt.Sprintf("status of %d", f.status)
		if status := v.status(); status != f.status && !v.blamed(text) {
			v.t.Errorf("%s was answered %d, want %d", f.name, status, f.status)
		}
		v.forgive(text)
	}
}

// status is the status of the last page loaded.
func (v tour) status() int {
	v.t.Helper()
	return eval[int](v.browser, `performance.getEntriesByType("navigation")[0].responseStatus`)
}

// show checks a page in every width and theme.
func (v tour) show(page view, lang string) {
	v.t.Helper()
	v.window(1280, "light")
	v.open(page.path)
	if page.then != nil {
		page.then(v.browser)
	}
	v.until(`document.readyState === "complete"`)
	for _, width := range widths() {
		for _, theme := range themes() {
			v.window(width, theme)
			name := fmt.Sprintf("%s-%d-%s-%s", page.name, width, theme, lang)
			for _, wrong := range slices.Concat(eval[[]string](v.browser, lookOver), eval[[]string](v.browser, readAndTouch)) {
				v.t.Errorf("%s: %s", name, wrong)
			}
			v.shoot(name)
		}
	}
	if lang == locale.Russian {
		v.readRussian(page.name)
	}
}

// window sets the browser's width and the system's theme.
func (v tour) window(width int64, theme string) {
	v.t.Helper()
	do(v.browser, chromedp.Steps(chromedp.EmulateViewport(width, 900),
		func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
			_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme},
					{Name: "prefers-reduced-motion", Value: "reduce"}}})
			return chromedp.Void{}, err
		}))
}

func (v tour) shoot(name string) {
	v.t.Helper()
	if v.shots == "" {
		return
	}
	image := do(v.browser, chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(v.shots, name+".png"), image, 0o600); err != nil {
		v.t.Fatal(err)
	}
}

const adminEmail = "admin@example.com"

var admin = domain.SignUp{Email: adminEmail, Name: "Ada", Password: storetest.Password, Language: "en", TimeZone: "UTC"}

// TestPagesBeforeSetup checks the pages of a service that others can reach and that nobody has set up.
func TestPagesBeforeSetup(t *testing.T) {
	t.Parallel()
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
	for _, lang := range lookedAtIn() {
		v.speak(lang)
		v.walk([]view{
			{"setup", link, nil},
			{"setup-mistakes", link, func(b *browser) { b.mistake(`form[action="` + link + `"]`) }},
			{"setup-welcome", "/", nil},
			{"setup-signup", "/signup", nil},
		}, lang)
	}
}

// TestPagesClosed checks the pages of a service where nobody can sign up and whose relay is down.
func TestPagesClosed(t *testing.T) {
	t.Parallel()
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
	if _, err := s.Invite(t.Context(), u.Actor(""), "invited@example.com", invitation,
		domain.SystemLetter{Language: "en", Subject: "-", Body: "-", ExpiresAt: time.Now().Add(time.Hour)}, time.Now()); err != nil {
		t.Fatal(err)
	}
	p := serve(t, "--db", path, "--smtp", relay.URL(), "--signup", "closed", "--tick", "50ms")
	b := stranger(t, p.url, "en")
	b.get("/login").send("/login", map[string]string{"email": adminEmail, "password": storetest.Password})
	wait(t, "the page to say that the relay is down", func() bool { return strings.Contains(b.get("/").text(), "The mail server is down.") })
	v := tour{browse(t, p.url, locale.English), os.Getenv("POSTRIDER_SCREENSHOTS"), map[string]bool{}}
	for _, lang := range lookedAtIn() {
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

// TestPagesByInvitation checks the pages of a service where the first user signs up and others need an invitation.
func TestPagesByInvitation(t *testing.T) {
	t.Parallel()
	browserPath(t)
	path := filepath.Join(t.TempDir(), "postrider.db")
	p := serve(t, "--db", path, "--signup", "invite")
	v := tour{browse(t, p.url, locale.English), os.Getenv("POSTRIDER_SCREENSHOTS"), map[string]bool{}}
	for _, lang := range lookedAtIn() {
		v.speak(lang)
		v.walk([]view{{"first-welcome", "/", nil}, {"first-signup", "/signup", nil}, {"first-mailbox", "/mailbox", nil}}, lang)
	}
	if _, err := storetest.OpenAt(t, path).AddUser(t.Context(), admin, domain.RoleAdmin, time.Now()); err != nil {
		t.Fatal(err)
	}
	for _, lang := range lookedAtIn() {
		v.speak(lang)
		v.walk([]view{{"invite-welcome", "/", nil}, {"invite-signup", "/signup", nil}, {"invite-login", "/login", nil}}, lang)
	}
}
