package domain

import (
	"slices"
	"strings"
	"time"
)

// CommandLine stands in the audit log for whoever runs the program's commands.
const CommandLine = "command line"

// DeletedAccount stands for somebody who has blocked or disabled something, once the account is deleted.
const DeletedAccount = "deleted account"

// MaxReason is how long a reason for blocking or disabling may be, in characters.
const MaxReason = 500

// CheckReason returns the reason without the space around it, or Invalid when there is none or it is too long.
func CheckReason(reason string) (string, error) {
	wrong := Invalid{}
	reason = strings.Join(strings.Fields(reason), " ")
	if reason == "" {
		wrong.Add("reason", "Say why: whom it concerns will read it.")
	}
	checkLine(wrong, "reason", reason, MaxReason)
	return reason, wrong.Or()
}

// Roles are all roles, the smallest first.
func Roles() []Role { return []Role{RoleUser, RoleEditor, RoleManager, RoleAdmin} }

// CheckRole returns Invalid when there is no such role.
func CheckRole(r Role) error {
	if !slices.Contains(Roles(), r) {
		return Invalid{"role": Say("There is no such role.")}
	}
	return nil
}

// MayBlock returns nil when the user may block, or unblock, the other one. Nobody blocks themselves (Refused); managers
// can be blocked by admins alone, and admins by nobody (ErrForbidden).
func (u User) MayBlock(other User) error {
	switch {
	case !u.Oversees():
		return ErrForbidden
	case u.ID == other.ID:
		return Refused{Say("You cannot block yourself.")}
	case other.Role == RoleAdmin, other.Role == RoleManager && u.Role != RoleAdmin:
		return ErrForbidden
	}
	return nil
}

// Day is the first moment of the day of UTC that t is in; letters are counted by it.
func Day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// AuditActions are all actions that the audit log knows, in the order in which a list offers them.
func AuditActions() []AuditAction {
	return []AuditAction{AuditSignIn, AuditSignInFailed, AuditSignInsFailed, AuditSignOut, AuditSignUp, AuditConfirm, AuditSetUp, AuditPasswordWrong, AuditPasswordChange,
		AuditPasswordReset, AuditEmailAsk, AuditEmailChange, AuditSessionsEnd, AuditAccountDelete, AuditInvite, AuditInviteRenew,
		AuditInviteWithdraw, AuditJoin, AuditLeave, AuditRemove, AuditOwner, AuditTeamName, AuditBlock, AuditUnblock, AuditTeamBlock,
		AuditTeamUnblock, AuditRole, AuditUserAdd,
		AuditSend, AuditRetry, AuditPause, AuditResume, AuditDisable, AuditEnable, AuditQuota, AuditDelete, AuditExport}
}
