package e2e

import (
	"context"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"postrider/domain"
	"postrider/locale"
)

// gate serves the program through a proxy that can hold htmx back.
type gate struct {
	url    string
	mu     sync.Mutex
	opened chan struct{} // closed once htmx may pass
}

func newGate(t *testing.T, program string) *gate {
	t.Helper()
	to, err := url.Parse(program)
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{opened: make(chan struct{})}
	close(g.opened)
	server := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host
		if strings.Contains(r.In.URL.Path, "htmx") {
			g.pass()
		}
	}})
	t.Cleanup(server.Close)
	g.url = strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	return g
}

func (g *gate) pass() {
	g.mu.Lock()
	opened := g.opened
	g.mu.Unlock()
	<-opened
}

func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.opened = make(chan struct{})
}

func (g *gate) open() { close(g.opened) }

// openEarly opens a page whose scripts are held back.
func (b *browser) openEarly(path string) {
	b.t.Helper()
	eval[bool](b, "(location.href = "+quote(path)+", true)")
	b.until(`location.pathname === ` + quote(path) + ` && document.readyState !== "complete"`)
}

// typeEarly types into a field while the page still waits for its scripts.
func (b *browser) typeEarly(path, selector, text string) {
	b.t.Helper()
	b.openEarly(path)
	b.until(`(e => e && (e.focus(), document.activeElement === e))(` + find(selector, "") + `)`)
	do(b, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
		return err
	}))
	b.until(`document.querySelector(` + quote(selector) + `).value === ` + quote(text))
}

func TestTypingBeforeScripts(t *testing.T) {
	browserPath(t)
	site := serveBlog(t)
	in := domain.SignUp{Email: newcomerEmail, Name: "Vera", Password: newcomerPassword, Language: locale.English, TimeZone: browserZone}
	u, err := site.store.AddUser(t.Context(), in, domain.RoleEditor, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"anna@example.com", "boris@example.com"} {
		if _, err := site.store.CreateClient(t.Context(), domain.CommandLineActor(), domain.Client{TeamID: u.TeamID, Email: address}, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	g := newGate(t, site.url)
	b := browse(t, g.url, locale.English)
	do(b, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error { // a cached htmx would bypass the gate
		_, err := cdp.Call(ctx, t, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
		return err
	}))
	b.open("/login")
	b.fill("[name=email]", newcomerEmail)
	b.fill("[name=password]", newcomerPassword)
	b.click("main button", "")
	b.see("Vera")
	t.Run("the address of a new article follows its title", func(t *testing.T) {
		g.shut()
		b.typeEarly("/posts/new", "[name=title]", "Rye bread")
		g.open()
		b.see("/blog/rye-bread")
	})
	t.Run("a search narrows its list", func(t *testing.T) {
		g.shut()
		b.typeEarly("/clients", "[name=q]", "boris")
		g.open()
		b.until(`!document.querySelector("#clients").textContent.includes("anna@")`)
		b.see("boris@example.com")
	})
	t.Run("the next runs follow what is chosen", func(t *testing.T) {
		g.shut()
		b.openEarly("/mailings/new")
		b.until(`(e => e && (e.click(), e.checked))(document.querySelector("[name=periodicity][value=weekly]"))`)
		g.open()
		b.until(`document.querySelectorAll(".coming li").length === 5`)
	})
	t.Run("a list is narrowed by what is chosen", func(t *testing.T) {
		g.shut()
		b.openEarly("/clients")
		b.until(`(e => e && (e.value = "undeliverable"))(document.querySelector("[name=status]")) === "undeliverable"`)
		g.open()
		b.until(`!document.querySelector("#clients").textContent.includes("@example.com")`)
	})
}
