package domain

import "slices"

// Role is what a user may do in the whole installation.
type Role string

// The roles.
const (
	RoleUser    Role = "user"    // keeps clients, messages and mailings of their team
	RoleEditor  Role = "editor"  // also writes the blog
	RoleManager Role = "manager" // watches and stops every team's mailings, edits nothing
	RoleAdmin   Role = "admin"   // assigns roles, and does everything an editor and a manager do
)

// Roles are all roles, in order of increasing rights.
func Roles() []Role { return []Role{RoleUser, RoleEditor, RoleManager, RoleAdmin} }

// CheckRole returns Invalid when the role does not exist.
func CheckRole(r Role) error {
	if !slices.Contains(Roles(), r) {
		return Invalid{"role": Say("This role doesn't exist.")}
	}
	return nil
}

// MayWrite reports whether the role may create and change clients, messages and mailings. A manager watches and stops,
// but edits nothing.
func (r Role) MayWrite() bool { return r != RoleManager }

// Oversees reports whether the role watches over the mailings and users of every team: managers and admins do.
func (r Role) Oversees() bool { return r == RoleManager || r == RoleAdmin }

// WritesBlog reports whether the role writes blog articles: editors and admins do.
func (r Role) WritesBlog() bool { return r == RoleEditor || r == RoleAdmin }

// Administers reports whether the role assigns roles, sets limits and reads the audit log: admins do.
func (r Role) Administers() bool { return r == RoleAdmin }
