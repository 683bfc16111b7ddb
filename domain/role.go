package domain

import "slices"

// Role is what a user may do in the whole installation.
type Role string

// Roles are all roles, the smallest first.
func Roles() []Role { return []Role{RoleUser, RoleEditor, RoleManager, RoleAdmin} }

// CheckRole returns Invalid when there is no such role.
func CheckRole(r Role) error {
	if !slices.Contains(Roles(), r) {
		return Invalid{"role": Say("There is no such role.")}
	}
	return nil
}

// The roles.
const (
	RoleUser    Role = "user"    // keeps clients, messages and mailings of the own team
	RoleEditor  Role = "editor"  // also writes the blog
	RoleManager Role = "manager" // watches and stops every team's mailings, edits nothing
	RoleAdmin   Role = "admin"   // appoints roles, and does all an editor and a manager do
)
