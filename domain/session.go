package domain

import "time"

// Session is a signed-in browser.
type Session struct {
	PublicID   string // names it in a list; it opens nothing
	UserID     int64
	PasswordAt time.Time         // of the user, as it was when the password was shown
	Values     map[string]string // small things that survive a redirect
	Agent      string            // User-Agent when it began
	Address    string            // network address when it began
	OldDevice  string            // id that the browser was known by; "" for a new one
	Device     string            // id that it is known by from now on; "" keeps none
	CreatedAt  time.Time
	SeenAt     time.Time
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
