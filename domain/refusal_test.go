package domain

import (
	"strings"
	"testing"
)

func TestRefusalStreak(t *testing.T) {
	rcpt := func(outcome Outcome, enhanced string) Result {
		return Result{Stage: StageRcpt, Outcome: outcome, Scope: ScopeRecipient, Reply: Reply{Code: 550, Enhanced: enhanced, Text: "no"}}
	}
	mail := Result{Stage: StageMail, Outcome: OutcomePermanent, Scope: ScopeSender, Reply: Reply{Code: 550, Text: "sender unknown"}}
	content := func(text string) Result {
		return Result{Stage: StageDot, Outcome: OutcomePermanent, Scope: ScopeContent, Reply: Reply{Code: 554, Enhanced: "5.6.0", Text: text}}
	}
	sent := Result{Stage: StageDot, Outcome: OutcomeSent}
	lost := Result{Stage: StageRcpt, Outcome: OutcomeTemporary, Scope: ScopeRelay}
	times := func(n int, r Result) (all []Result) {
		for range n {
			all = append(all, r)
		}
		return all
	}
	join := func(parts ...[]Result) (all []Result) {
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	tests := map[string]struct {
		results []Result
		why     string // part of the reason; "" when there is no pause
	}{
		"two refused senders are not enough":                  {times(2, mail), ""},
		"three refused senders in a row pause":                {times(3, mail), "sender unknown"},
		"a sent letter in between starts over":                {join(times(2, mail), times(1, sent), times(2, mail)), ""},
		"a lost connection in between does not":               {join(times(2, mail), times(1, lost), times(1, mail)), "sender unknown"},
		"nineteen 5.7.x are not enough":                       {times(19, rcpt(OutcomePermanent, "5.7.1")), ""},
		"twenty 5.7.x in a row pause":                         {times(20, rcpt(OutcomePermanent, "5.7.1")), "points to a problem with the sender"},
		"another refusal in between starts over":              {join(times(19, rcpt(OutcomePermanent, "5.7.1")), times(1, rcpt(OutcomePermanent, "5.1.1")), times(19, rcpt(OutcomePermanent, "5.7.1"))), ""},
		"any number of unknown mailboxes does not pause":      {times(100, rcpt(OutcomePermanent, "5.1.1")), ""},
		"five equal refusals of the letter pause":             {times(5, content("looks like spam")), "looks like spam"},
		"queue ids do not make them different":                {join(times(2, content("spam (id 4F2A)")), times(3, content("spam (id 9C11)"))), "spam"},
		"five different ones do not pause":                    {join(times(4, content("spam")), times(4, content("virus"))), ""},
		"a sent letter in between starts over again":          {join(times(4, content("spam")), times(1, sent), times(4, content("spam"))), ""},
		"a letter that could not be composed changes nothing": {times(50, Result{Stage: StageCompose, Outcome: OutcomePermanent, Scope: ScopeContent}), ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var streak RefusalStreak
			why := ""
			for _, r := range test.results {
				var text Text
				if streak, text = streak.After(r); text.Key != "" {
					why = text.String()
				}
			}
			if (test.why == "") != (why == "") || !strings.Contains(why, test.why) {
				t.Errorf("it says %q, wanted %q", why, test.why)
			}
		})
	}
}

func TestUndeliverable(t *testing.T) {
	for enhanced, want := range map[string]bool{"5.1.1": true, "5.1.10": true, "5.1.8": false, "5.1.7": false, "5.7.1": false, "": false} {
		r := Result{Stage: StageRcpt, Outcome: OutcomePermanent, Reply: Reply{Code: 550, Enhanced: enhanced}}
		if got := r.Undeliverable(); got != want {
			t.Errorf("%q: %v", enhanced, got)
		}
	}
}
