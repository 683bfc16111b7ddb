package domain

import "time"

// MailingState is what people read about a mailing, in one word. MailingRow.State computes it from the status, the flags beside it,
// the latest run, and what holds emails up. The database and the filters of lists know the status and the flags alone.
type MailingState string

// The states of a mailing.
const (
	MailingDraft     MailingState = "draft"     // nothing has begun, and nothing is to begin by itself
	MailingScheduled MailingState = "scheduled" // its first run is to come, or the only one
	MailingActive    MailingState = "active"    // it has run, and runs again
	MailingSending   MailingState = "sending"
	MailingWaiting   MailingState = "waiting" // a run has begun, but no email can go out right now
	MailingPaused    MailingState = "paused"
	MailingStopped   MailingState = "stopped" // it is over before everyone was mailed, or cannot run
	MailingSent      MailingState = "sent"
	MailingDisabled  MailingState = "disabled"
)

// State is the state of the mailing. heldUp says that no email of its team can go out right now: the mail server is down, or a limit
// of the day is reached.
func (r MailingRow) State(heldUp bool) MailingState {
	switch {
	case r.Disabled():
		return MailingDisabled
	case r.Status == StatusCompleted:
		return r.Run.ending()
	case r.Paused():
		return MailingPaused
	case r.Run.State.Active() && (heldUp || r.Run.Counts.onlyRetries()):
		return MailingWaiting
	case r.Run.State.Active():
		return MailingSending
	case r.Schedule.ZoneLost:
		return MailingStopped
	case r.NextAt.IsZero() && !r.Ran:
		return MailingDraft
	case !r.Ran || r.Schedule.Every == Once:
		return MailingScheduled
	}
	return MailingActive
}

// ending is the state of a mailing whose latest run this is, and that has no other one to come.
func (r Run) ending() MailingState {
	if r.State == RunDone && (r.Counts.Sent > 0 || r.Counts.Recipients == 0) {
		return MailingSent
	}
	return MailingStopped
}

// onlyRetries reports whether all that is left are emails that were refused for now.
func (c Counts) onlyRetries() bool { return c.Retrying > 0 && c.Waiting == c.Retrying }

// Short reports whether a run is over that has not mailed everyone.
func (r Run) Short() bool { return !r.State.Active() && r.Counts.Sent < r.Counts.Recipients }

// MayResume reports whether the mailing is paused and resuming it would let anything go out, now or later.
func (r MailingRow) MayResume(now time.Time) bool {
	closes := r.Schedule.Closes()
	over := r.Status == StatusCompleted && !closes.IsZero() && !now.Before(closes)
	return r.Paused() && !r.Disabled() && !over
}

// MaySendNow reports whether a run can begin at now for that many recipients. full says that the team may store no more.
func (r MailingRow) MaySendNow(now time.Time, recipients int, full bool) bool {
	return r.MayRunNow(now) == nil && !r.Run.State.Active() && recipients > 0 && !full
}
