package domain

import (
	"strings"
	"time"
)

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

// How many invitations of a team may be open, and how many letters with one may go out an hour.
const (
	MaxInvitations    = 50
	InvitationsAnHour = 20
	InvitationKept    = 30 * 24 * time.Hour // after its time is over, so that it can be renewed
	MaxTeamName       = 100                 // characters; the name at sign-up may be longer
)

// CheckTeamName returns the name of a team without the space around it, or Invalid when it cannot be one.
func CheckTeamName(name string) (string, error) {
	wrong := Invalid{}
	name = strings.TrimSpace(name)
	if name == "" {
		wrong.Add("name", "A team needs a name.")
	}
	checkName(wrong, "name", name, MaxTeamName)
	return name, wrong.Or()
}
