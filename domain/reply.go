package domain

import (
	"strconv"
	"strings"
)

// explanations say in plain words what common enhanced status codes mean (RFC 3463), without their class.
var explanations = map[string]Text{
	"1.1":  Say("There is no mailbox with this address."),
	"1.2":  Say("The domain of this address does not exist or takes no mail."),
	"1.3":  Say("The relay does not accept the form of this address."),
	"1.6":  Say("The mailbox has moved and left no new address."),
	"1.8":  Say("The domain of your sender address does not exist."),
	"1.10": Say("The domain of this address declares that it takes no mail."),
	"2.1":  Say("The mailbox is switched off."),
	"2.2":  Say("The mailbox is full."),
	"2.3":  Say("The letter is too large for this mailbox."),
	"3.4":  Say("The letter is too large for the relay."),
	"4.1":  Say("The recipient's server does not answer."),
	"4.2":  Say("The connection to the recipient's server broke."),
	"4.4":  Say("The recipient's domain could not be looked up."),
	"4.7":  Say("The letter waited too long at the relay."),
	"7.0":  Say("The relay refuses for reasons of security or policy."),
	"7.1":  Say("The relay or the recipient's server refuses by policy; at a first contact often only for a few minutes."),
	"7.8":  Say("The relay does not accept the user name and password."),
	"7.23": Say("SPF: the sender's domain does not allow this relay."),
	"7.26": Say("The letter is not authenticated: check SPF, DKIM and DMARC of the sender's domain."),
	"7.28": Say("Too many letters in a short time."),
}

// byCode explains replies without a more specific enhanced code (RFC 5321, section 4.2.3).
var byCode = map[int]Text{
	535: Say("The relay does not accept the user name and password."),
	421: Say("The relay closed the connection for now."),
	450: Say("The mailbox is not available for now."),
	451: Say("The relay has a problem of its own for now."),
	452: Say("The relay has no room for now."),
	550: Say("The address is refused: most often there is no such mailbox."),
	552: Say("The mailbox is full, or the letter is too large."),
	553: Say("The relay does not accept this address."),
	554: Say("The relay refuses the letter."),
}

// Explain says in plain words what an attempt's result means; the zero Text when there is nothing to explain.
func Explain(r Result) Text {
	switch r.Outcome {
	case OutcomeSent:
		return Text{}
	case OutcomeUncertain:
		return Say("The letter was handed over, but the answer was lost. It may have arrived.")
	}
	if _, detail, ok := strings.Cut(r.Reply.Enhanced, "."); ok {
		if text, ok := explanations[detail]; ok {
			return text
		}
	}
	if text, ok := byCode[r.Reply.Code]; ok {
		return text
	}
	if r.Reply.Code == 0 && r.Stage == StageTLS {
		return Say("No secure connection to the relay can be made.")
	}
	if r.Reply.Code == 0 && r.Scope == ScopeRelay {
		return Say("The connection to the relay failed.")
	}
	return Text{}
}

// Reply is what the relay said.
type Reply struct {
	Code     int    // basic code, RFC 5321; 0 when there was none
	Enhanced string // enhanced status code as in RFC 3463, like "5.1.1"; "" when there was none
	Text     string // the relay's words, or ours for a network error
}

// Codes are the codes of the reply without its words, like "550 5.1.1"; "" when there were none.
func (r Reply) Codes() string {
	if r.Code == 0 {
		return r.Enhanced
	}
	return strings.TrimSpace(strconv.Itoa(r.Code) + " " + r.Enhanced)
}
