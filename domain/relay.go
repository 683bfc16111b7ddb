package domain

import "time"

// Cause is why letters do not go out, without anything that could name a recipient: every team sees it, and the log.
type Cause struct {
	Stage    Stage
	Code     int
	Enhanced string
	Words    string // the relay's or the network's, where no letter had been begun; only for those who run the service
}

// Cause is what may be said of a failure to those whose letter it was not. Before a letter begins, the relay has heard of no
// recipient, so its words tell of none.
func (r Result) Cause() Cause {
	c := Cause{Stage: r.Stage, Code: r.Reply.Code, Enhanced: r.Reply.Enhanced}
	switch r.Stage {
	case StageConnect, StageGreeting, StageTLS, StageAuth:
		c.Words = r.Reply.Text
	}
	return c
}

// Codes are the codes of the relay: "535 5.7.8"; "" when it gave none.
func (c Cause) Codes() string { return Reply{Code: c.Code, Enhanced: c.Enhanced}.Codes() }

// Explain says in plain words what the codes mean; the zero Text when they mean nothing in particular.
func (c Cause) Explain() Text {
	return Explain(Result{Stage: c.Stage, Outcome: OutcomeTemporary, Scope: ScopeRelay, Reply: Reply{Code: c.Code, Enhanced: c.Enhanced}})
}

// Fault is what the network said, or we of a conversation that cannot be understood; "" when the relay gave a code.
func (c Cause) Fault() string {
	if c.Code != 0 {
		return ""
	}
	return c.Words
}

// String is the cause for a log or a terminal: "auth 535 5.7.8", or what the network said.
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

// RelayState is what the pages say of the relay.
type RelayState struct {
	Down   bool
	Since  time.Time
	NextAt time.Time // of the next try; zero when that comes with the next letter
	Cause  Cause     // of the last failure, a single one too; zero when the last letter went through

	SpentUntil time.Time // the letters of the day are used up until then; zero when they are not
}
