package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"postrider/locale"
	"postrider/store/storetest"
)

// view is a page to look at: where it is and, if that is not all, what to do there.
type view struct {
	name, path string
	then       func(*browser)
}

// failure is the page of an error, which has that status.
type failure struct {
	status int
	view
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
	shots string          // where pictures go; "" for nowhere
	seen  map[string]bool // paths
}

func TestPages(t *testing.T) {
	browserPath(t)
	w := makeWorld(t)
	v := tour{browse(t, w.url, locale.English), os.Getenv("POSTRIDER_SCREENSHOTS"), map[string]bool{}}
	for _, lang := range []string{locale.Russian, locale.English} { // the letters in the mailbox are Russian at first
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

// signedIn does something as that user.
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
	// What does not know the choice goes by the browser.
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
		v.forgive("status of 409") // a form that came too late, which the console lists too
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

// status is that of the page that was loaded last.
func (v tour) status() int {
	v.t.Helper()
	return eval[int](v.browser, `performance.getEntriesByType("navigation")[0].responseStatus`)
}

// show looks at a page in every form.
func (v tour) show(page view, lang string) {
	v.t.Helper()
	v.window(1280, "light")
	v.open(page.path)
	if page.then != nil {
		page.then(v.browser)
	}
	v.until(`document.readyState === "complete"`)
	for _, width := range []int64{1280, 390} {
		for _, theme := range []string{"light", "dark"} {
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
