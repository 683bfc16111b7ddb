package e2e

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"postrider/locale"
	"postrider/store/storetest"
)

// mode makes the browser one that prefers something, or that prints.
func (b *browser) mode(medium string, prefers ...*emulation.MediaFeature) {
	b.t.Helper()
	do(b, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium, Features: prefers})
		return err
	}))
}

func forcedColors(scheme string) []*emulation.MediaFeature {
	return []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}, {Name: "prefers-color-scheme", Value: scheme}}
}

// unseenFocus is what says which element has the focus without showing it, as JavaScript; "" when it is seen.
const unseenFocus = `(e => {
	const style = getComputedStyle(e), ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
	return ring || e === document.body ? "" : e.outerHTML.slice(0, 120);
})(document.activeElement)`

// tabThrough visits with the Tab key what can have the focus on a page.
func (b *browser) tabThrough(visit func()) (stops int) {
	b.t.Helper()
	eval[bool](b, `(document.activeElement.blur(), been = [], true)`)
	for b.press(kb.Tab); b.is(`document.activeElement !== document.body && [-1, been.length - 1].includes(been.indexOf(document.activeElement))`); b.press(kb.Tab) {
		eval[bool](b, `(been.at(-1) === document.activeElement || been.push(document.activeElement), true)`) // a date has several stops
		visit()
	}
	return eval[int](b, "been.length")
}

func TestForcedColors(t *testing.T) {
	browserPath(t)
	o := openOffice(t, locale.English)
	p := serve(t, "--db", o.path)
	n := arrive(t, p.url, locale.English)
	n.signIn(ownerEmail, storetest.Password)
	for _, path := range []string{"/", "/clients", "/mailings/new", "/messages/1/edit", "/profile"}[:scaled(3, 5)] {
		t.Run("show the focus on "+path, func(t *testing.T) {
			for _, scheme := range []string{"light", "dark"}[:scaled(1, 2)] {
				n.mode("", forcedColors(scheme)...)
				n.open(path)
				n.until(`document.readyState === "complete"`)
				stops := n.tabThrough(func() {
					if unseen := eval[string](n.browser, unseenFocus); unseen != "" {
						t.Errorf("%s: nothing shows the focus on %s", scheme, unseen)
					}
				})
				if stops < 10 {
					t.Errorf("the Tab key stops %d times, too few", stops)
				}
			}
		})
	}
	t.Run("show how far a run is", func(t *testing.T) {
		n.mode("", forcedColors("light")...)
		n.open("/")
		at := eval[[]int](n.browser, `(() => {
			const bar = document.querySelector("main").appendChild(document.createElement("progress"));
			Object.assign(bar, { max: 2, value: 1 });
			const r = bar.getBoundingClientRect(), y = r.top + r.height / 2;
			return [r.left + r.width / 4, y, r.left + r.width * 3 / 4, y].map(Math.round);
		})()`)
		shot, err := png.Decode(bytes.NewReader(do(n.browser, chromedp.FullScreenshot(100))))
		if err != nil {
			t.Fatal(err)
		}
		if shot.At(at[0], at[1]) == shot.At(at[2], at[3]) {
			t.Error("the bar has one colour")
		}
	})
}

func TestPrint(t *testing.T) {
	browserPath(t)
	o := openOffice(t, locale.English)
	p := serve(t, "--db", o.path)
	n := arrive(t, p.url, locale.English)
	n.signIn(ownerEmail, storetest.Password)
	for _, path := range []string{"/clients", "/mailings", fmt.Sprintf("/mailings/%d", o.mailing.ID), "/blog"} {
		t.Run(path+" is black on white, without what can only be clicked", func(t *testing.T) {
			n.mode("print", &emulation.MediaFeature{Name: "prefers-color-scheme", Value: "dark"})
			do(n.browser, chromedp.EmulateViewport(700, 900)) // what a sheet of A4 leaves between its margins
			n.open(path)
			n.until(`document.readyState === "complete"`)
			for _, wrong := range eval[[]string](n.browser, `(() => {
				const wrong = [], shown = e => e.checkVisibility();
				for (const e of document.querySelectorAll(".top nav, .account, body > footer, .toasts, button, .button, .search, .skip")) {
					if (shown(e)) wrong.push("it prints " + e.outerHTML.slice(0, 80));
				}
				const white = getComputedStyle(document.body).backgroundColor, black = getComputedStyle(document.querySelector("h1")).color;
				if (white !== "rgb(255, 255, 255)" || black !== "rgb(0, 0, 0)") wrong.push("it is " + black + " on " + white);
				for (const e of document.querySelectorAll(".sheet")) {
					if (getComputedStyle(e).overflowX !== "visible") wrong.push("a list may be cut off");
				}
				for (const e of document.querySelectorAll("tbody tr")) {
					if (getComputedStyle(e).breakInside !== "avoid") wrong.push("a row may be cut in two");
				}
				if (document.documentElement.scrollWidth > innerWidth) wrong.push("it is wider than the paper");
				return wrong;
			})()`) {
				t.Error(wrong)
			}
		})
	}
}

// TestEmptyList: a list with nothing in it has no head.
func TestEmptyList(t *testing.T) {
	browserPath(t)
	o := openOffice(t, locale.English)
	o.hire(t, colleagueEmail, "Carl", locale.English)
	p := serve(t, "--db", o.path)
	n := arrive(t, p.url, locale.English)
	n.signIn(colleagueEmail, storetest.Password)
	for _, width := range []int64{1280, 768, 390} {
		do(n.browser, chromedp.EmulateViewport(width, 900))
		n.open("/clients")
		n.see(n.p.T("No clients yet"))
		if n.is(`[...document.querySelectorAll("table")].some(e => e.checkVisibility())`) {
			t.Errorf("%d wide: it shows the head of a table without rows", width)
		}
		if n.is(`[...document.querySelectorAll(".sheet")].some(e => e.offsetHeight < 5 && parseFloat(getComputedStyle(e).borderTopWidth) > 0)`) {
			t.Errorf("%d wide: it shows the frame of a list without rows", width)
		}
	}
	n.click("main a.button", n.p.T("Add the first client"))
	n.until(find("tr.editing", ""))
}

// TestBusy: while an answer is on its way, the button that asked for it says so.
func TestBusy(t *testing.T) {
	browserPath(t)
	o := openOffice(t, locale.English)
	p := serve(t, "--db", o.path)
	g := newGate(t, p.url)
	n := arrive(t, g.url, locale.English)
	n.signIn(ownerEmail, storetest.Password)
	n.open("/clients")
	n.click("tbody .actions a", n.p.T("Edit %s", officeClient))
	n.until(find("tr.editing", ""))
	const save = `document.querySelector("tr.editing .actions button")`
	calm := eval[string](n.browser, "getComputedStyle("+save+").opacity + getComputedStyle("+save+", '::after').content")
	g.hold(fmt.Sprintf("/clients/%d", o.client.ID))
	n.fill("tr.editing [name=comment]", "Rings twice")
	n.click("tr.editing .actions button", n.p.T("Save"))
	n.until(save + `?.getAttribute("aria-busy") === "true"`)
	if n.is("getComputedStyle(" + save + ").opacity + getComputedStyle(" + save + ", '::after').content === " + quote(calm)) {
		t.Error("the busy button looks like any other")
	}
	g.open()
	n.see(n.p.T("Saved."))
	if n.is(`document.querySelector("[aria-busy]")`) {
		t.Error("it is still busy")
	}
}
