package domain

import "time"

// Session is a signed-in browser.
type Session struct {
	UserID    int64
	Values    map[string]string // small things that survive a redirect
	Agent     string            // User-Agent when it began
	Address   string            // network address when it began
	CreatedAt time.Time
	SeenAt    time.Time
}

// How long a session lives: idle, and at most.
const (
	SessionIdle = 12 * time.Hour
	SessionMax  = 30 * 24 * time.Hour
)

// Alive reports whether the session may still be used.
func (s Session) Alive(now time.Time) bool {
	return now.Sub(s.SeenAt) < SessionIdle && now.Sub(s.CreatedAt) < SessionMax
}

// TokenKind is what a token in a letter is good for.
type TokenKind string

// TokenVerify confirms an e-mail address.
const TokenVerify TokenKind = "verify"

// VerifyValid is how long a verification letter can be used.
const VerifyValid = 24 * time.Hour
