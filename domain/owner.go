package domain

import "time"

// NoticeValid is how long a letter that only informs, without a token, waits for the mail server.
const NoticeValid = 7 * 24 * time.Hour

// Owns reports whether the user owns the team.
func (u User) Owns(t Team) bool { return u.TeamID == t.ID && u.ID == t.OwnerID }

// MayRemove returns nil when the user may remove the other one from their common team: its owner and admins may
// (otherwise ErrForbidden). The owner cannot be removed (Refused).
func (u User) MayRemove(other User, t Team) error {
	switch {
	case u.ID == other.ID:
		return Refused{Say("You can't remove yourself. You can leave the team.")}
	case !u.Owns(t) && !u.Administers():
		return ErrForbidden
	case other.Owns(t):
		return Refused{Say("%s owns the team. Make someone else the owner first.", other.Email)}
	}
	return nil
}

// MayOwn returns nil when a member of the team can become its owner, and Refused when the user owns it, has not
// confirmed the address, is blocked, or is a manager, who does not work in a team.
func (u User) MayOwn(t Team) error {
	switch {
	case u.Owns(t):
		return Refused{Say("%s already owns the team.", u.Email)}
	case !u.Verified() || u.Blocked() || !u.MayWrite():
		return Refused{Say("%s can't own the team. An owner must be a member with a confirmed address, not blocked and not a manager.", u.Email)}
	}
	return nil
}

// OwnerStays tells the owner of a team why they cannot leave.
func OwnerStays(team string) Text {
	return Say("You own the team “%s”, and it has other members. Make one of them the owner first, or remove them.", team)
}
