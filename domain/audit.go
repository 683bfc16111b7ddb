package domain

import "time"

// AuditAction is the kind of an audit log entry.
type AuditAction string

// The actions in the audit log.
const (
	AuditSignIn         AuditAction = "sign-in"
	AuditSignInFailed   AuditAction = "sign-in failed"
	AuditSignOut        AuditAction = "sign-out"
	AuditSignInsFailed  AuditAction = "more sign-ins failed" // one entry a day, with a count
	AuditSignUp         AuditAction = "sign-up"
	AuditConfirm        AuditAction = "address confirmed"
	AuditSetUp          AuditAction = "set-up"         // the first admin, created with the link printed on the terminal
	AuditPasswordWrong  AuditAction = "password wrong" // a signed-in user failed to confirm their password
	AuditPasswordChange AuditAction = "password changed"
	AuditPasswordReset  AuditAction = "password reset"
	AuditEmailAsk       AuditAction = "change of address asked"
	AuditEmailChange    AuditAction = "address changed"
	AuditSessionsEnd    AuditAction = "sessions ended"
	AuditAccountDelete  AuditAction = "account deleted"
	AuditInvite         AuditAction = "invitation"
	AuditInviteRenew    AuditAction = "invitation renewed"
	AuditInviteWithdraw AuditAction = "invitation withdrawn"
	AuditJoin           AuditAction = "team joined"
	AuditLeave          AuditAction = "team left"
	AuditRemove         AuditAction = "member removed"
	AuditOwner          AuditAction = "owner changed"
	AuditTeamName       AuditAction = "team renamed"
	AuditBlock          AuditAction = "user blocked"
	AuditUnblock        AuditAction = "user unblocked"
	AuditTeamBlock      AuditAction = "team blocked"   // and each of its members
	AuditTeamUnblock    AuditAction = "team unblocked" // and the members blocked with it
	AuditRole           AuditAction = "role changed"
	AuditUserAdd        AuditAction = "user added"
	AuditSend           AuditAction = "mailing sent by hand"
	AuditRetry          AuditAction = "letters sent again"
	AuditPause          AuditAction = "mailing paused"
	AuditResume         AuditAction = "mailing resumed"
	AuditDisable        AuditAction = "mailing disabled"
	AuditEnable         AuditAction = "mailing enabled"
	AuditQuota          AuditAction = "quota changed"
	AuditDelete         AuditAction = "deleted" // a client, a message, a mailing or an article
	AuditExport         AuditAction = "export"
)

// AuditEntry is one entry of the audit log. It holds no secrets and no email text.
type AuditEntry struct {
	ID      int64
	At      time.Time
	By      Actor
	Action  AuditAction
	Subject string // the object of the action
	Detail  string // such as the reason
}

// DeletedAccount replaces the name of someone who blocked or disabled something, once their account is deleted.
const DeletedAccount = "deleted account"

// AuditActions are all actions in the audit log, in the order the filter lists them.
func AuditActions() []AuditAction {
	return []AuditAction{AuditSignIn, AuditSignInFailed, AuditSignInsFailed, AuditSignOut, AuditSignUp, AuditConfirm, AuditSetUp, AuditPasswordWrong, AuditPasswordChange,
		AuditPasswordReset, AuditEmailAsk, AuditEmailChange, AuditSessionsEnd, AuditAccountDelete, AuditInvite, AuditInviteRenew,
		AuditInviteWithdraw, AuditJoin, AuditLeave, AuditRemove, AuditOwner, AuditTeamName, AuditBlock, AuditUnblock, AuditTeamBlock,
		AuditTeamUnblock, AuditRole, AuditUserAdd,
		AuditSend, AuditRetry, AuditPause, AuditResume, AuditDisable, AuditEnable, AuditQuota, AuditDelete, AuditExport}
}
