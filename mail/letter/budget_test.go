package letter_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"postrider/domain"
	"postrider/mail/letter"
)

// Text outside the Markdown is escaped for where it ends up, whether it was typed or comes from a field.
func TestNothingTypedBecomesHTML(t *testing.T) {
	const evil = `</title><script>alert(1)</script><img src=x onerror="a" alt='b'>&amp;`
	person := domain.Recipient{Email: "a&b'c@example.com", Name: evil}
	for name, c := range map[string]struct{ subject, body, title string }{
		"the subject":                {"News " + evil, "a", "News " + evil},
		"a field in the subject":     {"For {{name}}", "a", "For " + evil},
		"a default in the subject":   {"For {{first_name|" + evil + "}}", "a", "For " + evil},
		"an address in the subject":  {"To {{email}}", "a", "To a&b'c@example.com"},
		"text next to a field":       {"<b>{{email}}</b>", "a", "<b>a&b'c@example.com</b>"},
		"fields all over the body":   {"News", "{{name}} **{{name}}** `{{name}}`\n\n# {{name}}\n\n![{{name}}](https://x.com/{{name}}) [{{name}}](https://x.com/?{{name}})", "News"},
		"defaults all over the body": {"News", "{{first_name|" + evil + "}} [a](https://x.com/?{{first_name|\"><script>}})", "News"},
		"HTML in the body":           {"News", evil, "News"},
	} {
		t.Run(name, func(t *testing.T) {
			to := person
			if strings.Contains(c.subject+c.body, "first_name") {
				to.Name = ""
			}
			r := compose(t, letter.Mailing, sender, c.subject, c.body, to)
			if r.subject != c.title {
				t.Errorf("the subject is %q", r.subject)
			}
			root, err := html.Parse(strings.NewReader(r.html))
			if err != nil {
				t.Fatal(err)
			}
			title := ""
			for n := range root.Descendants() {
				if n.Type != html.ElementNode {
					continue
				}
				if n.Data == "title" {
					title = n.FirstChild.Data
				}
				if n.Data == "script" || n.Data == "img" && !strings.Contains(c.body, "![") {
					t.Errorf("there is a <%s> in\n%s", n.Data, r.html)
				}
				for _, a := range n.Attr {
					if strings.HasPrefix(a.Key, "on") {
						t.Errorf("<%s> has %s", n.Data, a.Key)
					}
				}
			}
			if title != c.title {
				t.Errorf("the title is %q, want %q", title, c.title)
			}
		})
	}
}

// An email is never longer than domain.MaxEmail for any recipient, however short its text.
func TestSizeOfAnEmail(t *testing.T) {
	wide := domain.Recipient{Email: strings.Repeat("a", 60) + "@example.com", Name: strings.Repeat("🎉", domain.MaxName)}
	for name, body := range map[string]string{
		"fields":                    strings.Repeat("{{name}} ", domain.MaxTextFields),
		"fields in links":           strings.Repeat("[a](https://x.com/{{name}}{{email}}) ", domain.MaxTextFields/2),
		"a field repeated by name":  "[a]: https://x.com/{{name}}\n\n" + strings.Repeat("[a]\n\n", 2_000),
		"a long default":            "[a]: https://x.com/{{first_name|" + strings.Repeat("d", 100_000) + "}}\n\n" + strings.Repeat("[a]\n\n", 500),
		"many cells":                strings.Repeat("|{{name}}", 200) + "\n" + strings.Repeat("|-", 200) + "\n" + strings.Repeat("|\n", 90),
		"the longest text":          strings.Repeat("я", domain.MaxBody/2-10),
		"as many quotes as allowed": strings.Repeat(`"`, domain.FreeOutput/5-10),
		"paragraphs":                strings.Repeat("a\n\n", 10_000),
	} {
		t.Run(name, func(t *testing.T) {
			template, err := letter.Parse(t.Context(), letter.Mailing, sender, "News", body)
			if err != nil {
				wantInvalid(t, err, "body")
				return
			}
			for _, to := range []domain.Recipient{ann, wide, {Email: wide.Email}} {
				l, err := template.Compose(to, "<1.k@example.org>", date)
				var refused domain.Refused
				if err != nil && !errors.As(err, &refused) {
					t.Errorf("%v", err)
				}
				if len(l.Source) > domain.MaxEmail {
					t.Errorf("the email has %d bytes", len(l.Source))
				}
				if _, page, text := template.Preview(to); len(page) > 2*domain.MaxEmail || len(text) > 2*domain.MaxEmail {
					t.Errorf("the preview has %d and %d bytes", len(page), len(text))
				}
			}
		})
	}
	t.Run("a long newsletter with an address in each of 500 links is sent", func(t *testing.T) {
		line := "Read about our offer in [the shop](https://shop.example/offers/%d?for={{email}}), as long as there is any, dear *{{first_name|friend}}*.\n\n"
		template, err := letter.Parse(t.Context(), letter.Mailing, sender, "News", strings.ReplaceAll(strings.Repeat(line, 500), "%d", "12"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := template.Compose(ann, "<1.k@example.org>", date); err != nil {
			t.Fatal(err)
		}
	})
}

func wantInvalid(t *testing.T, err error, field string) {
	t.Helper()
	var wrong domain.Invalid
	if !errors.As(err, &wrong) || wrong[field].Key == "" {
		t.Fatalf("the error is %v", err)
	}
}

func TestHeavyTextsAreRejected(t *testing.T) {
	for name, body := range map[string]string{
		"a long definition": "[a]: https://x.example/" + strings.Repeat("u", 10_000) + "\n\n" + strings.Repeat("[a] ", 3_000),
		"open brackets":     strings.Repeat("[a](", 20_000),
		"a long text":       strings.Repeat("a", domain.MaxBody+1),
		"many fields":       strings.Repeat("{{name}}", domain.MaxTextFields+1),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := letter.Parse(t.Context(), letter.Mailing, sender, "News", body)
			wantInvalid(t, err, "body")
		})
	}
	t.Run("the length is checked first", func(t *testing.T) {
		before := testing.AllocsPerRun(1, func() {
			_, err := letter.Parse(t.Context(), letter.Mailing, sender, "News", strings.Repeat("*a_ {{x", 200_000))
			wantInvalid(t, err, "body")
		})
		if before > 50 {
			t.Errorf("%v allocations for a text that is too long", before)
		}
	})
	t.Run("a cancelled context stops it", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := letter.Parse(ctx, letter.Mailing, sender, "News", "a"); !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
	})
	t.Run("a thousand fields are prepared", func(t *testing.T) {
		var body strings.Builder
		for i := range domain.MaxTextFields {
			fmt.Fprintf(&body, "{{name|%d}} ", i)
		}
		if _, err := letter.Parse(t.Context(), letter.Mailing, sender, "News", body.String()); err != nil {
			t.Error(err)
		}
	})
}

// No input to a letter adds a header field, an element or a recipient, or more bytes than an email may have.
func FuzzCompose(f *testing.F) {
	for _, seed := range [][4]string{
		{"News", "Hello {{name}}", "Ann Smith", "ann@example.com"},
		{"</title><script>", "{{name|</p><script>}}", "<script>", "a&b@example.com"},
		{"a\r\nBcc: eve@example.com", "a", "Ann\r\nBcc: eve@example.com", "a@b.com> SIZE=1"},
		{"Привет {{name}}", "[{{name}}](https://x.com/{{email}})", "Анна 🎉", "анна@почта.рф"},
		{"{{name}}", "[a]: https://x.com/{{name}}\n\n[a] ![a][] <https://x.com/{{email}}>", `" onload="a`, "a'b@example.com"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, subject, body, name, email string) {
		template, err := letter.Parse(t.Context(), letter.Mailing, sender, subject, body)
		if err != nil {
			return
		}
		l, err := template.Compose(domain.Recipient{Email: email, Name: name}, "<1.k@example.org>", date)
		if err != nil {
			return
		}
		if len(l.Source) > domain.MaxEmail {
			t.Errorf("it has %d bytes", len(l.Source))
		}
		checkWire(t, l.Source)
		root, err := html.Parse(strings.NewReader(read(t, l).html))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "iframe" || n.Data == "svg") {
				t.Errorf("there is a <%s>", n.Data)
			}
		}
	})
}
