package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"postrider/locale"
)

// view is a page to look at: where it is and, if that is not all, what to do there.
type view struct {
	name, path string
	then       func(*browser)
}

// strangers are the pages for everybody. verify and reset are the addresses in letters.
func strangers(verify, reset string) []view {
	return []view{
		{"welcome", "/", nil},
		{"blog", "/blog", nil},
		{"article", "/blog/three-days-of-rye", nil},
		{"article-middle", "/blog/reading-a-bounce", nil},
		{"signup", "/signup", nil},
		{"signup-mistakes", "/signup", func(b *browser) { b.sendForm("/signup") }},
		{"login", "/login", nil},
		{"login-sent", "/login?notice=sent", nil},
		{"login-verified", "/login?notice=verified", nil},
		{"login-mistakes", "/login", func(b *browser) { b.sendForm("/login") }},
		{"login-unconfirmed", "/login", func(b *browser) {
			b.fill("[name=email]", newcomerEmail)
			b.fill("[name=password]", newcomerPassword)
			b.sendForm("/login")
		}},
		{"login-reset", "/login?notice=reset", nil},
		{"forgot", "/forgot", nil},
		{"forgot-mistakes", "/forgot", func(b *browser) { b.sendForm("/forgot") }},
		{"reset", reset, nil},
		{"reset-mistakes", reset, func(b *browser) {
			b.click("main button", "")
			b.until(`document.querySelector(".problems")`)
		}},
		{"verify", verify, nil},
		{"mailbox", "/mailbox", nil},
		{"letter", "/mailbox/1", nil},
		{"missing", "/no-such-page", nil},
	}
}

// members are the pages for somebody with an account, who has what the demo has.
func members() []view {
	edit := func(b *browser) {
		b.click("tbody tr:first-child .actions a", "")
		b.until(find("tr.editing", ""))
	}
	return []view{
		{"home", "/", nil},
		{"article-draft", "/blog/a-letter-from-the-mill", nil},
		{"article-scheduled", "/blog/bread-for-friday", nil},
		{"clients", "/clients", nil},
		{"clients-edit", "/clients", edit},
		{"clients-add", "/clients", func(b *browser) {
			b.click(".page-head a", "")
			b.sendForm("/clients")
			b.until(find("[aria-invalid=true]", ""))
		}},
		{"clients-nobody", "/clients?q=nobody-has-this", nil},
		{"client", "/clients/1", nil},
		{"client-new", "/clients/new", nil},
		{"client-edit", "/clients/1/edit", nil},
		{"messages", "/messages", nil},
		{"messages-edit", "/messages", edit},
		{"message", "/messages/1", nil},
		{"message-new", "/messages/new", nil},
		{"message-edit", "/messages/1/edit", func(b *browser) { b.seeInFrame("Corner Bakery") }},
		{"message-mistakes", "/messages/new", func(b *browser) { b.sendForm("/messages") }},
		{"mailings", "/mailings", nil},
		{"mailings-edit", "/mailings", edit},
		{"mailing-running", "/mailings/1", nil},
		{"mailing-completed", "/mailings/2", nil},
		{"mailing-paused", "/mailings/3", nil},
		{"mailing-today", "/mailings/4", nil},
		{"mailing-new", "/mailings/new", nil},
		{"mailing-picked", "/mailings/new?audience=clients&client_ids=1&client_ids=3", nil},
		{"mailing-mistakes", "/mailings/new", func(b *browser) { b.sendForm("/mailings") }},
		{"mailing-edit", "/mailings/1/edit", nil},
		{"log", "/mailings/1/log", nil},
		{"posts", "/posts", nil},
		{"posts-edit", "/posts", edit},
		{"posts-nothing", "/posts?q=nobody-has-this", nil},
		{"post-new", "/posts/new", nil},
		{"post-edit", "/posts/1/edit", func(b *browser) { b.until(`document.querySelector("iframe").contentWindow.length === 0`) }},
		{"post-mistakes", "/posts/new", func(b *browser) { b.sendForm("/posts") }},
		{"users", "/users", nil},
		{"users-nobody", "/users?q=nobody-has-this", nil},
		{"user", "/users/1", nil},
		{"user-mistakes", "/users/2", func(b *browser) {
			b.click("main button.danger", "")
			b.until(`document.querySelector(".problems")`)
		}},
		{"audit", "/audit", nil},
		{"profile", "/profile", nil},
		{"profile-mistakes", "/profile", func(b *browser) {
			b.click(`form[action="/profile/password"] button`, "")
			b.until(`document.querySelector(".problems")`)
		}},
		{"profile-delete", "/profile/delete", nil},
		{"profile-delete-mistakes", "/profile/delete", func(b *browser) { b.sendForm("/profile/delete") }},
		{"missing-inside", "/clients/999999", nil},
	}
}

// sendForm sends the form for that path as it is.
func (b *browser) sendForm(action string) {
	b.t.Helper()
	button := fmt.Sprintf(`form[method=post][action=%q] .actions button:not([type=button])`, action)
	b.until(find(button, ""))
	eval[bool](b, fmt.Sprintf("(%s.click(), true)", find(button, "")))
	b.until(`document.querySelector(".problems")`)
}

var credentials = regexp.MustCompile(`Sign in as (\S+) with the password (\S+)`)

// tour shows every page in every form.
type tour struct {
	*browser
	shots string // where pictures go; "" for nowhere
}

func TestPages(t *testing.T) {
	browserPath(t)
	p := serve(t, "demo")
	p.mu.Lock()
	who := credentials.FindStringSubmatch(p.output.String())
	p.mu.Unlock()
	if who == nil {
		t.Fatal("it did not say how to sign in")
	}
	guest := stranger(t, p.url, locale.Russian) // whose letter is in the mailbox, where the Russian texts are checked
	guest.get("/signup").send("/signup", map[string]string{"email": newcomerEmail, "password": newcomerPassword})
	verify := guest.letter(locale.For(locale.Russian, nil).T("Confirm your address for Postrider")).link("/verify/")
	guest.get("/forgot").send("/forgot", map[string]string{"email": newcomerEmail})
	reset := guest.letter(locale.For(locale.Russian, nil).T("A new password for Postrider")).link("/reset/")
	v := tour{browse(t, p.url, locale.English), os.Getenv("POSTRIDER_SCREENSHOTS")}
	for _, lang := range []string{locale.English, locale.Russian} {
		v.open("/")
		v.speak(lang)
		v.walk(strangers(verify, reset), lang)
		v.open("/login")
		v.fill("[name=email]", who[1])
		v.fill("[name=password]", who[2])
		v.click("main button", "")
		v.until(`location.pathname === "/" && document.querySelector(".account form")`)
		v.speak(lang)
		v.walk(members(), lang)
		v.click(".account button", "")
		v.until(`document.querySelector('.account a[href="/login"]')`)
	}
}

// speak switches the language.
func (v tour) speak(lang string) {
	v.t.Helper()
	if v.is("document.documentElement.lang !== " + quote(lang)) {
		v.click("button[name=lang]", "")
		v.until("document.documentElement.lang === " + quote(lang))
	}
}

func (v tour) walk(views []view, lang string) {
	for _, page := range views {
		v.window(1280, "light")
		v.open(page.path)
		if page.then != nil {
			page.then(v.browser)
		}
		for _, width := range []int64{1280, 390} {
			for _, theme := range []string{"light", "dark"} {
				v.window(width, theme)
				name := fmt.Sprintf("%s-%d-%s-%s", page.name, width, theme, lang)
				for _, wrong := range eval[[]string](v.browser, lookOver) {
					v.t.Errorf("%s: %s", name, wrong)
				}
				v.shoot(name)
			}
		}
		if lang == locale.Russian {
			v.readRussian(page.name)
		}
	}
	v.forgive("/no-such-page") // the console lists what was not found
	v.forgive("/clients/999999")
}

// window gives the browser a width and the system's theme.
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
