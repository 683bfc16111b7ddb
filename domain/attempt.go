package domain

import "time"

// Stage is how far a conversation with the relay got.
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

// Outcome is the result of an attempt.
type Outcome string

// The outcomes of an attempt.
const (
	OutcomeSent      Outcome = "sent"
	OutcomeTemporary Outcome = "temporary" // worth retrying
	OutcomePermanent Outcome = "permanent"
	OutcomeUncertain Outcome = "uncertain" // no readable answer after the final dot
	OutcomeReleased  Outcome = "released"  // not tried, or stopped before the dot; does not count
)

// Scope is what an outcome applies to.
type Scope string

// The scopes of an outcome.
const (
	ScopeRelay     Scope = "relay"
	ScopeSender    Scope = "sender"
	ScopeRecipient Scope = "recipient"
	ScopeContent   Scope = "content"
)

// Result is the classified result of one attempt to hand a letter to the relay.
type Result struct {
	Stage   Stage
	Outcome Outcome
	Scope   Scope
	Reply   Reply
}

// Left reports whether the letter was, or may have been, handed over.
func (r Result) Left() bool { return r.Outcome == OutcomeSent || r.Outcome == OutcomeUncertain }

// Attempt is one entry of the mailing log.
type Attempt struct {
	ID         int64
	DeliveryID int64
	RunID      int64
	At         time.Time
	Recipient  Recipient
	Result
}
