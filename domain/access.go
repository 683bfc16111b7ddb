package domain

// Action is what somebody wants to do with a thing of a team.
type Action int

// The actions.
const (
	View Action = iota
	Edit
)

// Actor does something: a user, a stranger, or the command line. The audit log names it.
type Actor struct {
	ID      int64  // 0 for a stranger and for the command line
	Email   string // as it is now, or "" for a stranger
	TeamID  int64  // 0 for a stranger and for the command line
	Role    Role   // "" for a stranger
	Address string // network address, "" for the command line

	commandLine bool
}

// CommandLine is the name of the command line in the audit log.
const CommandLine = "command line"

// CommandLineActor runs the program's commands. It belongs to no team, and may do to every team what a command does.
func CommandLineActor() Actor { return Actor{Email: CommandLine, Role: RoleAdmin, commandLine: true} }

// Actor is the user as one who does something from a network address.
func (u User) Actor(address string) Actor {
	return Actor{ID: u.ID, Email: u.Email, TeamID: u.TeamID, Role: u.Role, Address: address}
}

// May returns nil when the actor may do the action with a client, a group or a message that belongs to the team,
// ErrNotFound when the actor may not know of it, and ErrForbidden when the actor may see it but not do that.
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

// MayMailing is May for a mailing and its log: those of every team can be seen by those who oversee them, and edited only by
// their team.
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

// SeesRecipients reports whether the actor may read to whom a team's mailings go. To all others the addresses are masked.
func (a Actor) SeesRecipients(teamID int64) bool {
	return a.TeamID != 0 && a.TeamID == teamID && a.Role.MayWrite()
}

// MayBlock returns nil when the actor may block, or unblock, the user. Nobody blocks themselves (Refused). Managers can be
// blocked by admins alone, and admins by the command line alone (ErrForbidden).
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

// MayWrite is the rule of the user's role.
func (u User) MayWrite() bool { return u.Role.MayWrite() }

// Oversees is the rule of the user's role.
func (u User) Oversees() bool { return u.Role.Oversees() }

// WritesBlog is the rule of the user's role.
func (u User) WritesBlog() bool { return u.Role.WritesBlog() }

// Administers is the rule of the user's role.
func (u User) Administers() bool { return u.Role.Administers() }

// May is the rule of the user as an actor, as are those below.
func (u User) May(a Action, teamID int64) error { return u.Actor("").May(a, teamID) }

// MayMailing is May for a mailing and its log.
func (u User) MayMailing(a Action, teamID int64) error { return u.Actor("").MayMailing(a, teamID) }

// SeesRecipients reports whether the user may read to whom a team's mailings go.
func (u User) SeesRecipients(teamID int64) bool { return u.Actor("").SeesRecipients(teamID) }

// MayBlock returns nil when the user may block, or unblock, the other one.
func (u User) MayBlock(other User) error { return u.Actor("").MayBlock(other) }
