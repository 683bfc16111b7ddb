package markdown_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"postrider/markdown"
)

func TestArticle(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"the first heading comes after the title", "# A\n## B", "<h2>A</h2>\n<h3>B</h3>\n"},
		{"an underlined heading too", "A\n===", "<h2>A</h2>\n"},
		{"no level is skipped", "### A\n###### B\n# C", "<h2>A</h2>\n<h3>B</h3>\n<h2>C</h2>\n"},
		{"no heading is below the sixth level", "# A\n## B\n### C\n#### D\n##### E\n###### F",
			"<h2>A</h2>\n<h3>B</h3>\n<h4>C</h4>\n<h5>D</h5>\n<h6>E</h6>\n<h6>F</h6>\n"},
		{"our own picture is shown", "![a cat](/images/0a1b-800.jpg)", "<p><img src=\"/images/0a1b-800.jpg\" alt=\"a cat\"></p>\n"},
		{"one on another host becomes a link", "see ![a *cat*](https://x.com/c.png \"t\")", "<p>see <a href=\"https://x.com/c.png\">a cat</a></p>\n"},
		{"to its address if it has no description", "![](https://x.com/c.png)", "<p><a href=\"https://x.com/c.png\">https://x.com/c.png</a></p>\n"},
		{"and plain words inside a link", "[![a cat](https://x.com/c.png)](https://y.com)", "<p><a href=\"https://y.com\">a cat</a></p>\n"},
		{"its words are shown as they are", "![a &amp; \\* <b>](https://x.com/c.png)", "<p><a href=\"https://x.com/c.png\">a &amp; * &lt;b&gt;</a></p>\n"},
		{"an image within an image", "![a ![b](https://x.com/b.png)](https://x.com/a.png)", "<p><a href=\"https://x.com/a.png\">a b</a></p>\n"},
		{"another file of ours is not a picture", "![a](/static/logo.svg)", "<p><a href=\"/static/logo.svg\">a</a></p>\n"},
		{"our own page can be linked", "[a](/blog/b)", "<p><a href=\"/blog/b\">a</a></p>\n"},
		{"HTML is shown as typed", "<img src=x>", "<p>&lt;img src=x&gt;</p>\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := article(t, c.in); got != c.want {
				t.Errorf("Article(%q)\n got %q\nwant %q", c.in, got, c.want)
			}
		})
	}
}

func TestArticleLetsNothingThrough(t *testing.T) {
	for _, in := range attacks {
		t.Run(fmt.Sprintf("%q", in), func(t *testing.T) { checkArticle(t, in) })
	}
}

func FuzzArticle(f *testing.F) {
	for _, seed := range append(attacks, "![a](https://x.com/a.png)", "[![a](//x.com/a)](/b)", "# a\n![![b](/images/a-1.jpg)](x)") {
		f.Add(seed)
	}
	f.Fuzz(checkArticle)
}

// checkArticle fails if an article has an unexpected element or scheme, loads anything from another host, or has a
// heading on the title's level.
func checkArticle(t *testing.T, in string) {
	t.Helper()
	out, err := markdown.Article(t.Context(), in)
	refusedOr(t, err)
	for tokens := html.NewTokenizer(strings.NewReader(out)); tokens.Next() != html.ErrorToken; {
		token := tokens.Token()
		names, known := allowed[token.Data]
		if token.Type != html.TextToken && (!known || token.Data == "h1") {
			t.Errorf("%q gives <%s>: %s", in, token.Data, out)
		}
		for _, a := range token.Attr {
			u, err := url.Parse(a.Val)
			switch {
			case !slices.Contains(names, a.Key):
				t.Errorf("%q gives %s=%q", in, a.Key, a.Val)
			case a.Key == "src" && !strings.HasPrefix(a.Val, "/images/"):
				t.Errorf("%q loads %q", in, a.Val)
			case a.Key == "href" && (err != nil || !slices.Contains([]string{"", "https", "http", "mailto"}, u.Scheme)):
				t.Errorf("%q leads to %q", in, a.Val)
			}
		}
	}
}
