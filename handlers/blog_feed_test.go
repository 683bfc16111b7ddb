package handlers_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"postrider/domain"
	"postrider/store/storetest"
)

// feed reads the feed as a feed reader does.
func (st *site) feed() *gofeed.Feed {
	st.t.Helper()
	a := st.reader().get("/blog/feed.xml")
	a.want(st.t, 200)
	if kind := a.Header().Get("Content-Type"); kind != "application/atom+xml; charset=utf-8" {
		st.t.Errorf("it is %s", kind)
	}
	feed, err := gofeed.NewParser().ParseString(a.body)
	if err != nil {
		st.t.Fatal(err)
	}
	return feed
}

func TestFeed(t *testing.T) {
	st := open(t)
	t.Run("is a feed when there is nothing to read", func(t *testing.T) {
		if f := st.feed(); f.FeedType != "atom" || f.Title != "Postrider" || f.UpdatedParsed == nil || len(f.Items) != 0 {
			t.Errorf("%+v", f)
		}
	})
	p := st.illustrated(domain.Post{Author: "Ann Author", Title: "Bread & <b>", Slug: "bread", PublishedAt: st.now, ImageAlt: `A "loaf"`,
		Content: "First.\n\n- [ours](/blog/x)\n- [theirs](https://example.com/y)\n\n![in it](/images/abc-400.jpg)\n\n" + strings.Repeat("word ", 5000) + "end"})
	storetest.Post(t, st.store, "A draft", time.Time{})
	storetest.Post(t, st.store, "The future", st.now.Add(time.Minute))
	t.Run("has the whole article, with absolute links and images", func(t *testing.T) {
		f := st.feed()
		if len(f.Items) != 1 || f.Link != "http://postrider.test/blog" || f.FeedLink != "http://postrider.test/blog/feed.xml" {
			t.Fatalf("%+v", f)
		}
		e := f.Items[0]
		if e.Title != "Bread & <b>" || e.Link != "http://postrider.test/blog/bread" || e.Authors[0].Name != "Ann Author" ||
			!e.PublishedParsed.Equal(p.PublishedAt) || !e.UpdatedParsed.Equal(p.ChangedAt()) || !f.UpdatedParsed.Equal(p.ChangedAt()) {
			t.Errorf("%+v", e)
		}
		for _, want := range []string{`<img src="http://postrider.test/images/abc-800.jpg" alt="A &#34;loaf&#34;" width="800" height="600"/>`, "<p>First.</p>",
			`href="http://postrider.test/blog/x"`, `href="https://example.com/y"`, `src="http://postrider.test/images/abc-400.jpg"`, " end</p>"} {
			if !strings.Contains(e.Content, want) {
				t.Errorf("%s is missing in %.600s", want, e.Content)
			}
		}
	})
	t.Run("keeps the id of an article when its address and title change", func(t *testing.T) {
		before := st.feed().Items[0].GUID
		p.Slug, p.Title = "loaves", "Loaves"
		if _, err := st.store.UpdatePost(t.Context(), p, st.now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		e := st.feed().Items[0]
		if e.GUID != before || !strings.HasPrefix(before, "tag:postrider.test,2026-03-10:") || !e.UpdatedParsed.Equal(st.now.Add(time.Hour)) {
			t.Errorf("%q, before %q, updated %v", e.GUID, before, e.UpdatedParsed)
		}
	})
	t.Run("has the last twenty", func(t *testing.T) {
		for i := range 22 {
			storetest.Post(t, st.store, fmt.Sprintf("Post %d", i), st.now)
		}
		if f := st.feed(); len(f.Items) != 20 || f.Items[0].Title != "Post 21" {
			t.Errorf("%d, first %s", len(f.Items), f.Items[0].Title)
		}
	})
}

func TestSitemap(t *testing.T) {
	st := open(t)
	storetest.Post(t, st.store, "First", st.now.Add(-time.Hour))
	st.raw.Set("posts", "updated_at", 1)
	storetest.Post(t, st.store, "A draft", time.Time{})
	a := st.browser().get("/sitemap.xml")
	a.want(t, 200)
	var got struct {
		XMLName xml.Name
		URL     []struct {
			Loc     string `xml:"loc"`
			LastMod string `xml:"lastmod"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal([]byte(a.body), &got); err != nil {
		t.Fatal(err)
	}
	if got.XMLName.Space != "http://www.sitemaps.org/schemas/sitemap/0.9" || got.XMLName.Local != "urlset" {
		t.Errorf("it is %v", got.XMLName)
	}
	want := "[{http://postrider.test/ } {http://postrider.test/blog } {http://postrider.test/blog/first 2026-03-10T11:00:00Z}]"
	if fmt.Sprint(got.URL) != want {
		t.Errorf("%v\nwant %s", got.URL, want)
	}
}

func TestRobots(t *testing.T) {
	st := open(t)
	a := st.browser().get("/robots.txt")
	a.want(t, 200, "User-agent: *\n", "\nAllow: /blog\n", "\nDisallow: /\n", "\nSitemap: http://postrider.test/sitemap.xml\n")
	if !strings.HasPrefix(a.Header().Get("Content-Type"), "text/plain") {
		t.Error(a.Header())
	}
}
