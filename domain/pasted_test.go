package domain

import (
	"slices"
	"strings"
	"testing"
)

func TestReadContacts(t *testing.T) {
	ann, bob := Contact{Email: "ann@example.com"}, Contact{Email: "bob@example.com"}
	named := Contact{"ann@example.com", "Ann Archer"}
	for text, want := range map[string][]Contact{
		"":                                               nil,
		" \u00a0\u200b":                                  nil,
		"ann@example.com":                                {ann},
		"\u00a0ann@example.com\u00a0\t":                  {ann},
		"\ufeffann@exa\u200bmple.com\u2060":              {ann},
		"ann@example.com,":                               {ann},
		"ann@example.com ; ":                             {ann},
		"mailto:ann@example.com":                         {ann},
		"MAILTO:ann@example.com?subject=Hi":              {ann},
		"<ann@example.com>":                              {ann},
		"< mailto:ann@example.com >":                     {ann},
		"Ann Archer <ann@example.com>":                   {named},
		"Ann\u00a0Archer <ann@example.com>,":             {named},
		`"Ann Archer" <ann@example.com>`:                 {named},
		`"Archer, Ann" <ann@example.com>`:                {{"ann@example.com", "Archer, Ann"}},
		"Archer, Ann <ann@example.com>":                  {{"ann@example.com", "Archer, Ann"}},
		"ann@пример.рф":                                  {{Email: "ann@пример.рф"}},
		"ann@example.com bob@example.com":                {ann, bob},
		"ann@example.com, bob@example.com;":              {ann, bob},
		"ann@example.com\r\n\r\nbob@example.com\n":       {ann, bob},
		"Ann Archer <ann@example.com> <bob@example.com>": {named, bob},
		"Ann Archer <ann@example.com>; bob@example.com":  {named, bob},
		"Ann Archer <ann@example.com> bob@example.com":   {named, bob},
		"ann@example.com, bob, bob@example.com":          {ann, {Email: "bob"}, bob},
		"ann @example.com":                               {{Email: "ann @example.com"}},
		"Ann Archer":                                     {{Email: "Ann Archer"}},
		"Ann <ann@example.com":                           {{"ann@example.com", "Ann"}},
		"ann@example.com>":                               {{Email: "ann@example.com>"}},
	} {
		if got := ReadContacts(text); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func FuzzReadContacts(f *testing.F) {
	for _, text := range []string{"Ann <ann@example.com>, bob@example.com", `"a, b" <c@d>;e@f`, "<<>>", ",;\n", "mailto:", "\xff<\x00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, c := range ReadContacts(text) {
			if strings.TrimSpace(c.Email) != c.Email || strings.TrimSpace(c.Name) != c.Name {
				t.Errorf("%q: %q has space around it", text, c)
			}
			if _, err := ParseAddress(c.Email); err == nil && !strings.Contains(cleanPasted(text), c.Email) {
				t.Errorf("%q: the address %q is not in it", text, c.Email)
			}
		}
	})
}
