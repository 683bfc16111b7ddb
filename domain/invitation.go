package domain

import "time"

// InvitationValid is how long an invitation can be accepted.
const InvitationValid = 7 * 24 * time.Hour

// Invitation asks someone to join a team. It has two tokens. The one in the email proves that its holder reads mail to
// the address. The one in the link that the inviter may pass on proves nothing, because the inviter has seen it.
type Invitation struct {
	ID        int64
	TeamID    int64
	Team      string // name of the team
	Email     string // as typed
	By        string // address of the inviting member
	ByName    string // and their name, which may be empty
	CreatedAt time.Time
	ExpiresAt time.Time
	Void      bool   // the inviter has left the team or is blocked
	Known     bool   // the address has an account, confirmed or with a role, that the invitation does not open
	Proves    bool   // found by the token in the email, so the visitor reads mail to the address
	Link      string // token of the link to pass on; set only on a new invitation
}

// Open reports whether the invitation can still be accepted.
func (i Invitation) Open(now time.Time) bool { return !i.Void && now.Before(i.ExpiresAt) }

// Admits returns nil when the user may move to the team, and Refused when they are in it, own a team with other
// members, or would leave behind a team that has data and no other member.
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
