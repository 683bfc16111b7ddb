package domain

// Action is what somebody wants to do with a thing of a team.
type Action int

// The actions.
const (
	View Action = iota
	Edit
)

// MayWrite reports whether the user may make and change clients, messages and mailings at all. A manager watches and
// stops, but edits nothing.
func (u User) MayWrite() bool { return u.Role != RoleManager }

// Oversees reports whether the user watches over the mailings and the users of every team: managers and admins do.
func (u User) Oversees() bool { return u.Role == RoleManager || u.Role == RoleAdmin }

// WritesBlog reports whether the user writes articles for the blog: editors and admins do.
func (u User) WritesBlog() bool { return u.Role == RoleEditor || u.Role == RoleAdmin }

// Administers reports whether the user appoints roles, sets limits and reads the audit log.
func (u User) Administers() bool { return u.Role == RoleAdmin }

// May returns nil when the user may do the action with a client, a group or a message that belongs to the team,
// ErrNotFound when the user may not know of it, and ErrForbidden when the user may see it but not do that.
func (u User) May(a Action, teamID int64) error {
	if u.TeamID != teamID {
		return ErrNotFound
	}
	if a == Edit && !u.MayWrite() {
		return ErrForbidden
	}
	return nil
}

// MayMailing is May for a mailing and its log: those of every team can be seen by who oversees them, and edited by
// nobody but their team.
func (u User) MayMailing(a Action, teamID int64) error {
	err := u.May(a, teamID)
	if err == ErrNotFound && u.Oversees() {
		if a == Edit {
			return ErrForbidden
		}
		return nil
	}
	return err
}

// SeesRecipients reports whether the user may read to whom a team's mailings go. To all others the addresses are masked.
func (u User) SeesRecipients(teamID int64) bool { return u.TeamID == teamID && u.MayWrite() }
