package domain

import "time"

// RunState is the state of a run.
type RunState string

// The states of a run: building → sending → done, expired or cancelled; missed and skipped ones never began.
const (
	RunBuilding  RunState = "building" // recipients are being copied; sending begins with the first batch
	RunSending   RunState = "sending"
	RunDone      RunState = "done"
	RunExpired   RunState = "expired"   // its deadline passed before everyone was mailed
	RunCancelled RunState = "cancelled" // stopped for good by a person
	RunMissed    RunState = "missed"    // fell due while the service was down
	RunSkipped   RunState = "skipped"   // fell due while the previous run was sending
)

// Active reports whether the run may still send letters.
func (s RunState) Active() bool { return s == RunBuilding || s == RunSending }

// Run is one occurrence of a mailing, with the message and the sender as they were when it began.
type Run struct {
	ID          int64
	MailingID   int64
	TeamID      int64
	Key         string // random; makes the Message-IDs of the run's letters unique
	State       RunState
	Manual      bool // started by a person, not the schedule
	ScheduledAt time.Time
	StartedAt   time.Time // zero if it never began
	FinishedAt  time.Time // zero while active
	Deadline    time.Time // no letter goes out after it
	Sender      string    // the From of its letters, as in RFC 5322
	Subject     string
	Body        string
	Counts      Counts
}

// Counts are the deliveries of a run by state. Waiting includes the claimed ones.
type Counts struct {
	Recipients, Waiting, Retrying, Sent, Failed, Expired, Cancelled, Unknown int
}
