package domain

import (
	"slices"
	"strconv"
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

// Quota is how much a team may keep and send. A nil limit is none.
type Quota struct {
	MaxClients *int
	MaxLetters *int // of mailings, a day of UTC
	SentToday  int  // letters of mailings that have gone out on this day of UTC, or may have
}

// Spent reports whether the letters of this day are used up.
func (q Quota) Spent() bool { return q.MaxLetters != nil && q.SentToday >= *q.MaxLetters }

// String is the limits for the audit log.
func (q Quota) String() string {
	show := func(limit *int) string {
		if limit == nil {
			return "none"
		}
		return strconv.Itoa(*limit)
	}
	return "max_clients=" + show(q.MaxClients) + " max_letters=" + show(q.MaxLetters)
}

// Day is the first moment of the day of UTC that t is in; letters are counted by it.
func Day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// AuditActions are all actions that the audit log knows, in the order in which a list offers them.
func AuditActions() []AuditAction {
	return []AuditAction{AuditSignIn, AuditSignInFailed, AuditSignOut, AuditSignUp, AuditConfirm, AuditSetUp, AuditPasswordWrong, AuditPasswordChange,
		AuditPasswordReset, AuditEmailAsk, AuditEmailChange, AuditSessionsEnd, AuditAccountDelete, AuditInvite, AuditInviteRenew,
		AuditInviteWithdraw, AuditJoin, AuditLeave, AuditRemove, AuditOwner, AuditTeamName, AuditBlock, AuditUnblock, AuditRole, AuditUserAdd,
		AuditSend, AuditRetry, AuditPause, AuditResume, AuditDisable, AuditEnable, AuditQuota, AuditDelete, AuditExport}
}
