package domain

import "time"

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

// Left reports whether the letter has left, or may have.
func (r Result) Left() bool { return r.Outcome == OutcomeSent || r.Outcome == OutcomeUncertain }

// Attempt is a line of the mailing log.
type Attempt struct {
	ID         int64
	DeliveryID int64
	RunID      int64
	At         time.Time
	Recipient  Recipient
	Result
}
