package domain

// Action is what an actor wants to do with something a team owns.
type Action int

// The actions.
const (
	View Action = iota
	Edit
)

// Actor is who does something: a user, a stranger, or the command line. The audit log names the actor.
type Actor struct {
	ID      int64  // 0 for a stranger and for the command line
	Email   string // current address, "" for a stranger
	TeamID  int64  // 0 for a stranger and for the command line
	Role    Role   // "" for a stranger
	Address string // network address, "" for the command line

	commandLine bool
}

// CommandLine is the name of the command line in the audit log.
const CommandLine = "command line"

// CommandLineActor runs the program's commands. It belongs to no team and may do anything a command does to every team.
func CommandLineActor() Actor { return Actor{Email: CommandLine, Role: RoleAdmin, commandLine: true} }

// Actor is the user acting from a network address.
func (u User) Actor(address string) Actor {
	return Actor{ID: u.ID, Email: u.Email, TeamID: u.TeamID, Role: u.Role, Address: address}
}

// May returns nil when the actor may do the action with a client, group or message of the team, ErrNotFound when the
// actor must not learn that it exists, and ErrForbidden when the actor may see it but not do that.
func (a Actor) May(action Action, teamID int64) error {
	switch {
	case a.commandLine:
		return nil
	case a.TeamID == 0 || a.TeamID != teamID:
		return ErrNotFound
	case action == Edit && !a.Role.MayWrite():
		return ErrForbidden
	}
	return nil
}

// MayMailing is May for a mailing and its log: overseers can see those of every team, but only the team itself can edit
// them.
func (a Actor) MayMailing(action Action, teamID int64) error {
	err := a.May(action, teamID)
	if err == ErrNotFound && a.Role.Oversees() {
		if action == Edit {
			return ErrForbidden
		}
		return nil
	}
	return err
}

// MayStop returns nil when the actor may disable and enable the mailings of all teams, and ErrForbidden otherwise.
func (a Actor) MayStop() error {
	if !a.commandLine && !a.Role.Oversees() {
		return ErrForbidden
	}
	return nil
}

// SeesRecipients reports whether the actor may see the recipients of a team's mailings. Everyone else sees masked
// addresses.
func (a Actor) SeesRecipients(teamID int64) bool {
	return a.TeamID != 0 && a.TeamID == teamID && a.Role.MayWrite()
}

// MayBlock returns nil when the actor may block or unblock the user. Nobody can block themselves (Refused). Only admins
// can block managers, and only the command line can block admins (ErrForbidden).
func (a Actor) MayBlock(u User) error {
	switch {
	case a.commandLine:
		return nil
	case !a.Role.Oversees():
		return ErrForbidden
	case a.ID == u.ID:
		return Refused{Say("You can't block yourself.")}
	case u.Role.Administers(), u.Role == RoleManager && !a.Role.Administers():
		return ErrForbidden
	}
	return nil
}

// MayWrite reports what Role.MayWrite does for the user's role.
func (u User) MayWrite() bool { return u.Role.MayWrite() }

// Oversees reports what Role.Oversees does for the user's role.
func (u User) Oversees() bool { return u.Role.Oversees() }

// WritesBlog reports what Role.WritesBlog does for the user's role.
func (u User) WritesBlog() bool { return u.Role.WritesBlog() }

// Administers reports what Role.Administers does for the user's role.
func (u User) Administers() bool { return u.Role.Administers() }

// May is Actor.May for the user.
func (u User) May(a Action, teamID int64) error { return u.Actor("").May(a, teamID) }

// MayMailing is Actor.MayMailing for the user.
func (u User) MayMailing(a Action, teamID int64) error { return u.Actor("").MayMailing(a, teamID) }

// SeesRecipients is Actor.SeesRecipients for the user.
func (u User) SeesRecipients(teamID int64) bool { return u.Actor("").SeesRecipients(teamID) }

// MayBlock is Actor.MayBlock for the user.
func (u User) MayBlock(other User) error { return u.Actor("").MayBlock(other) }
