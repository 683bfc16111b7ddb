package domain

import "time"

// Team owns clients, messages and mailings. Signing up makes a team of one.
type Team struct {
	ID        int64
	Name      string
	OwnerID   int64 // of the member who owns it; 0 when there is none
	CreatedAt time.Time
}

// Steps says which of its first steps a team has taken.
type Steps struct {
	Clients, Messages, Mailings bool
}

// Done reports whether nothing is left to do.
func (s Steps) Done() bool { return s.Clients && s.Messages && s.Mailings }
