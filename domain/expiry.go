package domain

import "time"

// How long is kept what strangers can make. Background work deletes it afterwards.
const (
	UnconfirmedKept   = 3 * 24 * time.Hour  // an account whose address nobody has confirmed, after its last letter is worth nothing
	SystemLetterKept  = 7 * 24 * time.Hour  // what became of a system letter; its text goes when it is sent
	FailedSignInKept  = 30 * 24 * time.Hour // a line of the audit log about somebody who could not sign in
	AuditAddressKept  = 90 * 24 * time.Hour // the network address in any line of it
	ThrottleKept      = 24 * time.Hour      // a counter of tries
	LetterCounterKept = 24 * time.Hour      // the mark of a system letter that is counted
)

// How many lines of the audit log are written about strangers who could not sign in. Those beyond are counted, in one line a
// day.
const (
	FailuresLoggedOfNetwork = 20   // an hour, a /24 or a /48
	FailuresLogged          = 1000 // a day
)
