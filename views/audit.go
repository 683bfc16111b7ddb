package views

import (
	"context"
	"strings"

	"postrider/domain"
)

// AuditList is what the page of the audit log shows.
type AuditList struct {
	Paging
	Entries                    []domain.AuditEntry
	Action, Actor, Q, From, To string // as typed
}

func (v AuditList) narrowed() bool { return v.Action+v.Actor+v.Q+v.From+v.To != "" }

func (v AuditList) actions(ctx context.Context) []Option {
	all := []Option{{"", t(ctx, "Any action")}}
	for _, a := range domain.AuditActions() {
		all = append(all, Option{string(a), auditText(ctx, a)})
	}
	return all
}

func auditText(ctx context.Context, a domain.AuditAction) string {
	switch a {
	case domain.AuditSignIn:
		return t(ctx, "Signed in")
	case domain.AuditSignInFailed:
		return t(ctx, "Failed to sign in")
	case domain.AuditSignOut:
		return t(ctx, "Signed out")
	case domain.AuditSetUp:
		return t(ctx, "Set up the service")
	case domain.AuditPasswordWrong:
		return t(ctx, "Entered a wrong current password")
	case domain.AuditSignInsFailed:
		return t(ctx, "More failed sign-ins that day")
	case domain.AuditSignUp:
		return t(ctx, "Signed up")
	case domain.AuditConfirm:
		return t(ctx, "Confirmed address")
	case domain.AuditPasswordChange:
		return t(ctx, "Changed password")
	case domain.AuditPasswordReset:
		return t(ctx, "Reset password")
	case domain.AuditEmailAsk:
		return t(ctx, "Asked to change address")
	case domain.AuditEmailChange:
		return t(ctx, "Changed address")
	case domain.AuditSessionsEnd:
		return t(ctx, "Signed out other devices")
	case domain.AuditAccountDelete:
		return t(ctx, "Deleted account")
	}
	return auditTeamText(ctx, a)
}

// auditTeamText names an action in a team.
func auditTeamText(ctx context.Context, a domain.AuditAction) string {
	switch a {
	case domain.AuditInvite:
		return t(ctx, "Invited to a team")
	case domain.AuditInviteRenew:
		return t(ctx, "Renewed an invitation")
	case domain.AuditInviteWithdraw:
		return t(ctx, "Withdrew an invitation")
	case domain.AuditJoin:
		return t(ctx, "Joined a team")
	case domain.AuditLeave:
		return t(ctx, "Left a team")
	case domain.AuditRemove:
		return t(ctx, "Removed from a team")
	case domain.AuditOwner:
		return t(ctx, "Changed a team's owner")
	case domain.AuditTeamName:
		return t(ctx, "Renamed a team")
	case domain.AuditSend:
		return t(ctx, "Sent a mailing manually")
	case domain.AuditRetry:
		return t(ctx, "Retried emails")
	case domain.AuditPause:
		return t(ctx, "Paused a mailing")
	case domain.AuditResume:
		return t(ctx, "Resumed a mailing")
	}
	return auditDeedText(ctx, a)
}

// auditDeedText names an action on a user or a thing.
func auditDeedText(ctx context.Context, a domain.AuditAction) string {
	switch a {
	case domain.AuditBlock:
		return t(ctx, "Blocked a user")
	case domain.AuditUnblock:
		return t(ctx, "Unblocked a user")
	case domain.AuditTeamBlock:
		return t(ctx, "Blocked a team")
	case domain.AuditTeamUnblock:
		return t(ctx, "Unblocked a team")
	case domain.AuditRole:
		return t(ctx, "Changed a role")
	case domain.AuditUserAdd:
		return t(ctx, "Added a user")
	case domain.AuditDisable:
		return t(ctx, "Disabled a mailing")
	case domain.AuditEnable:
		return t(ctx, "Enabled a mailing")
	case domain.AuditQuota:
		return t(ctx, "Changed a team's limits")
	case domain.AuditDelete:
		return t(ctx, "Deleted something")
	case domain.AuditExport:
		return t(ctx, "Exported clients")
	}
	return string(a)
}

// auditActor names who acted.
func auditActor(ctx context.Context, by domain.Actor) string {
	switch {
	case by.Email == domain.CommandLine:
		return t(ctx, "the command line")
	case by.Email == domain.DeletedAccount:
		return t(ctx, "a deleted user")
	case by.Email == "":
		return t(ctx, "someone who wasn't signed in")
	}
	return by.Email
}

// auditDetail is the detail of an entry, in words if the program wrote it.
func auditDetail(ctx context.Context, e domain.AuditEntry) string {
	old, now, ok := strings.Cut(e.Detail, " → ")
	if e.Action == domain.AuditRole && ok {
		return roleText(ctx, domain.Role(old)) + " → " + roleText(ctx, domain.Role(now))
	}
	switch {
	case e.Action == domain.AuditSignInFailed && e.Detail == "blocked":
		return t(ctx, "Blocked")
	case e.Action == domain.AuditSignInFailed && e.Detail == "not confirmed":
		return t(ctx, "Not confirmed")
	case e.Action == domain.AuditQuota:
		return quotaText(ctx, e.Detail)
	case e.Action == domain.AuditUserAdd:
		return roleText(ctx, domain.Role(e.Detail))
	case e.Action == domain.AuditDelete && e.Detail == "client":
		return t(ctx, "a client")
	case e.Action == domain.AuditDelete && e.Detail == "message":
		return t(ctx, "a message")
	case e.Action == domain.AuditDelete && e.Detail == "mailing":
		return t(ctx, "a mailing")
	case e.Action == domain.AuditDelete && e.Detail == "post":
		return t(ctx, "an article")
	}
	return e.Detail
}
