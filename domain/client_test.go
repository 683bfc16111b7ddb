package domain_test

import (
	"strings"
	"testing"

	"postrider/domain"
)

func TestFirstName(t *testing.T) {
	cases := []struct{ full, want string }{
		{"", ""},
		{"  ", ""},
		{"Ann", "Ann"},
		{"Ann Smith", "Ann"},
		{"  Ann   Smith ", "Ann"},
		{"Smith, Ann", "Ann"},
		{"Smith,Ann Mary", "Ann"},
		{"Ann,", "Ann"},
		{"Ann Smith , ", "Ann"},
		{", Ann", "Ann"},
		{",", ""},
		{"Анна\u00a0Иванова", "Анна"},
		{"🎉", "🎉"},
	}
	for _, c := range cases {
		t.Run("of “"+c.full+"” is “"+c.want+"”", func(t *testing.T) {
			if got := domain.FirstName(c.full); got != c.want {
				t.Errorf("FirstName(%q) = %q", c.full, got)
			}
		})
	}
}

func TestClientCheck(t *testing.T) {
	cases := []struct {
		name   string
		client domain.Client
		wrong  string
	}{
		{"an address is enough", domain.Client{Email: "ann@example.com"}, ""},
		{"the address is checked", domain.Client{Email: "ann@"}, "email"},
		{"a name is one line", domain.Client{Email: "ann@example.com", FullName: "Ann\r\nBcc: x@y.com"}, "full_name"},
		{"a name is valid UTF-8", domain.Client{Email: "ann@example.com", FullName: "\xff"}, "full_name"},
		{"a name has at most 200 characters", domain.Client{Email: "ann@example.com", FullName: strings.Repeat("я", 201)}, "full_name"},
		{"a comment may have several lines", domain.Client{Email: "ann@example.com", Comment: "a\nb"}, ""},
		{"2,000 characters of comment are allowed", domain.Client{Email: "ann@example.com", Comment: strings.Repeat("я", 2000)}, ""},
		{"2,001 characters of comment are too many", domain.Client{Email: "ann@example.com", Comment: strings.Repeat("я", 2001)}, "comment"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := c.client.Check()
			invalidField(t, err, c.wrong)
		})
	}
}
