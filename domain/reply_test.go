package domain

import "testing"

func TestExplain(t *testing.T) {
	tests := map[string]struct {
		result Result
		want   string
	}{
		"prefers the enhanced code to the basic one": {Result{Outcome: OutcomePermanent, Reply: Reply{Code: 550, Enhanced: "5.2.2"}},
			"The mailbox is full."},
		"falls back to the basic code": {Result{Outcome: OutcomeTemporary, Reply: Reply{Code: 451, Enhanced: "4.9.9"}},
			"The mail server has a temporary problem."},
		"says nothing about a sent letter": {Result{Outcome: OutcomeSent, Reply: Reply{Code: 250, Enhanced: "2.1.1"}}, ""},
		"explains uncertain":               {Result{Outcome: OutcomeUncertain}, "The email was handed over, but the server's answer was lost. It may have arrived."},
		"points to the connection when there was no answer": {Result{Outcome: OutcomeTemporary, Scope: ScopeRelay},
			"The connection to the mail server failed."},
		"ignores an unknown code": {Result{Outcome: OutcomePermanent, Reply: Reply{Code: 599}}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Explain(test.result).Key; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
