package domain_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"postrider/domain"
)

// An accepted name fits into a list and a header field.
func FuzzName(f *testing.F) {
	for _, seed := range []string{"Ann", "Анна Каренина", "", " ", "Ann\r\nBcc: eve@example.com", "a\u2028b", "\x00", "\xff", "<b>", "{{email}}", "\u202eevil",
		"\u200b", "🎉", strings.Repeat("я", domain.MaxName), strings.Repeat("я", domain.MaxName+1), "=?utf-8?q?a?=", "a\u0085b", "e" + strings.Repeat("\u0301", 100)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		_, client := domain.Client{Email: "ann@example.com", FullName: name}.Check()
		for what, err := range map[string]error{
			"of a person": domain.Profile{Name: name, Language: "en", TimeZone: "UTC"}.Check(),
			"of a client": client,
		} {
			wrong, ok := err.(domain.Invalid)
			if err != nil && !ok {
				t.Fatalf("%s: the error is a %T", what, err)
			}
			if len(wrong) > 0 {
				continue
			}
			if !utf8.ValidString(name) || domain.HasControl(name) || utf8.RuneCountInString(name) > domain.MaxName {
				t.Errorf("the name %s may be %q", what, name)
			}
		}
	})
}
