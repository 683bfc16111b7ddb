package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"postrider/domain"
	"postrider/store/storetest"
)

// firefox is a reader's User-Agent.
const firefox = "Mozilla/5.0 (Android 16; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0"

// reader is a stranger's browser.
func (st *site) reader() *browser {
	b := st.browser()
	b.header["User-Agent"] = firefox
	return b
}

// illustrated makes a published article that has an image.
func (st *site) illustrated(p domain.Post) domain.Post {
	st.t.Helper()
	st.raw.Insert("images", map[string]any{"id": 7, "name": "abc", "type": "image/jpeg", "created_at": 1})
	for _, width := range []int{400, 800} {
		st.raw.Insert("image_sizes", map[string]any{"image_id": 7, "width": width, "height": width * 3 / 4, "data": []byte{0}})
	}
	p.Image = domain.Image{ID: 7, Sizes: []domain.ImageSize{{Width: 400, Height: 300}, {Width: 800, Height: 600}}}
	made, err := st.store.CreatePost(st.t.Context(), p, st.now.Add(-time.Hour))
	if err != nil {
		st.t.Fatal(err)
	}
	return made
}

// elements returns the page's elements with that name and, unless it is "", that attribute with that value.
func (a answer) elements(t testing.TB, name, key, value string) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	var found []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == name && (key == "" || attribute(n, key) == value) {
			found = append(found, n)
		}
	}
	return found
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// link returns where the head's link of that kind leads; "" if there is none.
func (a answer) link(t testing.TB, rel string) string {
	t.Helper()
	for _, n := range a.elements(t, "link", "rel", rel) {
		return attribute(n, "href")
	}
	return ""
}

func TestBlogList(t *testing.T) {
	st := open(t)
	b := st.reader()
	t.Run("says what belongs there while it is empty", func(t *testing.T) {
		b.get("/blog").want(t, 200, "Nothing published yet", "/blog/feed.xml")
	})
	for i := 1; i <= 25; i++ {
		storetest.Post(t, st.store, fmt.Sprintf("Post %d", i), st.now.Add(time.Duration(i-25)*time.Hour))
	}
	storetest.Post(t, st.store, "Hidden draft", time.Time{})
	storetest.Post(t, st.store, "Hidden future", st.now.Add(time.Second))
	t.Run("leads from page to page and back, each with its own address", func(t *testing.T) {
		first := b.get("/blog")
		first.want(t, 200, ">Post 25<", ">Post 16<", "The text of Post 25.", "1-minute read", "10 Mar 2026")
		first.wantLack(t, ">Post 15<", "Hidden", `rel="prev"`)
		second := b.get(first.link(t, "next"))
		second.want(t, 200, ">Post 15<", ">Post 6<")
		third := b.get(second.link(t, "next"))
		third.want(t, 200, ">Post 5<", ">Post 1<")
		third.wantLack(t, `rel="next"`)
		if second.link(t, "prev") != "/blog" || third.link(t, "prev") != first.link(t, "next") {
			t.Errorf("back lead %q and %q", second.link(t, "prev"), third.link(t, "prev"))
		}
		if first.link(t, "canonical") != "http://postrider.test/blog" || second.link(t, "canonical") != "http://postrider.test"+first.link(t, "next") {
			t.Errorf("the addresses are %q and %q", first.link(t, "canonical"), second.link(t, "canonical"))
		}
		b.get("/blog?after=rubbish&x=y").want(t, 200, ">Post 25<", `<link rel="canonical" href="http://postrider.test/blog">`)
	})
	t.Run("has no page after the last one", func(t *testing.T) {
		b.get("/blog?after=eyJWYWx1ZSI6IjEiLCJJRCI6MX0").want(t, 404)
	})
	t.Run("has one h1, and names the feed", func(t *testing.T) {
		a := b.get("/blog")
		if len(a.elements(t, "h1", "", "")) != 1 || len(a.elements(t, "h2", "", "")) != 10 || a.link(t, "alternate") != "/blog/feed.xml" {
			t.Error(a.body)
		}
	})
	t.Run("says it in Russian", func(t *testing.T) {
		b.header["Accept-Language"] = "ru"
		b.get("/blog").want(t, 200, ">Блог<", "10 мар. 2026", "1 минута чтения", "Более старые")
	})
}

func TestBlogArticle(t *testing.T) {
	st := open(t)
	b := st.reader()
	older := storetest.Post(t, st.store, "Older", st.now.Add(-48*time.Hour))
	p := st.illustrated(domain.Post{Author: "Ann Author", Title: "The middle", Slug: "the-middle", PublishedAt: st.now.Add(-24 * time.Hour),
		Content: "First words.\n\n# A\n\n## B\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n[us](/blog/older)", ImageAlt: "A loaf"})
	storetest.Post(t, st.store, "Newer", st.now)
	a := b.get("/blog/the-middle")
	t.Run("shows the text, its author and date, and the neighbouring articles", func(t *testing.T) {
		a.want(t, 200, ">The middle</h1>", "Ann Author", "9 Mar 2026", "1-minute read", "<h2>A</h2>", "<h3>B</h3>", "<table>",
			`rel="prev" href="/blog/older"`, `rel="next" href="/blog/newer"`, `href="/signup"`)
		b.get("/blog/newer").wantLack(t, `rel="next"`)
		b.get("/blog/older").wantLack(t, `rel="prev"`)
	})
	t.Run("shows the image in fitting sizes, with dimensions and alt text", func(t *testing.T) {
		a.want(t, 200, `srcset="/images/abc-400.jpg 400w, /images/abc-800.jpg 800w"`, `width="800" height="600" alt="A loaf"`)
		b.get("/blog").want(t, 200, `srcset="/images/abc-400.jpg 400w`, `loading="lazy"`)
	})
	t.Run("tells others what it is", func(t *testing.T) {
		for property, want := range map[string]string{"og:title": "The middle", "og:type": "article", "og:description": "First words.",
			"og:url": "http://postrider.test/blog/the-middle", "og:image": "http://postrider.test/images/abc-800.jpg", "og:image:alt": "A loaf",
			"article:published_time": "2026-03-09T12:00:00Z"} {
			if all := a.elements(t, "meta", "property", property); len(all) != 1 || attribute(all[0], "content") != want {
				t.Errorf("%s is %v", property, all)
			}
		}
		if a.link(t, "canonical") != "http://postrider.test/blog/the-middle" || a.link(t, "alternate") != "/blog/feed.xml" {
			t.Error(a.body)
		}
		a.want(t, 200, `<meta name="description" content="First words.">`)
	})
	t.Run("is a BlogPosting for search engines", func(t *testing.T) { a.wantPosting(t, p) })
	t.Run("is still found at its earlier address", func(t *testing.T) {
		older.Slug = "oldest"
		if _, err := st.store.UpdatePost(t.Context(), older, st.now); err != nil {
			t.Fatal(err)
		}
		moved := b.get("/blog/older")
		moved.wantTo(t, "/blog/oldest")
		if moved.Code != http.StatusMovedPermanently {
			t.Errorf("status %d", moved.Code)
		}
	})
	b.get("/blog/no-such-article").want(t, 404)
}

// wantPosting fails unless the page describes the article as schema.org requires.
func (a answer) wantPosting(t testing.TB, p domain.Post) {
	t.Helper()
	scripts := a.elements(t, "script", "type", "application/ld+json")
	if len(scripts) != 1 {
		t.Fatalf("%d descriptions", len(scripts))
	}
	var got struct {
		Context          string `json:"@context"`
		Type             string `json:"@type"`
		Headline, URL    string
		MainEntityOfPage string
		DatePublished    time.Time
		DateModified     time.Time
		Image            []string
		Author           struct{ Name string }
	}
	if err := json.Unmarshal([]byte(scripts[0].FirstChild.Data), &got); err != nil {
		t.Fatal(err)
	}
	if got.Context != "https://schema.org" || got.Type != "BlogPosting" || got.Headline != p.Title || got.URL != "http://postrider.test/blog/"+p.Slug ||
		got.MainEntityOfPage != got.URL || !got.DatePublished.Equal(p.PublishedAt) || got.DateModified.Before(got.DatePublished) ||
		got.Author.Name != p.Author || len(got.Image) != 1 || got.Image[0] != "http://postrider.test/images/abc-800.jpg" {
		t.Errorf("%+v", got)
	}
}

// Strangers cannot see drafts and future posts. Editors see them, marked, and search engines do not index them.
func TestBlogUnpublished(t *testing.T) {
	w := inhabited(t)
	draft := storetest.Post(t, w.store, "A draft", time.Time{})
	storetest.Post(t, w.store, "The future", w.now.Add(time.Hour))
	w.raw.Insert("old_slugs", map[string]any{"slug": "its-old-name", "post_id": draft.ID})
	for path, mark := range map[string]string{"/blog/a-draft": "Draft", "/blog/the-future": "Scheduled"} {
		for _, who := range people {
			b := w.as(who)
			b.header["User-Agent"] = firefox
			a := b.get(path)
			if who != "editor" && who != "admin" {
				a.want(t, 404)
				b.get("/blog/its-old-name").want(t, 404)
				continue
			}
			a.want(t, 200, `badge-warn">`+mark+"</span> ", `<meta name="robots" content="noindex">`, "/edit")
			a.wantLack(t, "ld+json", "og:title", "canonical")
		}
	}
	if n := w.viewed.Load(); n != 0 {
		t.Errorf("%d views were counted", n)
	}
	t.Run("appear by themselves when they are due", func(t *testing.T) {
		b := w.reader()
		b.get("/blog").wantLack(t, "The future")
		w.now = w.now.Add(time.Hour)
		b.get("/blog/the-future").want(t, 200, "ld+json")
		b.get("/blog").want(t, 200, "The future")
		b.get("/blog/feed.xml").want(t, 200, "The future")
		b.get("/sitemap.xml").want(t, 200, "/blog/the-future<")
	})
}
