package handlers_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"postrider/domain"
)

// attacks are what an author might write to run a script in readers' browsers.
var attacks = []string{
	evil,
	`</script><script>alert(1)</script>`,
	`</title><img src=x onerror=alert(1)>`,
	`"><svg onload=alert(1)>`,
	`' autofocus onfocus=alert(1) x='`,
	`[x](javascript:alert(1)) ![x](data:text/html,<script>alert(1)</script>)`,
	`![x" onerror="alert(1)](/images/abc-400.jpg) <javascript:alert(1)>`,
	"<iframe srcdoc='<script>alert(1)</script>'></iframe> <style>*{}</style>",
	"`</code><script>alert(1)</script>` ]]> <![CDATA[",
	"```\"><script>alert(1)</script>\n</pre><script>alert(1)</script>\n```",
	"\u2028</script \t><script/x>alert(1)",
}

// An article's text may produce only these elements and attributes.
var (
	articleElements   = strings.Fields("p br hr h2 h3 h4 h5 h6 blockquote pre code strong em del ul ol li table thead tbody tr th td a img")
	articleAttributes = strings.Fields("href src alt start align width height")
)

// XSS strings in title, content, alt text and author do nothing in page, list, feed and JSON-LD: they add no element or attribute that an
// article without them does not have.
func TestBlogScripting(t *testing.T) {
	st := open(t)
	p := st.illustrated(domain.Post{Author: "x", Title: "x", Content: "x", ImageAlt: "x", Slug: "x", PublishedAt: st.now})
	b := st.reader()
	pages := []string{"/blog", "/blog/x", "/blog?x=%22%3E%3Cscript%3E"}
	clean := map[string]string{}
	for _, path := range pages {
		clean[path] = skeleton(t, b.get(path).body)
	}
	for _, attack := range attacks {
		t.Run(attack, func(t *testing.T) {
			for _, text := range []string{"x", attack} {
				p.Title, p.ImageAlt, p.Content = strings.Join(strings.Fields(attack), " "), strings.Join(strings.Fields(attack), " "), text
				var err error
				if p, err = st.store.UpdatePost(t.Context(), p, st.now.Add(time.Minute)); err != nil {
					t.Fatal(err)
				}
				st.raw.Set("posts", "author", attack)
				for _, path := range pages {
					a := b.get(path)
					a.want(t, 200)
					if got := skeleton(t, a.body); got != clean[path] {
						t.Errorf("%s has become\n%s\nfrom\n%s", path, got, clean[path])
					}
				}
				wantDescribed(t, b.get("/blog/x"), p.Title, strings.TrimSpace(attack))
				e := st.feed().Items[0]
				wantHarmless(t, e.Content)
				if e.Title != p.Title {
					t.Errorf("the feed says %q", e.Title)
				}
			}
		})
	}
}

// skeleton lists the elements of a page and the names of their attributes. It leaves out text and the article itself, which is checked
// separately.
func skeleton(t *testing.T, page string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.CommentNode {
			out.WriteString("<!-->")
		}
		if n.Type == html.ElementNode {
			out.WriteString("<" + n.Data)
			for _, a := range n.Attr {
				out.WriteString(" " + a.Key)
				if a.Key == "href" || a.Key == "src" {
					out.WriteString("=" + a.Val)
				}
			}
			out.WriteString(">")
		}
		if attribute(n, "class") == "article-text" {
			checkArticle(t, n)
			return
		}
		for child := range n.ChildNodes() {
			walk(child)
		}
	}
	walk(root)
	return out.String()
}

// wantHarmless checks the HTML of a feed entry.
func wantHarmless(t *testing.T, text string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader("<body><article>" + text))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data == "article" {
			checkArticle(t, n)
		}
	}
}

func checkArticle(t *testing.T, article *html.Node) {
	t.Helper()
	for n := range article.Descendants() {
		if n.Type == html.CommentNode || n.Type == html.ElementNode && !slices.Contains(articleElements, n.Data) {
			t.Errorf("the article holds %q", n.Data)
		}
		for _, a := range n.Attr {
			if !slices.Contains(articleAttributes, a.Key) || strings.Contains(strings.ToLower(a.Val), "script:") && a.Key != "alt" {
				t.Errorf("the article holds %s=%q", a.Key, a.Val)
			}
		}
	}
}

// wantDescribed fails unless one JSON-LD element holds the texts as they were written.
func wantDescribed(t *testing.T, a answer, title, author string) {
	t.Helper()
	scripts := a.elements(t, "script", "type", "application/ld+json")
	var got struct {
		Headline string
		Author   struct{ Name string }
	}
	if len(scripts) != 1 || json.Unmarshal([]byte(scripts[0].FirstChild.Data), &got) != nil || got.Headline != title ||
		strings.TrimSpace(got.Author.Name) != author {
		t.Errorf("%d descriptions, %+v", len(scripts), got)
	}
}
