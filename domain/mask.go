package domain

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// MaskAddress leaves of an e-mail address its first character and its domain: "a…@example.com".
func MaskAddress(email string) string {
	at := strings.LastIndexByte(email, '@')
	if at < 0 {
		return MaskName(email)
	}
	return MaskName(email[:at]) + email[at:]
}

// MaskName leaves of a name its first letter: "A…". An empty one stays empty.
func MaskName(name string) string {
	if name == "" {
		return ""
	}
	_, size := utf8.DecodeRuneInString(name)
	return name[:size] + "…"
}

// Masked is the attempt for those who may not know the recipient: with neither address nor name, and without the relay's
// words, which tell both in more spellings than anybody can think of. Stage, outcome and codes stay.
func (a Attempt) Masked() Attempt {
	a.Reply.Text = ""
	a.Recipient = Recipient{Email: MaskAddress(a.Recipient.Email), Name: MaskName(a.Recipient.Name)}
	return a
}

// leadingCodes are a basic code (RFC 5321, section 4.2) and an enhanced one (RFC 3463) at the beginning of a text.
var leadingCodes = regexp.MustCompile(`^(?:[245]\d\d\b)?\s*(?:[245]\.\d{1,3}\.\d{1,3}\b)?`)

// WithoutWords is a text of the domain that quotes a relay, with the relay's codes and without its words.
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
