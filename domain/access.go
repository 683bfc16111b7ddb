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

// May returns nil when the user may do the action with a thing that belongs to the team, ErrNotFound when the user may
// not know of it, and ErrForbidden when the user may see it but not do that.
func (u User) May(a Action, teamID int64) error {
	if u.TeamID != teamID {
		return ErrNotFound
	}
	if a == Edit && !u.MayWrite() {
		return ErrForbidden
	}
	return nil
}
