package e2e

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"postrider/domain"
	"postrider/locale"
)

// editor is an editor of the blog in a browser.
type editor struct {
	*browser
	blog
	p *locale.Printer
}

func TestEditor(t *testing.T) {
	browserPath(t)
	for _, lang := range languages() {
		t.Run("writes, publishes, edits and deletes an article, in "+lang, func(t *testing.T) {
			t.Parallel()
			b := serveBlog(t)
			in := domain.SignUp{Email: newcomerEmail, Name: "Vera", Password: newcomerPassword, Language: lang, TimeZone: browserZone}
			if _, err := b.store.AddUser(t.Context(), in, domain.RoleEditor, time.Now()); err != nil {
				t.Fatal(err)
			}
			e := editor{browse(t, b.url, lang), b, locale.For(lang, nil)}
			e.signIn()
			e.writeDraft()
			e.addPicture()
			e.publish()
			e.readOnPhone(lang)
			e.editInRow()
			e.remove()
		})
	}
}

func (e editor) signIn() {
	e.open("/login")
	e.fill("[name=email]", newcomerEmail)
	e.fill("[name=password]", newcomerPassword)
	e.click("main button", "")
	e.click("nav a", e.p.T("Articles"))
	e.see(e.p.T("No articles yet"))
	e.click("main a", e.p.T("Write your first article"))
}

// open opens a page in the browser; blog has a method of that name too.
func (e editor) open(path string) { e.browser.open(path) }

func (e editor) writeDraft() {
	e.fill("[name=title]", "Ржаной хлеб")
	e.see(e.p.T("The address will be %s", "/blog/rzhanoi-khleb"))
	e.fill("[name=content]", "## Day one\n\nFlour and **water**.")
	e.seeInFrame("Ржаной хлеб")
	e.seeInFrame("Flour and water.")
	e.click("main button", e.p.T("Save"))
	e.see(e.p.T("Saved the article “%s”.", "Ржаной хлеб"))
	e.until(`document.querySelector("[name=slug]").value === "rzhanoi-khleb"`)
	e.see(e.p.T("Draft"))
}

// addPicture first tries a file that is not a picture. Nothing typed is lost.
func (e editor) addPicture() {
	dir := e.browser.t.TempDir()
	fake, photo := filepath.Join(dir, "fake.png"), filepath.Join(dir, "photo.jpg")
	var out bytes.Buffer
	m := image.NewRGBA(image.Rect(0, 0, 1000, 600))
	for i := range 1000 * 600 {
		m.SetRGBA(i%1000, i/1000, color.RGBA{uint8(i / 4), 120, 40, 255})
	}
	if err := jpeg.Encode(&out, m, nil); err != nil {
		e.browser.t.Fatal(err)
	}
	for name, file := range map[string][]byte{fake: []byte("<html><script>alert(1)</script>"), photo: out.Bytes()} {
		if err := os.WriteFile(name, file, 0o600); err != nil {
			e.browser.t.Fatal(err)
		}
	}
	e.fill("[name=image_alt]", "A loaf")
	e.fill("[name=content]", "Flour, **water** and salt.")
	e.chooseFile(fake)
	e.click("main button", e.p.T("Save"))
	e.see(e.p.T("This file isn't an image we can show. Choose a PNG, JPEG, WebP or GIF."))
	e.until(`document.querySelector("[name=content]").value === "Flour, **water** and salt." && document.querySelector("[name=image_alt]").value === "A loaf"`)
	e.forgive("status of 415")
	e.chooseFile(photo)
	e.seeInFrame(e.p.T("The image you chose will appear here once you save."))
	e.click("main button", e.p.T("Save"))
	e.see(e.p.T("Remove image"))
	e.until(`document.querySelector(".post-image-now img").naturalWidth === 400`)
}

// chooseFile chooses a file in the form.
func (e editor) chooseFile(path string) {
	e.browser.t.Helper()
	e.until(find("[name=image]", ""))
	object := eval[*runtime.RemoteObject](e.browser, `document.querySelector("[name=image]")`)
	do(e.browser, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{path}, ObjectID: object.ObjectID})
		return chromedp.Void{}, err
	})
	e.until(`document.querySelector("[name=image]").files.length === 1`)
}

func (e editor) publish() {
	e.click("main button", e.p.T("Publish now"))
	e.see(e.p.T("Published “%s”.", "Ржаной хлеб"))
	e.until(`location.pathname === "/posts" && document.querySelector(".badge-good")`)
}

// readOnPhone reads the article as a stranger.
func (e editor) readOnPhone(lang string) {
	v := tour{browse(e.browser.t, e.url(), lang), "", map[string]bool{}}
	v.window(390, "light")
	v.open("/blog")
	v.click("h2 a", "Ржаной хлеб")
	v.see("Flour, water and salt.")
	v.until(`(i => i.naturalWidth > 0 && i.alt === "A loaf" && i.srcset.split(",").length === 3)(document.querySelector(".article-image img"))`)
	v.see("Vera")
	if v.is(`document.documentElement.innerHTML.includes(` + quote(newcomerEmail) + `)`) {
		e.browser.t.Error("strangers see the author's address")
	}
	p := e.only()
	wait(e.browser.t, "the view to be counted", func() bool { return e.views(p) == 1 })
	if items := e.feed(); len(items) != 1 || items[0].Title != "Ржаной хлеб" {
		e.browser.t.Errorf("the feed has %v", items)
	}
}

func (e editor) url() string { return e.browser.url }

// only is the only article.
func (e editor) only() domain.Post {
	e.browser.t.Helper()
	p, err := e.store.PostBySlug(e.browser.t.Context(), "rzhanoi-khleb")
	if err != nil {
		e.browser.t.Fatal(err)
	}
	return p
}

func (e editor) editInRow() {
	e.open("/posts")
	e.until(`document.querySelector("tbody [data-label]:nth-child(4)").innerText === "1"`)
	e.click("a", e.p.T("Edit %s", "Ржаной хлеб"))
	e.fill("tr.editing [name=title]", "Nothing")
	e.press(kb.Escape)
	e.until(`!document.querySelector("tr.editing")`)
	e.click("a", e.p.T("Edit %s", "Ржаной хлеб"))
	e.fill("tr.editing [name=title]", "")
	e.click("tr.editing button", e.p.T("Save"))
	e.until(`document.activeElement.name === "title" && document.activeElement.getAttribute("aria-invalid") === "true"`)
	e.fill("tr.editing [name=title]", "Rye bread")
	e.fill("tr.editing [name=slug]", "rye-bread")
	e.press(kb.Enter, chromedp.ModifierCtrl)
	e.see("/blog/rye-bread")
	e.until(`!document.querySelector("tr.editing") && document.activeElement.getAttribute("aria-label") === ` + quote(e.p.T("Edit %s", "Rye bread")))
	e.open("/blog/rzhanoi-khleb")
	e.until(`location.pathname === "/blog/rye-bread" && document.querySelector("h1").textContent === "Rye bread"`)
	e.see("Flour, water and salt.")
}

func (e editor) remove() {
	image := eval[string](e.browser, `document.querySelector(".article-image img").currentSrc`)
	e.open("/posts")
	e.click("button", e.p.T("Delete %s", "Rye bread"))
	e.see(e.p.T("Deleted “%s”.", "Rye bread"))
	e.until(`!document.querySelector("tbody tr")`)
	if !e.asked(e.p.T("Delete the article “%s”? Links to it will stop working.", "Rye bread")) {
		e.browser.t.Error("it did not ask first")
	}
	if status := eval[int](e.browser, `fetch(`+quote(image)+`, { cache: "no-store" }).then(r => r.status)`); status != 404 {
		e.browser.t.Errorf("the image is still there: %d", status)
	}
	e.forgive("status of 404")
}
