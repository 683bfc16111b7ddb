package domain

import "time"

// Cause is why letters do not go out, without anything that could identify a recipient. Every team sees it, and so does
// the log.
type Cause struct {
	Stage    Stage
	Code     int
	Enhanced string
	Words    string // of the relay or the network, before any letter was begun; shown only to those who run the service
}

// Cause is what may be said about a failure to people other than the letter's sender. Until a letter begins, the relay
// knows no recipient, so its words reveal none.
func (r Result) Cause() Cause {
	c := Cause{Stage: r.Stage, Code: r.Reply.Code, Enhanced: r.Reply.Enhanced}
	switch r.Stage {
	case StageConnect, StageGreeting, StageTLS, StageAuth:
		c.Words = r.Reply.Text
	}
	return c
}

// Codes are the relay's codes, like "535 5.7.8"; "" when it sent none.
func (c Cause) Codes() string { return Reply{Code: c.Code, Enhanced: c.Enhanced}.Codes() }

// Explain says in plain words what the codes mean; the zero Text when they mean nothing in particular.
func (c Cause) Explain() Text {
	return Explain(Result{Stage: c.Stage, Outcome: OutcomeTemporary, Scope: ScopeRelay, Reply: Reply{Code: c.Code, Enhanced: c.Enhanced}})
}

// Fault is the network's error, or ours for a conversation that makes no sense; "" when the relay sent a code.
func (c Cause) Fault() string {
	if c.Code != 0 {
		return ""
	}
	return c.Words
}

// String is the cause for a log or a terminal: "auth 535 5.7.8", or the network's error.
func (c Cause) String() string {
	text := string(c.Stage)
	if codes := c.Codes(); codes != "" {
		text += " " + codes
	}
	if fault := c.Fault(); fault != "" {
		text += ": " + fault
	}
	return text
}

// RelayState is what pages show about the relay.
type RelayState struct {
	Down   bool
	Since  time.Time
	NextAt time.Time // next try; zero when the next letter triggers it
	Cause  Cause     // of the last failure, even a single one; zero when the last letter went through

	SpentUntil time.Time // when today's letters are used up, until when; zero otherwise
}
