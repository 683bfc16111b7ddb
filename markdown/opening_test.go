package markdown_test

import (
	"strings"
	"testing"

	"postrider/markdown"
)

func TestOpening(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"is the first paragraph on one line", "One *two*\nthree\n\nfour", "One two three"},
		{"comes after headings, lists, code and quotes", "# A\n- b\n\n>c\n\n    d\n\nThe text.", "The text."},
		{"ends with a whole word", "A paragraph, that is long", "A paragraph…"},
		{"cuts a word that is too long", strings.Repeat("я", 40), strings.Repeat("я", 15) + "…"},
		{"is as long as allowed", "A paragraph yes", "A paragraph yes"},
		{"is empty without a paragraph", "# A", ""},
		{"shows HTML as typed", "<b>bold</b>", "<b>bold</b>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := markdown.Opening(c.in, 15); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
