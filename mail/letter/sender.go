package letter

import (
	"errors"
	"net/mail"
	"strings"
	"unicode/utf8"

	"postrider/domain"
)

var errName = errors.New("the name holds a control character")

// parseSender reads the From of letters: an optional name and exactly one strict address. A host without a dot, as in a
// local network, is checked as if it were in some domain.
func parseSender(s string) (string, domain.Address, error) {
	const somewhere = ".example"
	parsed, err := mail.ParseAddress(s)
	if err != nil {
		return "", domain.Address{}, err
	}
	if !isLine(parsed.Name) {
		return "", domain.Address{}, errName
	}
	if host := parsed.Address[strings.LastIndexByte(parsed.Address, '@')+1:]; strings.Contains(host, ".") {
		address, err := domain.ParseAddress(parsed.Address)
		return parsed.Name, address, err
	}
	address, err := domain.ParseAddress(parsed.Address + somewhere)
	address.Domain = strings.TrimSuffix(address.Domain, somewhere)
	return parsed.Name, address, err
}

// isLine reports whether s may be in a header field.
func isLine(s string) bool { return utf8.ValidString(s) && !domain.HasControl(s) }

// isMessageID reports whether s is an id in angle brackets, of printable US-ASCII, that fits on one line.
func isMessageID(s string) bool {
	inside := strings.TrimSuffix(strings.TrimPrefix(s, "<"), ">")
	return len(inside) == len(s)-2 && len(s) < 500 && strings.Count(inside, "@") == 1 &&
		!strings.HasPrefix(inside, "@") && !strings.HasSuffix(inside, "@") &&
		!strings.ContainsFunc(inside, func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' })
}

// cleanText normalizes the line endings of a body and removes what is not text.
func cleanText(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\ufffd").Replace(s)
}
