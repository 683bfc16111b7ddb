package domain

import "time"

// InvitationValid is how long an invitation can be used.
const InvitationValid = 7 * 24 * time.Hour

// Invitation asks somebody into a team. It has two tokens: the one in the letter proves the address to which the letter
// went, and the one of the link that the inviter may pass on proves nothing, because the inviter has seen it.
type Invitation struct {
	ID        int64
	TeamID    int64
	Team      string // its name
	Email     string // as typed
	By        string // the address of the member who has invited
	ByName    string // and the name, perhaps empty
	CreatedAt time.Time
	ExpiresAt time.Time
	Void      bool   // who invited is not a member any more, or blocked
	Known     bool   // the address has an account, confirmed or with a role, that the invitation does not open
	Proves    bool   // it was found by the token of its letter, so that whoever has come reads mail to the address
	Link      string // the token of the link to be passed on, on a new invitation alone
}

// Open reports whether the invitation can still be used.
func (i Invitation) Open(now time.Time) bool { return !i.Void && now.Before(i.ExpiresAt) }

// Admits returns nil when a user may go over into the team, and Refused when the user is there already, owns a team in
// which there are others, or would leave a team behind that keeps something and has nobody else.
func (i Invitation) Admits(u User, kept Belongings) error {
	switch {
	case u.TeamID == i.TeamID:
		return Refused{Say("You're already in this team.")}
	case kept.Owner && kept.Colleague:
		return Refused{OwnerStays(kept.Team)}
	case !kept.Colleague && kept.Clients+kept.Messages+kept.Mailings > 0:
		return Refused{Say("Your team “%s” still has %s, %s and %s, and no one else to look after them. Delete them first, or invite someone to that team.",
			kept.Team, Say("%d clients", kept.Clients), Say("%d messages", kept.Messages), Say("%d mailings", kept.Mailings))}
	}
	return nil
}
