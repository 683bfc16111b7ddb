package letter_test

import (
	"strings"
	"testing"

	"postrider/domain"
	"postrider/mail/letter"
)

func TestFields(t *testing.T) {
	evil := domain.Recipient{Email: "ann+b@example.com", Name: `<b>**X**</b> {{email}} & "q" [a](https://e.vil) # `}
	const evilHTML = `&lt;b&gt;**X**&lt;/b&gt; {{email}} &amp; &#34;q&#34; [a](https://e.vil) # `
	const evilURL = `%3Cb%3E%2A%2AX%2A%2A%3C%2Fb%3E%20%7B%7Bemail%7D%7D%20%26%20%22q%22%20%5Ba%5D%28https%3A%2F%2Fe.vil%29%20%23%20`
	cases := []struct {
		name, body string
		to         domain.Recipient
		html, text string // content of the parts
	}{
		{"a value is in both parts", "Hello **{{name}}**!", ann, ">Hello <strong>Ann Smith</strong>!</p>", "Hello Ann Smith!\n"},
		{"the first name", "Hi {{first_name}}", ann, ">Hi Ann</p>", "Hi Ann\n"},
		{"a default replaces an empty name", "Hi {{first_name|dear *friend*}}", domain.Recipient{Email: "a@b.com"}, ">Hi dear *friend*</p>", "Hi dear *friend*\n"},
		{"a value is never Markdown, HTML or a field", "{{name}}", evil, ">" + evilHTML + "</p>", evil.Name + "\n"},
		{"a value at the start of a line is not a heading", "{{name}}", domain.Recipient{Email: "a@b.com", Name: "# a"}, "># a</p>", "# a\n"},
		{"a value in code is escaped", "`{{name}}`", evil, ">" + evilHTML + "</code>", evil.Name + "\n"},
		{"a value in a code block is escaped", "```\n{{name}}\n```", evil, ">" + evilHTML + "\n</code>", evil.Name + "\n"},
		{"a value in a heading", "# {{name}}", evil, ">" + evilHTML + "</h1>", evil.Name + "\n"},
		{"a value in a table", "|a|\n|-|\n|{{name}}|", evil, ">" + evilHTML + "</td>", "a\n" + evil.Name + "\n"},
		{"a value in a link is escaped for a URL", "[a](https://x.com/?e={{email}}&n={{name}})", evil,
			`href="https://x.com/?e=ann%2Bb%40example.com&amp;n=` + evilURL + `">a</a>`, "a (https://x.com/?e=ann%2Bb%40example.com&n=" + evilURL + ")\n"},
		{"a value in a bare link", "https://x.com/{{first_name}}", ann, `href="https://x.com/Ann">https://x.com/Ann</a>`, "https://x.com/Ann\n"},
		{"adjacent values in a link", "[a](https://x.com/{{email}}{{email}})", evil, `href="https://x.com/ann%2Bb%40example.comann%2Bb%40example.com"`,
			"a (https://x.com/ann%2Bb%40example.comann%2Bb%40example.com)\n"},
		{"a value in a mailto link", "[{{email}}](mailto:{{email}})", evil, `href="mailto:ann%2Bb%40example.com">ann+b@example.com</a>`, "ann+b@example.com\n"},
		{"a value after a link is text again", "[a](https://x.com) {{name}}", evil, "</a> " + evilHTML + "</p>", "a (https://x.com) " + evil.Name + "\n"},
		{"a value in an image's description", "![{{name}}](https://x.com/{{email}}.png)", evil, `src="https://x.com/ann%2Bb%40example.com.png" alt="` + evilHTML + `"`, evil.Name + "\n"},
		{"a value cannot choose a link's scheme", "[a]({{name}}) [b]({{name}}:alert(1))", domain.Recipient{Email: "a@b.com", Name: "javascript"}, ">a b</p>", "a b\n"},
		{"adjacent values in text", "{{first_name}}{{first_name}}", ann, ">AnnAnn</p>", "AnnAnn\n"},
		{"a body cannot forge marks", "q x0z qx0z {{first_name}}", ann, ">q x0z qx0z Ann</p>", "q x0z qx0z Ann\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := compose(t, letter.Mailing, sender, "News", c.body, c.to)
			if !strings.Contains(r.html, c.html) {
				t.Errorf("the HTML lacks %q:\n%s", c.html, r.html)
			}
			if r.text != c.text {
				t.Errorf("the text is\n %q, want\n %q", r.text, c.text)
			}
		})
	}
	t.Run("the subject gets raw values, the title escaped ones", func(t *testing.T) {
		r := compose(t, letter.Mailing, sender, "For {{name}}", "a", evil)
		if want := "For " + strings.TrimSpace(evil.Name); r.subject != want {
			t.Errorf("the subject is %q, want %q", r.subject, want)
		}
		if !strings.Contains(r.html, "<title>For "+evilHTML+"</title>") {
			t.Errorf("no such title in\n%s", r.html)
		}
	})
}

func TestBody(t *testing.T) {
	long := strings.Repeat("A long line of text without any break. ", 200)
	cases := []struct{ name, body, text string }{
		{"line endings of any kind", "a\r\nb\rc\nd", "a\nb\nc\nd\n"},
		{"a dot alone on a line", "a\n\n.\n\n..", "a\n\n.\n\n..\n"},
		{"a long line", long + "end", long + "end\n"},
		{"a long word", strings.Repeat("x", 5000), strings.Repeat("x", 5000) + "\n"},
		{"Cyrillic", strings.Repeat("Съешь ещё этих мягких французских булок ", 50) + "🎉", strings.Repeat("Съешь ещё этих мягких французских булок ", 50) + "🎉\n"},
		{"a carriage return by reference", "a&#13;b", "a\nb\n"},
		{"a carriage return by reference in base64", "а&#13;б", "а\nб\n"},
		{"text that looks like the boundary", "--=_postrider\n\n--=_postrider--", "--=_postrider\n\n--=_postrider--\n"},
		{"invalid UTF-8", "a\xffb", "a\ufffdb\n"},
		{"NUL", "a\x00b", "a\ufffdb\n"},
		{"From at a line's start", "From here on", "From here on\n"},
		{"nothing visible", "[a]: https://x.com", "\n"},
	}
	for _, c := range cases {
		t.Run(c.name+" arrives in full", func(t *testing.T) {
			if r := compose(t, letter.Mailing, sender, "News", c.body, ann); r.text != c.text {
				t.Errorf("got %q, want %q", r.text, c.text)
			}
		})
	}
	t.Run("mostly Cyrillic text is base64, English is quoted-printable", func(t *testing.T) {
		for body, want := range map[string]string{strings.Repeat("Привет ", 100): "base64", strings.Repeat("Hello ", 100): "quoted-printable"} {
			r := compose(t, letter.Mailing, sender, "News", body, ann)
			_, rest, _ := strings.Cut(string(r.Source), "Content-Transfer-Encoding: ")
			if !strings.HasPrefix(rest, want+"\r\n") {
				t.Errorf("the text part of %.20q is not %s", body, want)
			}
		}
	})
}

func TestHTMLPart(t *testing.T) {
	r := compose(t, letter.Mailing, sender, "Новости", "Привет, {{name}}! Как дела?\n\n<script>alert(1)</script>\n\n[a](javascript:alert(1)) [b](https://x.com)", ann)
	for _, want := range []string{`<html lang="ru">`, "<title>Новости</title>", `<meta name="color-scheme" content="light dark">`, "prefers-color-scheme: dark", `<p style="`, `<a style="`} {
		if !strings.Contains(r.html, want) {
			t.Errorf("%q is missing", want)
		}
	}
	for _, bad := range []string{"<script", "javascript:", "@import", "url(", "<link", "src="} {
		if strings.Contains(r.html, bad) {
			t.Errorf("%q stands in\n%s", bad, r.html)
		}
	}
	if english := compose(t, letter.Mailing, sender, "News", "Hello", ann); !strings.Contains(english.html, `<html lang="en">`) {
		t.Error("an English letter does not say so")
	}
}

func TestPreview(t *testing.T) {
	const subject, body = "Hi {{name}} ", "Hello **{{name}}**\n\n- a"
	template, err := letter.Parse(t.Context(), letter.Mailing, sender, subject, body)
	if err != nil {
		t.Fatal(err)
	}
	gotSubject, html, text := template.Preview(ann)
	if r := compose(t, letter.Mailing, sender, subject, body, ann); r.subject != gotSubject || r.html != html || r.text != text {
		t.Errorf("the preview is not what arrives: %q, %q, %q", gotSubject, html, text)
	}
}

func TestHTMLSize(t *testing.T) {
	for size, want := range map[int]bool{100: false, 98 << 10: false, 103 << 10: true} {
		template, err := letter.Parse(t.Context(), letter.Mailing, sender, "News", strings.Repeat("a", size))
		if err != nil {
			t.Fatal(err)
		}
		if got := template.HTMLSize(); got > letter.MaxHTML != want || got < size {
			t.Errorf("a text of %d bytes has an HTML part of %d", size, got)
		}
	}
}
