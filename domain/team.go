package domain

import (
	"strings"
	"time"
)

// Team owns clients, messages and mailings. Signing up creates a team of one.
type Team struct {
	ID        int64
	Name      string
	OwnerID   int64 // the owning member; 0 when there is none
	CreatedAt time.Time
}

// Steps says which of the first steps a team has completed.
type Steps struct {
	Clients, Messages, Mailings bool
}

// Done reports whether all steps are completed.
func (s Steps) Done() bool { return s.Clients && s.Messages && s.Mailings }

// How many invitations a team may have open, and how many invitation emails it may send per hour.
const (
	MaxInvitations    = 50
	InvitationsAnHour = 20
	InvitationKept    = 30 * 24 * time.Hour // after it expires, so that it can be renewed
	MaxTeamName       = 100                 // characters; the name entered at sign-up may be longer
)

// CheckTeamName returns the name of a team without surrounding space, or Invalid when it is not acceptable.
func CheckTeamName(name string) (string, error) {
	wrong := Invalid{}
	name = strings.TrimSpace(name)
	if name == "" {
		wrong.Add("name", "A team needs a name.")
	}
	checkName(wrong, "name", name, MaxTeamName)
	return name, wrong.Or()
}
