package domain

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Text is an English sentence with its arguments. The English text, with the verbs of package fmt, is the key of its
// translation.
type Text struct {
	Key  string
	Args []any
}

// Say makes a Text.
func Say(key string, args ...any) Text { return Text{Key: key, Args: args} }

// String is the English text.
func (t Text) String() string {
	if len(t.Args) == 0 {
		return t.Key
	}
	return fmt.Sprintf(t.Key, t.Args...)
}

// checkLine records why value is not one line of at most max characters.
func checkLine(wrong Invalid, field, value string, max int) {
	switch {
	case !utf8.ValidString(value):
		wrong.Add(field, "This isn't valid text.")
	case utf8.RuneCountInString(value) > max:
		wrong.Add(field, "Use at most %d characters.", max)
	case HasControl(value):
		wrong.Add(field, "Line breaks and control characters aren't allowed here.")
	}
}

// HasControl reports whether s contains a character that must never occur in a header field: C0 and C1 controls, and
// the line and paragraph separators.
func HasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r < 0x20 || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029'
	})
}
