package domain

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// MaskAddress reduces an email address to its first character and its domain: "a…@example.com".
func MaskAddress(email string) string {
	at := strings.LastIndexByte(email, '@')
	if at < 0 {
		return MaskName(email)
	}
	return MaskName(email[:at]) + email[at:]
}

// MaskName reduces a name to its first letter: "A…". An empty name stays empty.
func MaskName(name string) string {
	if name == "" {
		return ""
	}
	_, size := utf8.DecodeRuneInString(name)
	return name[:size] + "…"
}

// Masked is the attempt for people who must not know the recipient. It drops the address, the name and the relay's
// words, which reveal both in more spellings than anyone could filter. It keeps stage, outcome and codes.
func (a Attempt) Masked() Attempt {
	a.Reply.Text = ""
	a.Recipient = Recipient{Email: MaskAddress(a.Recipient.Email), Name: MaskName(a.Recipient.Name)}
	return a
}

// leadingCodes matches a basic code (RFC 5321, section 4.2) and an enhanced one (RFC 3463) at the start of a text.
var leadingCodes = regexp.MustCompile(`^(?:[245]\d\d\b)?\s*(?:[245]\.\d{1,3}\.\d{1,3}\b)?`)

// WithoutWords is a text that quotes a relay, reduced to the relay's codes.
func (t Text) WithoutWords() Text {
	args := make([]any, len(t.Args))
	for i, arg := range t.Args {
		if s, ok := arg.(string); ok {
			if arg = strings.TrimSpace(leadingCodes.FindString(s)); arg == "" {
				arg = "…"
			}
		}
		args[i] = arg
	}
	return Text{Key: t.Key, Args: args}
}
