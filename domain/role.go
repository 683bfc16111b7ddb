package domain

import "slices"

// Role is what a user may do in the whole installation.
type Role string

// The roles.
const (
	RoleUser    Role = "user"    // keeps clients, messages and mailings of the own team
	RoleEditor  Role = "editor"  // also writes the blog
	RoleManager Role = "manager" // watches and stops every team's mailings, edits nothing
	RoleAdmin   Role = "admin"   // appoints roles, and does all an editor and a manager do
)

// Roles are all roles, the smallest first.
func Roles() []Role { return []Role{RoleUser, RoleEditor, RoleManager, RoleAdmin} }

// CheckRole returns Invalid when there is no such role.
func CheckRole(r Role) error {
	if !slices.Contains(Roles(), r) {
		return Invalid{"role": Say("This role doesn't exist.")}
	}
	return nil
}

// MayWrite reports whether clients, messages and mailings may be made and changed at all. A manager watches and stops, but
// edits nothing.
func (r Role) MayWrite() bool { return r != RoleManager }

// Oversees reports whether the mailings and the users of every team are watched over: by managers and admins.
func (r Role) Oversees() bool { return r == RoleManager || r == RoleAdmin }

// WritesBlog reports whether articles are written for the blog: by editors and admins.
func (r Role) WritesBlog() bool { return r == RoleEditor || r == RoleAdmin }

// Administers reports whether roles are appointed, limits set and the audit log read: by admins.
func (r Role) Administers() bool { return r == RoleAdmin }
