package domain

import "time"

// How long data that strangers can create is kept. Background work then deletes it.
const (
	UnconfirmedKept   = 3 * 24 * time.Hour  // an unconfirmed account, counted from the expiry of its last email
	SystemLetterKept  = 7 * 24 * time.Hour  // the result of a system letter; its text goes as soon as it is sent
	FailedSignInKept  = 30 * 24 * time.Hour // an audit log entry about a failed sign-in
	AuditAddressKept  = 90 * 24 * time.Hour // the network address in any audit log entry
	ThrottleKept      = 24 * time.Hour      // a counter of tries
	LetterCounterKept = 24 * time.Hour      // the record by which a system letter is counted
)

// How many audit log entries are written about failed sign-ins of strangers. The rest are counted in one entry a day.
const (
	FailuresLoggedOfNetwork = 20   // per hour and /24 or /48
	FailuresLogged          = 1000 // per day
)
