package domain

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Limits of an address in octets (RFC 5321, section 4.5.3.1, with erratum 1690 of RFC 3696).
const (
	maxAddress   = 254
	maxLocalPart = 64
)

// Address is an email address that has passed the strict check.
type Address struct {
	Local  string // as typed; US-ASCII unless the relay must offer SMTPUTF8
	Domain string // lower case, in IDNA A-labels (RFC 5891)
}

// AddressError says what is wrong with an address.
type AddressError struct{ Why Text }

// Error is the reason in English.
func (e AddressError) Error() string { return e.Why.String() }

// Envelope is the address as used in MAIL, RCPT and header fields.
func (a Address) Envelope() string { return a.Local + "@" + a.Domain }

// Key is what addresses are compared by. RFC 5321 makes local parts case-sensitive, but no provider in use does, and
// sending one person two emails is worse than missing a rare namesake. Nothing else is folded, neither non-ASCII
// capitals nor other Unicode forms (RFC 6531 leaves those to the receiving host): to a mail server, K and the Kelvin
// sign are two mailboxes, which can belong to two people.
func (a Address) Key() string { return FoldASCII(a.Local) + "@" + a.Domain }

// FoldASCII lowercases A to Z and leaves everything else as it is.
func FoldASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}, s)
}

// SameAddress reports whether two addresses name one mailbox. Text that is not an address is treated as "".
func SameAddress(a, b string) bool {
	one, err := ParseAddress(a)
	other, alsoErr := ParseAddress(b)
	return err == nil && alsoErr == nil && one.Key() == other.Key()
}

// NeedsUTF8 reports whether the address can only be sent with SMTPUTF8 (RFC 6531).
func (a Address) NeedsUTF8() bool { return !isASCII(a.Local) }

// ParseAddress checks one bare address strictly: what it accepts cannot carry a second address, a parameter or a second
// line into an SMTP command. The error is always an AddressError.
func ParseAddress(s string) (Address, error) {
	a, wrong := parseAddress(s)
	if wrong.Key != "" {
		return Address{}, AddressError{wrong}
	}
	return a, nil
}

// CheckAddress is ParseAddress for a form field. The error is Invalid.
func CheckAddress(field, typed string) (Address, error) {
	a, why := parseAddress(typed)
	wrong := Invalid{}
	wrong.note(field, why)
	return a, wrong.Or()
}

// parseAddress returns the reason instead of an error; the zero Text means the address is valid.
func parseAddress(s string) (Address, Text) {
	bad := func(key string, args ...any) (Address, Text) { return Address{}, Say(key, args...) }
	switch {
	case s == "":
		return bad("Enter an email address, like ann@example.com.")
	case len(s) > maxAddress:
		return bad("An email address can be at most %d characters long.", maxAddress)
	case !utf8.ValidString(s) || HasControl(s):
		return bad("The address contains a character that isn't allowed.")
	case strings.ContainsAny(s, " \t\u00a0<>()[]\\,;:\""):
		return bad("Enter one email address, like ann@example.com.")
	}
	local, host, ok := strings.Cut(s, "@")
	if !ok || local == "" || host == "" || strings.Contains(host, "@") {
		return bad("Enter an email address, like ann@example.com.")
	}
	if len(local) > maxLocalPart {
		return bad("The part before @ can be at most %d characters long.", maxLocalPart)
	}
	if strings.ContainsFunc(local, isHidden) {
		return bad("The address contains a character that isn't allowed.")
	}
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil || !strings.Contains(ascii, ".") || !hasLabels(ascii) || isNumeric(ascii) {
		return bad("Check the part after @: “%s” isn't a valid domain.", host)
	}
	a := Address{Local: local, Domain: strings.ToLower(ascii)}
	if len(a.Envelope()) > maxAddress {
		return bad("An email address can be at most %d characters long.", maxAddress)
	}
	if _, err := mail.ParseAddress(a.Envelope()); err != nil {
		return bad("Enter an email address, like ann@example.com.")
	}
	return a, Text{}
}

// isHidden reports whether a character is invisible: spaces of any width, joiners, direction marks. They slip in with
// copied text and would turn one address into two.
func isHidden(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) || isBlank(r) }

// hasLabels reports whether every label has 1 to 63 octets (RFC 1035, section 2.3.4), which package idna does not
// check.
func hasLabels(host string) bool {
	for _, label := range strings.Split(host, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
	}
	return true
}

// isNumeric reports whether the last label is all digits, as in 127.0.0.1. No top-level domain is (RFC 3696, section
// 2).
func isNumeric(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	return strings.Trim(last, "0123456789") == ""
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}
