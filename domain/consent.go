package domain

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// Consent is what somebody who saves, resumes or enables a mailing has agreed to, in case a run begins at once because of it.
type Consent struct {
	Clock  func() time.Time // the server's, read in the transaction that saves: the wait for it may outlast a start
	Agreed string           // the Key of the question that was answered with yes; "" before one was asked
	Now    bool             // the mailing is wanted to begin now
	Nobody bool             // a program saves, and there is nobody to ask
}

// Unasked is the consent of a program that saves at now.
func Unasked(now time.Time) Consent {
	return Consent{Clock: func() time.Time { return now }, Nobody: true}
}

// SendQuestion is what somebody is asked before a run begins at once.
type SendQuestion struct {
	Recipients     int // who would receive it
	LeftOut        int // who would not, because their address cannot be written to
	Already        int // of the recipients, those who have received the message before
	MessageID      int64
	MessageVersion int64
	Subject        string
}

// Key tells two questions apart: a yes to one is no answer to another, as when clients were added or the message was changed
// in between.
func (q SendQuestion) Key() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %d %d %d", q.Recipients, q.LeftOut, q.Already, q.MessageID, q.MessageVersion))
	return hex.EncodeToString(sum[:8])
}

// Unconfirmed says that nothing was saved, because a run would have begun at once and nobody has agreed to that.
type Unconfirmed struct{ SendQuestion }

// Error is the reason in English.
func (e Unconfirmed) Error() string {
	return fmt.Sprintf("%d letters would go out at once, which nobody has confirmed", e.Recipients)
}

// Due is the occurrence that a run of the mailing would begin for at now: the latest one that has come. It is false while
// nothing is due, or nothing may begin. Its time may be over; then the run is recorded as missed.
func (m Mailing) Due(now time.Time) (Occurrence, bool) {
	if m.NextAt.IsZero() || m.NextAt.After(now) || m.Paused() || m.Disabled() || m.Schedule.ZoneLost {
		return Occurrence{}, false
	}
	latest, ok := m.Schedule.Latest(now)
	if !ok || latest.At.Before(m.NextAt) { // the clock has jumped back, or the schedule has changed
		latest.At = m.NextAt
	}
	return latest, true
}

// BeginsNow reports whether the mailing, as it stands at now, lets a run begin at once that sends.
func (m Mailing) BeginsNow(now time.Time) bool {
	due, ok := m.Due(now)
	return ok && m.Schedule.Deadline(due.At).After(now)
}
