package markdown_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"postrider/markdown"
)

func TestHTML(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"empty stays empty", "", ""},
		{"a paragraph with emphasis", "a *b* **c** ~~d~~", "<p>a <em>b</em> <strong>c</strong> <del>d</del></p>\n"},
		{"a line break stays one", "Yours,\nAnn", "<p>Yours,<br>\nAnn</p>\n"},
		{"a heading has no id", "# Hello", "<h1>Hello</h1>\n"},
		{"a list that starts at three", "3. c", "<ol start=\"3\">\n<li>c</li>\n</ol>\n"},
		{"a quote", "> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"},
		{"code has no class", "```go\na < b\n```", "<pre><code>a &lt; b\n</code></pre>\n"},
		{"a link loses its title", `[a](https://x.com/?a=1&b=2 "t")`, "<p><a href=\"https://x.com/?a=1&amp;b=2\">a</a></p>\n"},
		{"a bare link", "see https://x.com/a.", "<p>see <a href=\"https://x.com/a\">https://x.com/a</a>.</p>\n"},
		{"a bare address", "to ann@x.com", "<p>to <a href=\"mailto:ann@x.com\">ann@x.com</a></p>\n"},
		{"a Cyrillic link keeps its path", "[a](https://почта.рф/)", "<p><a href=\"https://%D0%BF%D0%BE%D1%87%D1%82%D0%B0.%D1%80%D1%84/\">a</a></p>\n"},
		{"an image", "![a cat](https://x.com/c.png)", "<p><img src=\"https://x.com/c.png\" alt=\"a cat\"></p>\n"},
		{"HTML is shown as typed", "<b>a</b> <Ann Smith>", "<p>&lt;b&gt;a&lt;/b&gt; &lt;Ann Smith&gt;</p>\n"},
		{"a block of HTML is shown as typed", "<div>\na\n</div>", "<p>&lt;div&gt;<br>\na<br>\n&lt;/div&gt;</p>\n"},
		{"a comment is shown as typed", "<!-- a -->", "<p>&lt;!-- a --&gt;</p>\n"},
		{
			"a table with a centered column", "| a | b |\n|:-:|---|\n| 1 | 2 |",
			"<table>\n<thead>\n<tr>\n<th align=\"center\">a</th>\n<th>b</th>\n</tr>\n</thead>\n" +
				"<tbody>\n<tr>\n<td align=\"center\">1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>\n",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := fragment(t, c.in); got != c.want {
				t.Errorf("HTML(%q)\n got %q\nwant %q", c.in, got, c.want)
			}
		})
	}
}

// attacks are texts that must not become an element, attribute or link outside the policy.
var attacks = []string{
	"[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a](java\tscript:alert(1))", "[a](<java\tscript:alert(1)>)",
	"[a](&#106;avascript:alert(1))", "[a](javascript&colon;alert(1))", "[a](java&Tab;script:alert(1))", "[a](\x01javascript:alert(1))",
	"[a](vbscript:msgbox(1))", "[a](data:text/html;base64,PHNjcmlwdD4=)", "[a](DATA:text/html,x)", "[a](file:///etc/passwd)",
	"[a](//evil.example)", "[a](/relative)", "[a](#top)", "[a](\\\\evil.example)", "[a](ftp://x.com)", "[a](tel:+1)", "[a](  javascript:alert(1))",
	"<javascript:alert(1)>", "<JAVASCRIPT:alert(1)>", "<vbscript:x>", "<data:text/html,x>", "<xmpp:a@b.c>", "ftp://x.com/a",
	"![a](javascript:alert(1))", "![a](data:image/svg+xml;base64,PHN2Zz4=)", "![a](mailto:a@b.com)", "![a](/local.png)", "![a](//x.com/y.png)",
	"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<iframe src=https://x.com></iframe>",
	"<a href=\"https://x.com\" hx-get=\"/logout\" id=a class=b style=c onclick=d>a</a>", "<p hx-on:click=\"x\">", "<style>*{}</style>",
	"<form action=https://x.com><input name=a><button>b</button></form>", "<base href=https://x.com>", "<meta http-equiv=refresh>",
	"[a](https://x.com/\" onmouseover=\"alert(1))", "[a](https://x.com '\" onclick=\"alert(1)')", "![\"onerror=alert(1)](https://x.com/a.png)",
	"![a](https://x.com/a.png '\" onerror=\"alert(1)')", "[a][b]\n\n[b]: javascript:alert(1)", "[a][b]\n\n[b]: <javascript:alert(1)> 'x'",
	"# a {#id .class hx-get=/x}", "a {.class}", "```js\" onload=\"alert(1)\nx\n```", "<<script>script>alert(1)<</script>/script>",
	"&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;alert(1)", "`<script>alert(1)</script>`", "    <script>alert(1)</script>",
	"<!--><script>alert(1)</script>", "<![CDATA[<script>alert(1)</script>]]>", "<?php x ?>", "<a\x00b>", "<math><mtext></p><script>",
	"| a |\n|---|\n| <script> |", "https://x.com/\"onclick=alert(1)", "www.x.com\"onclick=alert(1)", "a@x.com\"onclick=alert(1)",
	"[![a](javascript:1)](javascript:2)", "[a](<https://x.com/><script>)", "\\<script>", "99999999999999999999. a", "[a](mailto:a@b.com?subject=<script>)",
}

func TestHTMLLetsNothingThrough(t *testing.T) {
	for _, in := range attacks {
		t.Run(fmt.Sprintf("%q", in), func(t *testing.T) { checkSafe(t, fragment(t, in)) })
	}
}

func FuzzHTML(f *testing.F) {
	for _, seed := range attacks {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		html, _, err := markdown.Letter(t.Context(), in)
		refusedOr(t, err)
		checkSafe(t, html)
	})
}

// allowed are the attributes that an element may have.
var allowed = map[string][]string{
	"a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}, "th": {"align"}, "td": {"align"},
	"p": nil, "br": nil, "hr": nil, "h1": nil, "h2": nil, "h3": nil, "h4": nil, "h5": nil, "h6": nil, "blockquote": nil,
	"pre": nil, "code": nil, "strong": nil, "em": nil, "del": nil, "ul": nil, "li": nil, "table": nil, "thead": nil,
	"tbody": nil, "tr": nil,
}

// checkSafe reads a fragment with an independent tokenizer and fails for everything unexpected.
func checkSafe(t *testing.T, fragment string) {
	t.Helper()
	tokens := html.NewTokenizer(strings.NewReader(fragment))
	for tokens.Next() != html.ErrorToken {
		token := tokens.Token()
		switch token.Type {
		case html.TextToken, html.EndTagToken:
		case html.StartTagToken:
			checkElement(t, fragment, token)
		default:
			t.Errorf("%v in %q", token, fragment)
		}
	}
}

func checkElement(t *testing.T, fragment string, element html.Token) {
	t.Helper()
	names, known := allowed[element.Data]
	if !known {
		t.Errorf("an element %s in %q", element.Data, fragment)
	}
	for _, a := range element.Attr {
		if !strings.Contains(" "+strings.Join(names, " ")+" ", " "+a.Key+" ") {
			t.Errorf("an attribute %s of %s in %q", a.Key, element.Data, fragment)
		}
		url := a.Key == "href" || a.Key == "src"
		web := strings.HasPrefix(a.Val, "https:") || strings.HasPrefix(a.Val, "http:")
		if url && !web && !(a.Key == "href" && strings.HasPrefix(a.Val, "mailto:")) {
			t.Errorf("a link to %q in %q", a.Val, fragment)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Run("quotes nest at most fifty deep, and no text is lost", func(t *testing.T) {
		in := strings.Repeat("> ", 10000) + "end"
		out := fragment(t, in)
		if n := strings.Count(out, "<blockquote>"); n < 10 || n > 50 || !strings.Contains(out, "end") {
			t.Errorf("%d quotes, end: %t", n, strings.Contains(out, "end"))
		}
		if text := words(t, in); !strings.HasSuffix(text, "end") {
			t.Errorf("the text ends with %q", text[len(text)-10:])
		}
	})
	t.Run("lists nest at most fifty deep", func(t *testing.T) {
		if n := strings.Count(fragment(t, strings.Repeat("1. ", 1000)+"end"), "<ol>"); n < 10 || n > 50 {
			t.Errorf("%d lists", n)
		}
	})
	t.Run("a table of a thousand rows is one table", func(t *testing.T) {
		if out := fragment(t, "|a|b|\n|-|-|\n"+strings.Repeat("|1|2|\n", 1000)); strings.Count(out, "<tr>") != 1001 {
			t.Errorf("%d rows", strings.Count(out, "<tr>"))
		}
	})
}
