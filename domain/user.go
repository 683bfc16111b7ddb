package domain

import "time"

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
