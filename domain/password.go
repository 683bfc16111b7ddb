package domain

import (
	_ "embed"
	"strings"
	"unicode/utf8"
)

//go:embed passwords.txt
var commonPasswords string

// CheckPassword reports whether p is acceptable as a password, and if not, why. Length is what counts (NIST SP 800-63B,
// section 5.1.1.2): any characters will do, except for the most common passwords.
func CheckPassword(p string) (Text, bool) {
	length := utf8.RuneCountInString(p)
	switch {
	case !utf8.ValidString(p):
		return Say("This isn't valid text."), false
	case length < MinPassword:
		return Say("Use at least %d characters.", MinPassword), false
	case length > MaxPassword:
		return Say("Use at most %d characters.", MaxPassword), false
	case strings.Contains(commonPasswords, "\n"+strings.ToLower(p)+"\n"):
		return Say("This is one of the most common passwords, so it's easy to guess. Choose another one."), false
	}
	return Text{}, true
}
