package domain

import "time"

// Session is a signed-in browser.
type Session struct {
	PublicID   string // names it in a list; cannot be used to sign in
	UserID     int64
	PasswordAt time.Time         // the user's, when the password was entered
	Values     map[string]string // small values that survive a redirect
	Agent      string            // User-Agent when it began
	Address    string            // network address when it began
	OldDevice  string            // id that the browser was recognized by; "" for a new one
	Device     string            // id that it is recognized by from now on; "" keeps none
	CreatedAt  time.Time
	SeenAt     time.Time
}

// How long a session lives: since its last use, and in total.
const (
	SessionIdle = 12 * time.Hour
	SessionMax  = 30 * 24 * time.Hour
)

// Alive reports whether the session is still valid.
func (s Session) Alive(now time.Time) bool {
	return now.Sub(s.SeenAt) < SessionIdle && now.Sub(s.CreatedAt) < SessionMax
}
