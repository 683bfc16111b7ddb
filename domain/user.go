package domain

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Role is what a user may do in the whole installation.
type Role string

// The roles.
const (
	RoleUser    Role = "user"    // keeps clients, messages and mailings of the own team
	RoleEditor  Role = "editor"  // also writes the blog
	RoleManager Role = "manager" // watches and stops every team's mailings, edits nothing
	RoleAdmin   Role = "admin"   // appoints roles, and does all an editor and a manager do
)

// User signs in with an e-mail address and belongs to one team.
type User struct {
	ID         int64
	TeamID     int64
	Email      string // as typed; unique by its canonical form
	Name       string
	Role       Role
	Language   string // "en" or "ru"
	TimeZone   string // IANA name; UTC when the user has set none
	VerifiedAt time.Time
	BlockedAt  time.Time
	PasswordAt time.Time // when the password was changed; zero when it is the first one
	CreatedAt  time.Time
}

// Verified reports whether the user has confirmed the e-mail address.
func (u User) Verified() bool { return !u.VerifiedAt.IsZero() }

// Blocked reports whether a manager has blocked the user.
func (u User) Blocked() bool { return !u.BlockedAt.IsZero() }

// Limits of short texts, in characters.
const (
	MaxName     = 200
	MaxComment  = 2000
	MinPassword = 8
	MaxPassword = 128
)

// SignUp is what a stranger types to get an account.
type SignUp struct {
	Email    string
	Name     string
	Password string
	Language string
	TimeZone string
}

// Check returns Invalid when an account cannot be made from s.
func (s SignUp) Check() error {
	wrong := Invalid{}
	if _, err := ParseAddress(s.Email); err != nil {
		wrong["email"] = err.(AddressError).Why
	}
	checkName(wrong, "name", s.Name, MaxName)
	if why, ok := CheckPassword(s.Password); !ok {
		wrong["password"] = why
	}
	return wrong.Or()
}

// checkLine records what keeps value from being one line of at most max characters.
func checkLine(wrong Invalid, field, value string, max int) {
	switch {
	case !utf8.ValidString(value):
		wrong.Add(field, "This is not valid text.")
	case utf8.RuneCountInString(value) > max:
		wrong.Add(field, "At most %d characters.", max)
	case HasControl(value):
		wrong.Add(field, "Line breaks and control characters are not allowed here.")
	}
}

// HasControl reports whether s holds a character that must never stand in a header field: C0 and C1 controls, and
// the line and paragraph separators.
func HasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r < 0x20 || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029'
	})
}
