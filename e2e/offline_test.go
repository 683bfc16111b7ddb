package e2e

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"postrider/locale"
	"postrider/store/storetest"
)

// outages are the ways in which nobody answers.
var outages = map[string]func(http.ResponseWriter){"there is no connection": cut, "a proxy is alone": badGateway}

func TestOffline(t *testing.T) {
	for name, outage := range outages {
		inBoth(t, "while "+name, func(t *testing.T, lang string) {
			o := openOffice(t, lang)
			soon := o.planSoon(t)
			p := serve(t, "--db", o.path)
			g := newGate(t, p.url)
			n := arrive(t, g.url, lang)
			n.signIn(ownerEmail, storetest.Password)
			n.open("/mailings")
			n.see(soon.Name)
			n.pollsInVain(g, outage, soon.ID)
			n.savesInVain(g, outage, "/clients", func() {
				n.click("tbody .actions a", n.p.T("Edit %s", officeClient))
			}, "tr.editing", "comment")
			n.savesInVain(g, outage, "/messages/1/edit", func() {}, "main", "subject")
			n.savesInVain(g, outage, fmt.Sprintf("/mailings/%d/edit", o.mailing.ID), func() {}, "main", "name")
			n.forgive("net::ERR_")
			n.forgive("Failed to fetch")
			n.forgive("status of 502")
		})
	}
}

// pollsInVain watches a list that asks for news while nobody answers: one line says so, until somebody does.
func (n newcomer) pollsInVain(g *gate, outage func(http.ResponseWriter), mailing int64) {
	n.t.Helper()
	line := n.p.T("Connection lost, trying again")
	eval[bool](n.browser, `(failed = 0, ["htmx:error", "htmx:before:response"].forEach(name =>
		document.addEventListener(name, e => { if (!(e.detail.ctx.response?.status < 500)) failed++ })), true)`)
	g.fail(outage)
	n.see(line)
	n.until("failed >= 3")
	if toasts := eval[[]string](n.browser, `[...document.querySelectorAll(".toast")].map(e => e.innerText)`); len(toasts) != 1 {
		n.t.Errorf("after three polls in vain it shows %q", toasts)
	}
	if !n.is(fmt.Sprintf(`document.querySelector("#mailing-%d th a")`, mailing)) {
		n.t.Error("the row is gone")
	}
	g.fail(nil)
	n.until(`!document.querySelector(".toast")`)
}

// savesInVain types into a form and saves it while nobody answers, then once more.
func (n newcomer) savesInVain(g *gate, outage func(http.ResponseWriter), path string, begin func(), form, field string) {
	n.t.Helper()
	n.open(path)
	begin()
	in := fmt.Sprintf("%s [name=%s]", form, field)
	n.fill(in, "Typed with care")
	g.fail(outage)
	n.click(form+" .actions button:not([type=button])", n.p.T("Save"))
	n.see(n.p.T("The server cannot be reached. What you typed is still here: try again in a moment."))
	if !n.is(fmt.Sprintf(`location.pathname === %s && document.querySelector(%s).value === "Typed with care"`, quote(path), quote(in))) {
		n.t.Errorf("on %s what was typed is lost", path)
	}
	g.fail(nil)
	n.click(form+" .actions button:not([type=button])", n.p.T("Save"))
	n.until(fmt.Sprintf(`!document.querySelector(%s) && document.querySelector(".toast-good") && !document.querySelector(".toast-offline")`, quote(in)))
	n.see("Typed with care")
}

// TestToasts: one at a time, never over a control, and gone by itself although nothing may move.
func TestToasts(t *testing.T) {
	browserPath(t)
	o := openOffice(t, locale.English)
	for i := range 30 {
		storetest.Client(t, o.store, o.owner.TeamID, fmt.Sprintf("client%02d@example.com", i))
	}
	p := serve(t, "--db", o.path)
	n := arrive(t, p.url, locale.English)
	n.signIn(ownerEmail, storetest.Password)
	v := tour{browser: n.browser}
	for _, width := range []int64{1280, 768, 390, 320} {
		v.window(width, "light") // with reduced motion
		n.open("/clients")
		n.click(".page-head a", "")
		for i := range 2 {
			email := fmt.Sprintf("new-%d-%d@example.com", width, i)
			n.fill("tr.editing [name=email]", email)
			n.click("tr.editing .actions button", n.p.T("Save"))
			n.see(email)
			n.until(fmt.Sprintf(`[...document.querySelectorAll(".toast")].at(-1)?.innerText.includes(%s)`, quote(email)))
		}
		n.clearToast(width)
	}
	n.until(`!document.querySelector(".toast")`)
}

// TestToastWithoutScript: what was done is told in a line of the page, which covers nothing and offers no button that does nothing.
func TestToastWithoutScript(t *testing.T) {
	browserPath(t)
	o := openOffice(t, locale.English)
	p := serve(t, "--db", o.path)
	n := arrive(t, p.url, locale.English)
	n.signIn(ownerEmail, storetest.Password)
	do(n.browser, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
	n.open(fmt.Sprintf("/clients/%d/edit", o.client.ID))
	n.click("main .actions button", n.p.T("Save"))
	n.until(find(".toast", ""))
	if n.is(`getComputedStyle(document.querySelector(".toasts")).position !== "static" || ` + find(".toast button", "")) {
		t.Error("the toast lies over the page, or has a button")
	}
	if n.is(find("#toast-lost, .toast-lost, .toast-offline", "")) {
		t.Error("it says that nobody answers")
	}
}

// clearToast scrolls through the page, and finds the one toast over none of its controls.
func (n newcomer) clearToast(width int64) {
	n.t.Helper()
	for _, wrong := range eval[[]string](n.browser, `(async () => {
		const wrong = [], frame = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
		const toast = document.querySelector(".toast");
		for (let top = 0; top < 1200; top += 130) {
			scrollTo(0, top);
			await frame();
			await Promise.all(toast.getAnimations().map(a => a.finished));
			const all = document.querySelectorAll(".toast"), t = toast.getBoundingClientRect();
			if (all.length !== 1) wrong.push(all.length + " toasts");
			for (const e of document.querySelectorAll("a, button, input, select, textarea")) {
				const r = e.getBoundingClientRect();
				if (toast.contains(e) || !e.checkVisibility() || r.bottom <= t.top || r.top >= t.bottom || r.right <= t.left || r.left >= t.right) continue;
				wrong.push("scrolled by " + top + " the toast is over " + e.outerHTML.slice(0, 90));
			}
		}
		return wrong;
	})()`) {
		n.t.Errorf("%d wide: %s", width, wrong)
	}
}
