package e2e

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"postrider/domain"
	"postrider/store/storetest"
)

// shown is JavaScript for whether the panel of a menu of the header is visible.
func shown(menu string) string {
	return `document.querySelector("header ` + menu + ` .menu-panel").checkVisibility()`
}

// withoutScript switches the scripts of the pages off.
func (b *browser) withoutScript() {
	b.t.Helper()
	do(b, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return chromedp.Void{}, err
	})
}

func TestMenus(t *testing.T) {
	inBoth(t, "open and close by mouse and by keyboard", func(t *testing.T, lang string) {
		n := visitAsAdmin(t, lang)
		n.click("nav summary", n.p.T("Admin"))
		n.until(shown("nav"))
		n.click("footer span", "")
		n.until("!" + shown("nav"))
		n.click("nav summary", n.p.T("Admin"))
		n.until(shown("nav"))
		n.click(".account summary", "")
		n.until("!" + shown("nav") + " && " + shown(".account"))
		n.press(kb.Escape)
		n.until("!" + shown(".account") + ` && document.activeElement === document.querySelector(".account summary")`)
		n.press(kb.Enter)
		n.until(shown(".account"))
		n.press(kb.Tab)
		n.until(`document.activeElement === document.querySelector('.account a[href="/profile"]')`)
		n.press(kb.Tab, chromedp.ModifierShift)
		n.press(kb.Tab, chromedp.ModifierShift)
		n.until("!" + shown(".account")) // the focus has left it
		n.click("nav summary", n.p.T("Admin"))
		n.click("nav .menu a", n.p.T("Limits"))
		n.at("/limits")
	})
	inBoth(t, "work without a script", func(t *testing.T, lang string) {
		n := visitAsAdmin(t, lang)
		n.withoutScript()
		n.open("/")
		n.click("nav summary", n.p.T("Admin"))
		n.click("nav .menu a", n.p.T("Users"))
		n.at("/users")
		n.signOut()
	})
	inBoth(t, "are one row on a phone, which scrolls to where the visitor is", func(t *testing.T, lang string) {
		n := visitAsAdmin(t, lang)
		for _, width := range []int64{320, 390} {
			do(n.browser, chromedp.EmulateViewport(width, 800))
			n.open("/posts")
			n.until(`document.querySelector(".top nav").offsetHeight < 48 && document.documentElement.scrollWidth <= innerWidth`)
			n.until(`(([row, here]) => here.right <= row.right + 1 && here.left >= row.left - 1)(
				[".top nav > ul", ".top nav [aria-current=page]"].map(s => document.querySelector(s).getBoundingClientRect()))`)
			for _, menu := range []string{"nav", ".account"} {
				n.click("header "+menu+" summary", "")
				n.until(shown(menu) + ` && document.documentElement.scrollWidth <= innerWidth &&
					(r => r.left >= 0 && r.right <= innerWidth)(document.querySelector("header ` + menu + ` .menu-panel").getBoundingClientRect())`)
			}
		}
	})
}

// visitAsAdmin is an admin who has signed in to an empty service.
func visitAsAdmin(t *testing.T, lang string) newcomer {
	t.Helper()
	path := filepath.Join(t.TempDir(), "postrider.db")
	in := domain.SignUp{Email: adminEmail, Name: "Ada", Password: storetest.Password, Language: lang, TimeZone: browserZone}
	if _, err := storetest.OpenAt(t, path).AddUser(t.Context(), in, domain.RoleAdmin, time.Now()); err != nil {
		t.Fatal(err)
	}
	n := arrive(t, serve(t, "--db", path).url, lang)
	n.signIn(adminEmail, storetest.Password)
	return n
}
