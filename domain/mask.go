package domain

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// anAddress finds what may be an e-mail address in a text: atoms and quoted parts around an @ (RFC 5321, section 4.1.2),
// taken widely, because too much masked is no harm.
var anAddress = regexp.MustCompile(`(?:"[^"@]*"|[^\s<>()\[\],;:"'@]+)@[^\s<>(),;"']+`)

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

// MaskText masks what looks like an address in a text that somebody else has written, such as the reply of a relay.
func MaskText(text string) string { return anAddress.ReplaceAllStringFunc(text, MaskAddress) }

// Masked is the attempt without what tells the recipient: neither address nor name, nor those in the words of the relay.
func (a Attempt) Masked() Attempt {
	local, _, _ := strings.Cut(a.Recipient.Email, "@")
	a.Reply.Text = maskWord(MaskText(a.Reply.Text), local)
	a.Recipient = Recipient{Email: MaskAddress(a.Recipient.Email), Name: MaskName(a.Recipient.Name)}
	return a
}

// maskWord masks a word of a text, whatever its case: relays call a mailbox by its name alone, too.
func maskWord(text, word string) string {
	if utf8.RuneCountInString(word) < 2 {
		return text
	}
	var out strings.Builder
	found := regexp.MustCompile(`(?i)`+regexp.QuoteMeta(word)).FindAllStringIndex(text, -1)
	last := 0
	for _, at := range found {
		before, _ := utf8.DecodeLastRuneInString(text[:at[0]])
		after, _ := utf8.DecodeRuneInString(text[at[1]:])
		if inWord(before) || inWord(after) {
			continue
		}
		out.WriteString(text[last:at[0]] + MaskName(text[at[0]:at[1]]))
		last = at[1]
	}
	return out.String() + text[last:]
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// Masked is a text of the domain with the addresses in its arguments masked.
func (t Text) Masked() Text {
	args := make([]any, len(t.Args))
	for i, arg := range t.Args {
		if s, ok := arg.(string); ok {
			arg = MaskText(s)
		}
		args[i] = arg
	}
	return Text{Key: t.Key, Args: args}
}
