package letter_test

import (
	"strings"
	"testing"

	"postrider/mail/letter"
)

func TestLongLinesFold(t *testing.T) {
	for _, subject := range []string{strings.Repeat("word ", 39) + "end", strings.Repeat("слово ", 33), strings.Repeat("🎉", 200), strings.Repeat("x", 200)} {
		r := compose(t, letter.Mailing, sender, subject, "a", ann)
		head, _, _ := strings.Cut(string(r.Source), "\r\n\r\n")
		for _, line := range strings.Split(head, "\r\n") {
			if len(line) > 78 {
				t.Errorf("a line of %d octets: %q", len(line), line)
			}
		}
		if r.subject != strings.TrimSpace(subject) {
			t.Errorf("the subject arrives as %q", r.subject)
		}
	}
}

func BenchmarkCompose(b *testing.B) {
	body := strings.Repeat("Hello {{first_name|friend}}, a paragraph of *some* length with a [link](https://example.com/?e={{email}}).\n\n", 30)
	for name, body := range map[string]string{"latin": body, "cyrillic": strings.ReplaceAll(body, "a paragraph of", "абзац обычной длины и")} {
		template, err := letter.Parse(b.Context(), letter.Mailing, sender, "Spring news for {{name}}", body)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				l, err := template.Compose(ann, "<1.k@example.org>", date)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(l.Source)))
			}
		})
	}
}
