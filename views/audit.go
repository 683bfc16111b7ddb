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

// auditTexts names what somebody did.
var auditTexts = map[domain.AuditAction]domain.Text{
	domain.AuditSignIn:         domain.Say("Signed in"),
	domain.AuditSignInFailed:   domain.Say("Failed to sign in"),
	domain.AuditSignOut:        domain.Say("Signed out"),
	domain.AuditSetUp:          domain.Say("Set up the service"),
	domain.AuditPasswordWrong:  domain.Say("Entered a wrong current password"),
	domain.AuditSignInsFailed:  domain.Say("More failed sign-ins that day"),
	domain.AuditSignUp:         domain.Say("Signed up"),
	domain.AuditConfirm:        domain.Say("Confirmed address"),
	domain.AuditPasswordChange: domain.Say("Changed password"),
	domain.AuditPasswordReset:  domain.Say("Reset password"),
	domain.AuditEmailAsk:       domain.Say("Asked to change address"),
	domain.AuditEmailChange:    domain.Say("Changed address"),
	domain.AuditSessionsEnd:    domain.Say("Signed out other devices"),
	domain.AuditAccountDelete:  domain.Say("Deleted account"),
	domain.AuditInvite:         domain.Say("Invited to a team"),
	domain.AuditInviteRenew:    domain.Say("Renewed an invitation"),
	domain.AuditInviteWithdraw: domain.Say("Withdrew an invitation"),
	domain.AuditJoin:           domain.Say("Joined a team"),
	domain.AuditLeave:          domain.Say("Left a team"),
	domain.AuditRemove:         domain.Say("Removed from a team"),
	domain.AuditOwner:          domain.Say("Changed a team's owner"),
	domain.AuditTeamName:       domain.Say("Renamed a team"),
	domain.AuditSend:           domain.Say("Sent a mailing manually"),
	domain.AuditRetry:          domain.Say("Retried emails"),
	domain.AuditPause:          domain.Say("Paused a mailing"),
	domain.AuditResume:         domain.Say("Resumed a mailing"),
	domain.AuditBlock:          domain.Say("Blocked a user"),
	domain.AuditUnblock:        domain.Say("Unblocked a user"),
	domain.AuditTeamBlock:      domain.Say("Blocked a team"),
	domain.AuditTeamUnblock:    domain.Say("Unblocked a team"),
	domain.AuditRole:           domain.Say("Changed a role"),
	domain.AuditUserAdd:        domain.Say("Added a user"),
	domain.AuditDisable:        domain.Say("Disabled a mailing"),
	domain.AuditEnable:         domain.Say("Enabled a mailing"),
	domain.AuditQuota:          domain.Say("Changed a team's limits"),
	domain.AuditDelete:         domain.Say("Deleted something"),
	domain.AuditExport:         domain.Say("Exported clients"),
}

func auditText(ctx context.Context, a domain.AuditAction) string {
	if text, ok := auditTexts[a]; ok {
		return say(ctx, text)
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
