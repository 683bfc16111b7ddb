package domain_test

import (
	"errors"
	"strings"
	"testing"

	"postrider/domain"
)

// invalidField fails unless err is an Invalid about exactly that field, or nil when field is "".
func invalidField(t *testing.T, err error, field string) {
	t.Helper()
	if field == "" {
		if err != nil {
			t.Errorf("refused: %v", err)
		}
		return
	}
	var wrong domain.Invalid
	if !errors.As(err, &wrong) || len(wrong) != 1 || wrong[field].Key == "" {
		t.Errorf("got %v, want Invalid about %q", err, field)
	}
}

func TestMessageCheck(t *testing.T) {
	cases := []struct{ name, subject, body, wrong string }{
		{"subject and body are enough", "News", "Hello", ""},
		{"fields are allowed in both", "{{name|News}}", "Hello {{first_name}}", ""},
		{"a subject is required", " \u00a0", "Hello", "subject"},
		{"200 characters of subject are allowed", strings.Repeat("я", 200), "Hello", ""},
		{"201 characters of subject are too many", strings.Repeat("я", 201), "Hello", "subject"},
		{"CR and LF cannot get into a subject", "a\r\nBcc: x@y.com", "Hello", "subject"},
		{"NUL cannot get into a subject", "a\x00", "Hello", "subject"},
		{"U+2028 cannot get into a subject", "a\u2028b", "Hello", "subject"},
		{"a default cannot contain a control character", "{{name|a\x0bb}}", "Hello", "subject"},
		{"a subject is valid UTF-8", "a\xff", "Hello", "subject"},
		{"an unknown field in the subject is named", "{{surname}}", "Hello", "subject"},
		{"a text is required", "News", " \n\t", "body"},
		{"200,000 octets of text are allowed", "News", strings.Repeat("a", 200000), ""},
		{"200,001 octets of text are too many", "News", strings.Repeat("a", 200001), "body"},
		{"a text is valid UTF-8", "News", "a\xff", "body"},
		{"a text has no NUL", "News", "a\x00", "body"},
		{"an unknown field in the text is named", "News", "{{surname}}", "body"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			invalidField(t, domain.Message{Subject: c.subject, Body: c.body}.Check(), c.wrong)
		})
	}
}
