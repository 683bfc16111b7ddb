package domain

import (
	"strings"
	"testing"
	"unicode"
)

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"Ann Smith": "ann smith", "ЖАННА Ёлкина": "жанна ёлкина", "Straße": "strasse", "STRASSE": "strasse", "STRAẞE": "strasse",
		"İzmir": "izmir", "IZMIR": "izmir", "ızmir": "izmir", "i\u0307zmir": "izmir", "ΟΔΥΣΣΕΥΣ": "οδυσσευσ", "Οδυσσευς": "οδυσσευσ",
		"\u212aelvin": "kelvin", "Élan": "élan", "": "", "日本": "日本",
	} {
		if got := Fold(text); got != want {
			t.Errorf("%q is %q; want %q", text, got, want)
		}
	}
	t.Run("is the same for every case of a letter", func(t *testing.T) {
		for r := rune(1); r <= unicode.MaxRune; r++ {
			text := string(r)
			for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
				if Fold(text) != Fold(string(other)) {
					t.Errorf("%q and %q differ: %q, %q", text, string(other), Fold(text), Fold(string(other)))
				}
			}
			if folded := Fold(text); Fold(folded) != folded || Fold(strings.ToLower(text)) != folded {
				t.Errorf("%q is %q, which is not all", text, folded)
			}
		}
	})
}
