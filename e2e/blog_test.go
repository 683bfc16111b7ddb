package e2e

import (
	"io"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"postrider/domain"
	"postrider/locale"
	"postrider/store"
	"postrider/store/storetest"
)

// blog is a program whose articles are written directly to the store.
type blog struct {
	*program
	t     *testing.T
	store *store.Store
}

func serveBlog(t *testing.T) blog {
	t.Helper()
	file := filepath.Join(t.TempDir(), "postrider.db")
	p := serve(t, "--db", file)
	return blog{p, t, storetest.OpenAt(t, file)}
}

func (b blog) write(title, slug string, publishedAt time.Time) domain.Post {
	b.t.Helper()
	p, err := b.store.CreatePost(b.t.Context(), domain.Post{Author: "Vera", Title: title, Slug: slug, PublishedAt: publishedAt,
		Content: "The first words of " + title + ".\n\n## More\n\n> A quote.\n\n    code\n\n| a | b |\n|---|---|\n| 1 | 2 |"}, time.Now())
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

func (b blog) views(p domain.Post) int64 {
	b.t.Helper()
	now, err := b.store.Post(b.t.Context(), p.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	return now.Views
}

// feed returns what a feed reader gets.
func (b blog) feed() []*gofeed.Item {
	b.t.Helper()
	res, err := http.Get(b.url + "/blog/feed.xml")
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	feed, err := gofeed.NewParser().ParseString(string(text))
	if err != nil {
		b.t.Fatal(err)
	}
	return feed.Items
}

func TestBlog(t *testing.T) {
	browserPath(t)
	for _, lang := range languages() {
		t.Run("is read on a phone, in "+lang, func(t *testing.T) {
			t.Parallel()
			b := serveBlog(t)
			v := tour{browse(t, b.url, lang), "", map[string]bool{}}
			v.window(390, "light")
			b.readPublished(v, locale.For(lang, nil))
			b.seeScheduled(v)
			b.lookForDraft(v)
			b.editDraft(v, locale.For(lang, nil))
		})
	}
}

// readPublished finds an article, reads it twice, and then reads another one. Once that one is counted, the first has been too.
func (b blog) readPublished(v tour, p *locale.Printer) {
	first, other := b.write("Letters that <b>arrive</b>", "letters", time.Now().Add(-time.Hour)), b.write("Other", "other", time.Now().Add(-time.Minute))
	v.open("/")
	v.click("nav a", p.T("Blog"))
	v.click("h2 a", first.Title)
	v.until(`document.querySelector("h1").textContent === ` + quote(first.Title))
	for _, wrong := range eval[[]string](v.browser, lookOver) {
		b.t.Error(wrong)
	}
	v.open("/blog/letters")
	v.see(p.T("%d-minute read", 1))
	v.click(".article-others a[rel=next]", "")
	v.until(`document.querySelector("h1").textContent === "Other"`)
	wait(b.t, "the views to be counted", func() bool { return b.views(other) == 1 })
	if n := b.views(first); n != 1 {
		b.t.Errorf("%d views of an article that was read twice", n)
	}
	if items := b.feed(); len(items) != 2 || items[1].Title != first.Title || items[1].Link != b.url+"/blog/letters" {
		b.t.Errorf("the feed has %v", items)
	}
}

// seeScheduled reloads the blog until an article appears that is due during the test.
func (b blog) seeScheduled(v tour) {
	p := b.write("Soon", "soon", time.Now().Add(3*time.Second))
	v.open("/blog/soon")
	if v.is(`document.querySelector(".article-text")`) && time.Now().Before(p.PublishedAt) {
		b.t.Error("a scheduled article is there before its time")
	}
	v.forgive("/blog/soon")
	wait(b.t, "the scheduled article", func() bool {
		v.open("/blog")
		return v.is(find("h2 a", "Soon"))
	})
	v.click("h2 a", "Soon")
	v.see("The first words of Soon.")
	if items := b.feed(); len(items) != 3 || items[0].Title != "Soon" {
		b.t.Errorf("the feed has %v", items)
	}
}

func (b blog) lookForDraft(v tour) {
	b.write("Draft", "a-draft", time.Time{})
	v.open("/blog/a-draft")
	v.until(`!document.querySelector(".article-text") && document.querySelector("h1")`)
	v.forgive("/blog/a-draft")
	v.open("/blog")
	if v.is(find("h2 a", "Draft")) {
		b.t.Error("strangers see that there is a draft")
	}
}

// editDraft opens the draft as an editor, whose reading is not counted.
func (b blog) editDraft(v tour, p *locale.Printer) {
	in := domain.SignUp{Email: newcomerEmail, Name: "Vera", Password: newcomerPassword, Language: p.Lang(), TimeZone: "UTC"}
	if _, err := b.store.AddUser(b.t.Context(), in, domain.RoleEditor, time.Now()); err != nil {
		b.t.Fatal(err)
	}
	v.open("/login")
	v.fill("[name=email]", newcomerEmail)
	v.fill("[name=password]", newcomerPassword)
	v.click("main button", "")
	v.until(`location.pathname === "/" && document.querySelector(".account form")`)
	v.open("/blog/a-draft")
	v.see(p.T("Only editors and admins can see this article."))
	for _, wrong := range eval[[]string](v.browser, lookOver) {
		b.t.Error(wrong)
	}
}
