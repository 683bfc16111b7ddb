package domain

import (
	"strings"
	"unicode"
)

// Fold is a text as searches compare it: capitals and small letters of every alphabet are alike. So are the letters that
// change when they are written in the other case and back: ß is ss, the final ς is σ, and the Turkish ı and İ are i. Accents
// count.
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
	return strings.ReplaceAll(folded.String(), "i\u0307", "i") // how others write the small letter of İ
}
