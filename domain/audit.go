package domain

import "time"

// Actor is who does something that is written into the audit log.
type Actor struct {
	ID      int64  // 0 for a stranger and for the command line
	Email   string // as it is now, or "" for a stranger
	Address string // network address, "" for the command line
}

// AuditAction says what was done.
type AuditAction string

// What the audit log knows.
const (
	AuditSignIn         AuditAction = "sign-in"
	AuditSignInFailed   AuditAction = "sign-in failed"
	AuditSignUp         AuditAction = "sign-up"
	AuditConfirm        AuditAction = "address confirmed"
	AuditPasswordChange AuditAction = "password changed"
	AuditPasswordReset  AuditAction = "password reset"
	AuditEmailChange    AuditAction = "address changed"
	AuditSessionsEnd    AuditAction = "sessions ended"
	AuditAccountDelete  AuditAction = "account deleted"
	AuditInvite         AuditAction = "invitation"
	AuditJoin           AuditAction = "team joined"
	AuditLeave          AuditAction = "team left"
	AuditRemove         AuditAction = "member removed"
	AuditOwner          AuditAction = "owner changed"
	AuditBlock          AuditAction = "user blocked"
	AuditUnblock        AuditAction = "user unblocked"
	AuditRole           AuditAction = "role changed"
	AuditUserAdd        AuditAction = "user added"
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
