package domain

import "time"

// Member is a user as the team sees it.
type Member struct {
	User
	SignedInAt time.Time // zero when never
}
