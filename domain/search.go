package domain

import (
	"strings"
	"unicode"
)

// Fold is a text as searches compare it: case does not matter in any alphabet. Letters that change when converted to
// the other case and back are equal too: ß and ss, final ς and σ, the Turkish ı and İ and i. Accents do matter.
func Fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var folded strings.Builder
	folded.Grow(len(s))
	for _, r := range s {
		switch r {
		case 'ß', 'ẞ':
			folded.WriteString("ss")
		default:
			folded.WriteRune(unicode.ToLower(unicode.ToUpper(r)))
		}
	}
	return strings.ReplaceAll(folded.String(), "i\u0307", "i") // another lowercase spelling of İ
}
