package domain

import "time"

// Member is a user as shown to their team.
type Member struct {
	User
	SignedInAt time.Time // zero if never
}
