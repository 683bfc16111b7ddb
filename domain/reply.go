package domain

import (
	"strconv"
	"strings"
)

// explanations say in plain words what common enhanced status codes mean (RFC 3463), without their class.
var explanations = map[string]Text{
	"1.1":  Say("There's no mailbox with this address."),
	"1.2":  Say("The domain of this address doesn't exist or doesn't accept email."),
	"1.3":  Say("The mail server doesn't accept addresses in this format."),
	"1.6":  Say("The mailbox has moved and left no forwarding address."),
	"1.8":  Say("The domain of your sender address doesn't exist."),
	"1.10": Say("The domain of this address says it doesn't accept email."),
	"2.1":  Say("The mailbox is disabled."),
	"2.2":  Say("The mailbox is full."),
	"2.3":  Say("The email is too large for this mailbox."),
	"3.4":  Say("The email is too large for the mail server."),
	"4.1":  Say("The recipient's server isn't responding."),
	"4.2":  Say("The connection to the recipient's server was lost."),
	"4.4":  Say("The recipient's domain couldn't be looked up."),
	"4.7":  Say("The email waited too long on the mail server."),
	"7.0":  Say("Rejected by the mail server for security or policy reasons."),
	"7.1":  Say("Rejected by the mail server or the recipient's server because of its policy. On first contact, this often lasts only a few minutes."),
	"7.8":  Say("The mail server doesn't accept the username and password."),
	"7.23": Say("SPF: the sender's domain doesn't allow this mail server."),
	"7.26": Say("The email isn't authenticated. Check SPF, DKIM and DMARC for the sender's domain."),
	"7.28": Say("Too many emails in a short time."),
}

// byCode explains replies without a more specific enhanced code (RFC 5321, section 4.2.3).
var byCode = map[int]Text{
	535: Say("The mail server doesn't accept the username and password."),
	421: Say("The mail server closed the connection for now."),
	450: Say("The mailbox is temporarily unavailable."),
	451: Say("The mail server has a temporary problem."),
	452: Say("The mail server is temporarily out of space."),
	550: Say("The address was rejected. Usually this means there's no such mailbox."),
	552: Say("The mailbox is full, or the email is too large."),
	553: Say("The mail server doesn't accept this address."),
	554: Say("The mail server rejected the email."),
}

// Explain says in plain words what an attempt's result means; the zero Text when there is nothing to explain.
func Explain(r Result) Text {
	switch r.Outcome {
	case OutcomeSent:
		return Text{}
	case OutcomeUncertain:
		return Say("The email was handed over, but the server's answer was lost. It may have arrived.")
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
		return Say("Can't make a secure connection to the mail server.")
	}
	if r.Reply.Code == 0 && r.Scope == ScopeRelay {
		return Say("The connection to the mail server failed.")
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
