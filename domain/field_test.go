package domain_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"postrider/domain"
)

func TestParseFields(t *testing.T) {
	type segments = []domain.Segment
	cases := []struct {
		name, in string
		want     segments
	}{
		{"an empty text has no segments", "", nil},
		{"a text without fields is one segment", "Hello, {you}", segments{{Text: "Hello, {you}"}}},
		{"a field between texts", "Hi {{name}}!", segments{{Text: "Hi "}, {Field: "name"}, {Text: "!"}}},
		{"fields next to each other", "{{name}}{{email}}", segments{{Field: "name"}, {Field: "email"}}},
		{"spaces inside are ignored", "{{ first_name | dear friend }}", segments{{Field: "first_name", Default: "dear friend"}}},
		{"a default may contain a bar and a brace", "{{name|a|b}c}}", segments{{Field: "name", Default: "a|b}c"}}},
		{"an empty default means none", "{{name|}}", segments{{Field: "name"}}},
		{"closing braces alone are text", "a }} b", segments{{Text: "a }} b"}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := domain.ParseFields(c.in)
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("ParseFields(%q) = %+v, %v; want %+v", c.in, got, err, c.want)
			}
		})
	}
	wrong := []struct{ name, in, says string }{
		{"an unknown field is named", "Hi {{surname}}", "There's no field {{surname}}. You can use {{name}}, {{first_name}}, {{email}}."},
		{"names are case-sensitive", "{{Name}}", "{{Name}}"},
		{"an empty name is not a field", "{{}}", "{{}}"},
		{"only a default is not a field", "{{|friend}}", "{{}}"},
		{"an unclosed field is named", "Hi {{name, how are you", "“{{name,”"},
		{"a field does not span lines", "{{name\n}}", "“{{name”"},
		{"a field does not span a carriage return", "{{name|a\rb}}", "“{{name|a”"},
		{"a field does not contain another", "{{name|{{email}}}}", "“{{name|”"},
		{"a long name is shortened", "{{" + strings.Repeat("x", 5000) + "}}", "{{" + strings.Repeat("x", 30) + "…}}"},
		{"a long unclosed word is shortened", "{{" + strings.Repeat("я", 5000), "“{{" + strings.Repeat("я", 30) + "…”"},
		{"a percent sign is not a verb", "{{%s%d}}", "{{%s%d}}"},
	}
	for _, c := range wrong {
		t.Run(c.name, func(t *testing.T) {
			_, err := domain.ParseFields(c.in)
			var why domain.FieldError
			if !errors.As(err, &why) || !strings.Contains(why.Error(), c.says) {
				t.Errorf("ParseFields: %v; want a FieldError that says %q", err, c.says)
			}
		})
	}
}

func TestSegmentValue(t *testing.T) {
	ann := domain.Recipient{Email: "ann@example.com", Name: "Ann Smith"}
	cases := []struct {
		name    string
		segment domain.Segment
		to      domain.Recipient
		want    string
	}{
		{"text is itself", domain.Segment{Text: "a {{name}}"}, ann, "a {{name}}"},
		{"the full name", domain.Segment{Field: domain.FieldName}, ann, "Ann Smith"},
		{"the first name", domain.Segment{Field: domain.FieldFirstName}, ann, "Ann"},
		{"the address", domain.Segment{Field: domain.FieldEmail}, ann, "ann@example.com"},
		{"a value takes precedence over a default", domain.Segment{Field: domain.FieldName, Default: "friend"}, ann, "Ann Smith"},
		{"a default replaces an empty value", domain.Segment{Field: domain.FieldFirstName, Default: "friend"}, domain.Recipient{}, "friend"},
		{"without a default an empty value stays empty", domain.Segment{Field: domain.FieldName}, domain.Recipient{}, ""},
		{"a value is not parsed", domain.Segment{Field: domain.FieldName}, domain.Recipient{Name: "{{email}}"}, "{{email}}"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.segment.Value(c.to); got != c.want {
				t.Errorf("Value = %q, want %q", got, c.want)
			}
		})
	}
	t.Run("every listed field has a value", func(t *testing.T) {
		for _, name := range domain.FieldNames() {
			if (domain.Segment{Field: name}).Value(ann) == "" {
				t.Errorf("{{%s}} is empty", name)
			}
		}
	})
}

// A text is split at its fields and nowhere else: nothing is lost, and values are not parsed.
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
