package letter

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// Header fields are written here because the library folds a line with encoded words only at 998 octets, and package
// mime does not encode text that looks like an encoded word.

const (
	crlf     = "\r\n"
	maxLine  = 76 // octets of a line with an encoded word, without CRLF (RFC 2047, section 2)
	maxPlain = 60 // octets of an unencoded word; longer ones could not be folded
	wrapping = len("=?utf-8?b?" + "?=")
	minRoom  = 8 // base64 of the longest character
)

// field is a header field that folds itself.
type field struct {
	out   strings.Builder
	line  int  // octets on the last line
	begun bool // there is a word
}

func newField(name string) *field {
	f := &field{line: len(name) + 1}
	f.out.WriteString(name + ":")
	return f
}

// textField is an unstructured header field.
func textField(name, value string) string {
	f := newField(name)
	if needsEncoding(value) {
		f.encode(value)
	} else {
		f.words(value)
	}
	return f.end()
}

// addressField is a header field with one address and its owner's name, which may be empty.
func addressField(name, owner, address string) string {
	f := newField(name)
	owner = strings.TrimSpace(owner)
	switch {
	case owner == "":
		f.word(address)
		return f.end()
	case needsEncoding(owner):
		f.encode(owner)
	case isPhrase(owner):
		f.words(owner)
	default:
		f.words(quote(owner))
	}
	f.word("<" + address + ">")
	return f.end()
}

// word adds an unbreakable word, on a new line if it does not fit. The first one stays next to the field name.
func (f *field) word(s string) {
	if f.begun && f.line+1+len(s) > maxLine {
		f.fold()
	}
	f.begun = true
	f.out.WriteString(" " + s)
	f.line += 1 + len(s)
}

func (f *field) words(s string) {
	for _, word := range strings.Split(s, " ") {
		f.word(word)
	}
}

// encode adds encoded words (RFC 2047, section 4.1), split between characters.
func (f *field) encode(s string) {
	for s != "" {
		room := maxLine - f.line - 1 - wrapping
		if room < minRoom {
			f.fold()
			continue
		}
		n := min(room/4*3, len(s))
		for n < len(s) && !utf8.RuneStart(s[n]) {
			n--
		}
		f.word("=?utf-8?b?" + base64.StdEncoding.EncodeToString([]byte(s[:n])) + "?=")
		s = s[n:]
	}
}

// fold starts a new line; the space that word writes makes it a continuation.
func (f *field) fold() {
	f.out.WriteString(crlf)
	f.line = 0
}

func (f *field) end() string { return f.out.String() + crlf }

// needsEncoding reports whether a text would not survive as it is: it is not US-ASCII, looks like an encoded word, or
// cannot be folded.
func needsEncoding(s string) bool {
	if strings.Contains(s, "=?") || strings.Contains(" "+s+" ", "  ") {
		return true
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) {
		return true
	}
	for _, word := range strings.Fields(s) {
		if len(word) > maxPlain {
			return true
		}
	}
	return false
}

// isPhrase reports whether a name consists of atoms (RFC 5322, section 3.2.3).
func isPhrase(s string) bool { return !strings.ContainsAny(s, `()<>[]:;@\,."`) }

// quote makes a quoted-string (RFC 5322, section 3.2.4).
func quote(s string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"` }
