package domain

import "time"

// User signs in with an email address and belongs to one team.
type User struct {
	ID         int64
	TeamID     int64
	Email      string // as typed; unique by its canonical form
	Name       string
	Role       Role
	Language   string // "en" or "ru"
	TimeZone   string // IANA name; UTC when the user has not set one
	VerifiedAt time.Time
	BlockedAt  time.Time
	PasswordAt time.Time // when the password was last changed; zero for the first one
	CreatedAt  time.Time
}

// Verified reports whether the user has confirmed the email address.
func (u User) Verified() bool { return !u.VerifiedAt.IsZero() }

// Blocked reports whether a manager has blocked the user.
func (u User) Blocked() bool { return !u.BlockedAt.IsZero() }

// UserRow is a user as lists show it.
type UserRow struct {
	User
	Team       string // name of the team
	SignedInAt time.Time
	BlockedBy  string // their address at that time
	BlockedWhy string
	Mailings   int // of the team
	Letters    int // of the team's mailings, in the last 30 days
}

// Limits of short texts, in characters.
const (
	MaxName     = 200
	MaxComment  = 2000
	MinPassword = 8
	MaxPassword = 128
)
