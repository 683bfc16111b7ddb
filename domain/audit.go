package domain

import "time"

// AuditAction says what was done.
type AuditAction string

// What the audit log knows.
const (
	AuditSignIn         AuditAction = "sign-in"
	AuditSignInFailed   AuditAction = "sign-in failed"
	AuditSignOut        AuditAction = "sign-out"
	AuditSignInsFailed  AuditAction = "more sign-ins failed" // of a day, counted only
	AuditSignUp         AuditAction = "sign-up"
	AuditConfirm        AuditAction = "address confirmed"
	AuditSetUp          AuditAction = "set-up"         // the first admin, by the link on the terminal
	AuditPasswordWrong  AuditAction = "password wrong" // of somebody who is signed in, asked for once more
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
	AuditTeamBlock      AuditAction = "team blocked"   // and each of its people
	AuditTeamUnblock    AuditAction = "team unblocked" // and those who were blocked with it
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

// AuditEntry is a line of the audit log. It holds no secret and no text of a letter.
type AuditEntry struct {
	ID      int64
	At      time.Time
	By      Actor
	Action  AuditAction
	Subject string // to what or whom
	Detail  string // for instance the reason
}

// DeletedAccount stands for somebody who has blocked or disabled something, once the account is deleted.
const DeletedAccount = "deleted account"

// AuditActions are all actions that the audit log knows, in the order in which a list offers them.
func AuditActions() []AuditAction {
	return []AuditAction{AuditSignIn, AuditSignInFailed, AuditSignInsFailed, AuditSignOut, AuditSignUp, AuditConfirm, AuditSetUp, AuditPasswordWrong, AuditPasswordChange,
		AuditPasswordReset, AuditEmailAsk, AuditEmailChange, AuditSessionsEnd, AuditAccountDelete, AuditInvite, AuditInviteRenew,
		AuditInviteWithdraw, AuditJoin, AuditLeave, AuditRemove, AuditOwner, AuditTeamName, AuditBlock, AuditUnblock, AuditTeamBlock,
		AuditTeamUnblock, AuditRole, AuditUserAdd,
		AuditSend, AuditRetry, AuditPause, AuditResume, AuditDisable, AuditEnable, AuditQuota, AuditDelete, AuditExport}
}
