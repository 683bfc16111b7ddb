package domain_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"postrider/domain"
)

// A name that is accepted fits into a list and into a header field.
func FuzzName(f *testing.F) {
	for _, seed := range []string{"Ann", "Анна Каренина", "", " ", "Ann\r\nBcc: eve@example.com", "a\u2028b", "\x00", "\xff", "<b>", "{{email}}", "\u202eevil",
		"\u200b", "🎉", strings.Repeat("я", domain.MaxName), strings.Repeat("я", domain.MaxName+1), "=?utf-8?q?a?=", "a\u0085b", "e" + strings.Repeat("\u0301", 100)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for what, err := range map[string]error{
			"of a person": domain.Profile{Name: name, Language: "en", TimeZone: "UTC"}.Check(),
			"of a client": domain.Client{Email: "ann@example.com", FullName: name}.Check(),
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

// A text is cut at its fields and nowhere else: nothing is lost, and values are looked at by nothing.
func FuzzParseFields(f *testing.F) {
	for _, seed := range []string{"Dear {{name|friend}},", "{{", "}}", "{{}}", "{{name}}{{email}}", "{{ name | a | b }}", "{{{name}}}", "{{na\nme}}", "{{name|{{email}}}}",
		strings.Repeat("{{name}}", 1001), "{{first_name|}}", "\xff{{name}}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		segments, err := domain.ParseFields(text)
		if err != nil {
			if _, ok := err.(domain.FieldError); !ok {
				t.Fatalf("%q: the error is a %T", text, err)
			}
			return
		}
		rest, fields := text, 0
		for _, s := range segments {
			if s.Field == "" {
				var found bool
				if rest, found = strings.CutPrefix(rest, s.Text); !found {
					t.Fatalf("%q: %q is not what comes next in %q", text, s.Text, rest)
				}
				continue
			}
			fields++
			_, after, found := strings.Cut(rest, "}}")
			if !found || !strings.HasPrefix(rest, "{{") {
				t.Fatalf("%q: there is no field at %q", text, rest)
			}
			rest = after
		}
		if rest != "" || fields > domain.MaxTextFields {
			t.Errorf("%q: %d fields, and %q is left", text, fields, rest)
		}
	})
}
