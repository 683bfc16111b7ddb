package markdown_test

import (
	"testing"
)

func TestText(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"empty stays empty", "\n \n", ""},
		{"paragraphs are separated", "a\n\n\n\nb", "a\n\nb"},
		{"a line break stays one", "Yours,\nAnn  \nB", "Yours,\nAnn\nB"},
		{"marks of emphasis are dropped", "*a* __b__ ~~c~~ a_b_c 2*3*4", "a b c a_b_c 234"},
		{"a heading is a line", "# Hello *you*\n\nB\n=\n\na", "Hello you\n\nB\n\na"},
		{"a list", "* a\n* b", "- a\n- b"},
		{"a list in a list", "- a\n  - b\n    1. c\n- d", "- a\n  - b\n    1. c\n- d"},
		{"a loose list", "- a\n\n- b\n\n  c", "- a\n\n- b\n\n  c"},
		{"a list that starts at nine", "9. a\n10. b\n    c", "9. a\n10. b\n    c"},
		{"an empty item", "- a\n-\n- b", "- a\n-\n- b"},
		{"a quote", "> a\n> b\n>\n> c", "> a\n> b\n>\n> c"},
		{"a quote in a quote", "> a\n>\n> > b", "> a\n>\n> > b"},
		{"a list in a quote", "> - a\n> - b", "> - a\n> - b"},
		{"code is kept", "```\n*a*\n\n  &amp; b\n```\n\n    c\n\n`*d* &amp;`", "*a*\n\n  &amp; b\n\nc\n\n*d* &amp;"},
		{"a link follows its label", "[the *site*](https://x.com/?a=1&b=2)", "the site (https://x.com/?a=1&b=2)"},
		{"a link that is its own label appears once", "[https://x.com](https://x.com)", "https://x.com"},
		{"a Cyrillic link that is its own label stays readable", "[https://почта.рф](https://почта.рф)", "https://почта.рф"},
		{"an address that is its own label appears once", "[ann@x.com](mailto:ann@x.com)", "ann@x.com"},
		{"a link without a label is its address", "[](https://x.com)", "https://x.com"},
		{"a bare link and a bare address", "https://x.com/a?b=1&c=2, <https://y.com>, ann@x.com", "https://x.com/a?b=1&c=2, https://y.com, ann@x.com"},
		{"a link by reference", "[a][1]\n\n[1]: https://x.com", "a (https://x.com)"},
		{"a space in a link is escaped", "[a](<https://x.com/a b>)", "a (https://x.com/a%20b)"},
		{"a link removed from the HTML is removed here too", "[a](javascript:alert(1)) [b](/c)", "a b"},
		{"an image is its description", "![a *cat*](https://x.com/c.png)", "a cat"},
		{"entities and escapes are resolved once", `&copy; &#1071; \*a\* \&amp; &amp;lt;`, "© Я *a* &amp; &lt;"},
		{"HTML is kept as typed", "<b>a</b> <Ann Smith>\n\n<div>\nc\n</div>", "<b>a</b> <Ann Smith>\n\n<div>\nc\n</div>"},
		{"a rule", "a\n\n---\n\nb", "a\n\n---\n\nb"},
		{"a table", "| a | b |\n|:-:|---|\n| *1* | [x](https://x.com) |\n| \\| |", "a | b\n1 | x (https://x.com)\n| | "},
		{"Cyrillic and emoji stay", "# Привет 🎉\n\n**Анна**", "Привет 🎉\n\nАнна"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := words(t, c.in); got != c.want {
				t.Errorf("Text(%q)\n got %q\nwant %q", c.in, got, c.want)
			}
		})
	}
}
