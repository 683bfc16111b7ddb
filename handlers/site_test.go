package handlers_test

import (
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
)

func ofGarden(s *handlers.Server) {
	s.Site = domain.Site{Name: "Garten & Hof", Line: "Was gerade wächst", Language: "de"}
}

// The blog presents itself under the name, the line and the language of its operator.
func TestSite(t *testing.T) {
	st := open(t, ofGarden)
	for title, lang := range map[string]string{"Rosen": "", "Roses": "en", "Розы": "ru"} {
		p := domain.Post{Title: title, Slug: "p-" + lang, Content: "x", Language: lang, PublishedAt: st.now}
		if lang == "" {
			p.Slug = "rosen"
		}
		if _, err := st.store.CreatePost(t.Context(), p, st.now.Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("on its pages", func(t *testing.T) {
		a := st.reader().get("/blog")
		a.want(t, 200, "<title>Blog – Garten &amp; Hof</title>", `<h1 class="wrap" lang="de">Garten &amp; Hof</h1>`, `lang="de">Was gerade wächst</p>`,
			`<meta name="description" content="Was gerade wächst"`, `property="og:site_name" content="Garten &amp; Hof"`)
		for lang, n := range map[string]int{"de": 1, "en": 1, "ru": 1} {
			if got := len(a.elements(t, "article", "lang", lang)); got != n {
				t.Errorf("%d cards in %s", got, lang)
			}
		}
	})
	t.Run("on an article, whose facts are in the reader's language", func(t *testing.T) {
		a := st.reader().with("Accept-Language", "ru").get("/blog/p-en")
		a.want(t, 200, `<html lang="ru">`, `<article class="reading" lang="en">`, `<p class="post-facts" lang="ru">`, `"inLanguage":"en"`,
			`"name":"Garten \u0026 Hof"`)
		st.reader().get("/blog/rosen").want(t, 200, `<article class="reading" lang="de">`)
	})
	t.Run("in the feed", func(t *testing.T) {
		st.reader().get("/blog/feed.xml").want(t, 200, `xml:lang="de"><title>Garten &amp; Hof</title><subtitle>Was gerade wächst</subtitle>`,
			`<entry xml:lang="ru"><title>Розы`, `<author><name>Garten &amp; Hof</name></author>`)
	})
	t.Run("and names Postrider only in the footer", func(t *testing.T) {
		for _, path := range []string{"/blog", "/blog/rosen"} {
			page := st.reader().get(path).body
			head, _, _ := strings.Cut(page, "<footer")
			if strings.Contains(head, "Postrider") || !strings.Contains(page, "Postrider") {
				t.Errorf("%s: %s", path, page)
			}
		}
	})
}

func TestPostLanguage(t *testing.T) {
	v := editorOf(t)
	v.get("/posts/new").want(t, 200, `<option value="" selected>The site&#39;s: English</option>`, `<option value="de">Deutsch</option>`)
	v.submit("/posts", "title", "A", "content", "x", "language", "de").want(t, 303)
	v.get("/posts/1/edit").want(t, 200, `<option value="de" selected>`)
	v.submit("/posts", "title", "B", "content", "x", "language", "tlh").wantMistake(t, "post-new", "language", "This language isn&#39;t available.")
	v.submit("/posts/preview", "title", "C", "content", "x", "language", "ru").want(t, 200, `<article class="reading" lang="ru">`)
	if p := v.postOf(1); p.Language != "de" {
		t.Errorf("%+v", p)
	}
}
