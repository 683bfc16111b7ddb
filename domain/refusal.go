package domain

import (
	"strings"
	"unicode"
)

// How many refusals in a row show that the recipients are not the problem.
const (
	senderRefusals = 3
	policyRefusals = 20
	sameRefusals   = 5
)

// RefusalStreak counts consecutive refusals in one run that point to the sender or the letter. The zero value is a
// fresh start.
type RefusalStreak struct {
	sender, policy, same int
	last                 Reply // to the last refusal of the letter
}

// After is the streak after another result. When the run should be paused, before the sender's fault ruins the whole
// list, it also returns why, and the streak starts again.
func (s RefusalStreak) After(res Result) (next RefusalStreak, why Text) {
	if res.Outcome == OutcomeReleased || res.Scope == ScopeRelay || res.Stage == StageCompose {
		return s, Text{} // says nothing about sender or letter
	}
	switch {
	case res.Scope == ScopeSender:
		s.sender++
		if s.sender >= senderRefusals {
			return RefusalStreak{}, Say("The mail server rejects your sender: %s", words(res.Reply))
		}
		return s, Text{}
	case res.Stage == StageRcpt && refusedByPolicy(res):
		s = RefusalStreak{policy: s.policy + 1}
		if s.policy >= policyRefusals {
			return RefusalStreak{}, Say("The mail server rejected twenty recipients in a row by policy, which points to a problem with the sender: %s", words(res.Reply))
		}
		return s, Text{}
	case res.Outcome == OutcomePermanent && (res.Stage == StageData || res.Stage == StageDot):
		if s.same == 0 || !alike(s.last, res.Reply) {
			s = RefusalStreak{}
		}
		s = RefusalStreak{same: s.same + 1, last: res.Reply}
		if s.same >= sameRefusals {
			return RefusalStreak{}, Say("The mail server rejected the email five times in a row with the same answer: %s", words(res.Reply))
		}
		return s, Text{}
	}
	return RefusalStreak{}, Text{}
}

// refusedByPolicy reports a 5.7.x (RFC 3463, section 3.8).
func refusedByPolicy(res Result) bool {
	return res.Outcome == OutcomePermanent && strings.HasPrefix(res.Reply.Enhanced, "5.7.")
}

// AsksForPatience reports a 4.7.x to RCPT: too much, too fast, or a first contact.
func (r Result) AsksForPatience() bool {
	return r.Stage == StageRcpt && r.Outcome == OutcomeTemporary && strings.HasPrefix(r.Reply.Enhanced, "4.7.")
}

// Undeliverable reports a refusal after which nothing more should be sent to the address: a 5.1.x to RCPT that is not
// about the sender (RFC 3463, section 3.2).
func (r Result) Undeliverable() bool {
	return r.Stage == StageRcpt && r.Outcome == OutcomePermanent && strings.HasPrefix(r.Reply.Enhanced, "5.1.") &&
		r.Reply.Enhanced != "5.1.7" && r.Reply.Enhanced != "5.1.8"
}

// alike reports whether two refusals say the same thing. It ignores words with digits, because queue ids and times
// differ.
func alike(a, b Reply) bool {
	return a.Code == b.Code && a.Enhanced == b.Enhanced && withoutIDs(a.Text) == withoutIDs(b.Text)
}

func withoutIDs(text string) string {
	kept := strings.Fields(text)[:0]
	for _, word := range strings.Fields(text) {
		if !strings.ContainsFunc(word, unicode.IsDigit) && !strings.Contains(word, "@") {
			kept = append(kept, word)
		}
	}
	return strings.Join(kept, " ")
}

// words quotes a reply, beginning with its codes: see Text.WithoutWords.
func words(r Reply) string { return strings.TrimSpace(r.Codes() + " " + r.Text) }
