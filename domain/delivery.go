package domain

import (
	"strconv"
	"strings"
	"time"
)

// Recipient is what a letter may know of the person it goes to. It is frozen with the run.
type Recipient struct {
	Email string // envelope form; "" once the client is deleted and forgotten
	Name  string
}

// RunState is the state of a run.
type RunState string

// The states of a run: building → sending → done, expired or cancelled; missed and skipped ones never began.
const (
	RunBuilding  RunState = "building" // recipients are being frozen; sending has begun with the first chunk
	RunSending   RunState = "sending"
	RunDone      RunState = "done"
	RunExpired   RunState = "expired"   // its deadline passed with recipients left
	RunCancelled RunState = "cancelled" // somebody stopped it for good
	RunMissed    RunState = "missed"    // it fell due while nobody was there to start it
	RunSkipped   RunState = "skipped"   // it fell due while the previous run was sending
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
	Manual      bool // started by a person, not by the schedule
	ScheduledAt time.Time
	StartedAt   time.Time // zero for one that never began
	FinishedAt  time.Time // zero while it is active
	Deadline    time.Time // no letter leaves after it
	Sender      string    // the From of its letters, as in RFC 5322
	Subject     string
	Body        string
	Counts      Counts
}

// Counts says in which states the deliveries of a run are. Waiting includes the claimed ones.
type Counts struct {
	Recipients, Waiting, Retrying, Sent, Failed, Expired, Cancelled, Unknown int
}

// DeliveryState is the state of one recipient of a run.
type DeliveryState string

// The states of a delivery: waiting → claimed → one of the others, or back to waiting for a retry.
const (
	DeliveryWaiting   DeliveryState = "waiting"
	DeliveryClaimed   DeliveryState = "claimed"
	DeliverySent      DeliveryState = "sent"
	DeliveryFailed    DeliveryState = "failed"
	DeliveryExpired   DeliveryState = "expired"
	DeliveryCancelled DeliveryState = "cancelled"
	DeliveryUnknown   DeliveryState = "unknown" // handed over without an answer that could be read, and not tried again
)

// Final reports whether nothing more will happen to the delivery by itself.
func (s DeliveryState) Final() bool { return s != DeliveryWaiting && s != DeliveryClaimed }

// Delivery is one recipient of one run.
type Delivery struct {
	ID        int64
	RunID     int64
	ClientID  int64 // 0 when the client has been deleted since
	Recipient Recipient
	State     DeliveryState
	Tries     int       // attempts that counted
	Uncertain int       // attempts whose outcome could not be known
	NextAt    time.Time // when it may be tried next
	Date      time.Time // of its first try; the Date of every copy
}

// Stage is how far a conversation with the relay came.
type Stage string

// The stages of handing over a letter, in order.
const (
	StageCompose  Stage = "compose"
	StageConnect  Stage = "connect"
	StageGreeting Stage = "greeting"
	StageTLS      Stage = "tls"
	StageAuth     Stage = "auth"
	StageMail     Stage = "mail"
	StageRcpt     Stage = "rcpt"
	StageData     Stage = "data"
	StageBody     Stage = "body"
	StageDot      Stage = "dot" // the final dot was sent
)

// Outcome is what an attempt came to.
type Outcome string

// The outcomes of an attempt.
const (
	OutcomeSent      Outcome = "sent"
	OutcomeTemporary Outcome = "temporary" // worth another try
	OutcomePermanent Outcome = "permanent"
	OutcomeUncertain Outcome = "uncertain" // after the final dot, no answer that could be read
	OutcomeReleased  Outcome = "released"  // not tried, or stopped before the dot; does not count
)

// Scope is what an outcome says something about.
type Scope string

// The scopes of an outcome.
const (
	ScopeRelay     Scope = "relay"
	ScopeSender    Scope = "sender"
	ScopeRecipient Scope = "recipient"
	ScopeContent   Scope = "content"
)

// Reply is what the relay said.
type Reply struct {
	Code     int    // basic code, RFC 5321; 0 when there was none
	Enhanced string // enhanced status code as in RFC 3463, like "5.1.1"; "" when there was none
	Text     string // the relay's words, or ours for an error of the network
}

// Codes are the reply without its words: "550 5.1.1"; "" when there was no code.
func (r Reply) Codes() string {
	if r.Code == 0 {
		return r.Enhanced
	}
	return strings.TrimSpace(strconv.Itoa(r.Code) + " " + r.Enhanced)
}

// Result is one attempt to hand a letter to the relay, judged.
type Result struct {
	Stage   Stage
	Outcome Outcome
	Scope   Scope
	Reply   Reply
}

// Attempt is a line of the mailing log.
type Attempt struct {
	ID         int64
	DeliveryID int64
	RunID      int64
	At         time.Time
	Recipient  Recipient
	Result
}

// ClientLetter is a delivery as the page of its client shows it.
type ClientLetter struct {
	MailingID int64
	Mailing   string // its name
	StartedAt time.Time
	State     DeliveryState
}
