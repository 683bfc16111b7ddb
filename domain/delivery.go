package domain

import "time"

// Recipient is what a letter may know of the person it goes to. It is frozen with the run.
type Recipient struct {
	Email string // envelope form; "" once the client is deleted and forgotten
	Name  string
}

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
