package jobs

import (
	"testing"
	"time"

	"postrider/domain"
)

func TestTrial(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	broken := domain.Result{Stage: domain.StageRcpt, Outcome: domain.OutcomeTemporary, Scope: domain.ScopeRelay}
	sent := domain.Result{Stage: domain.StageDot, Outcome: domain.OutcomeSent}

	t.Run("whoever asks first tries the relay again, so one that still waits for an answer keeps nobody", func(t *testing.T) {
		b := newBreaker()
		for range failuresToOpen {
			b.heard(broken, now)
		}
		for range 3 {
			now = b.state().NextAt
			for _, i := range []int{5, 0, 5, 1} {
				if _, ok := b.may(i, now); ok != (i == 5) {
					t.Errorf("worker %d may send: %v", i, ok)
				}
			}
			b.heard(broken, now)
		}
		now = b.state().NextAt
		if _, ok := b.may(2, now); !ok {
			t.Error("after another failure nobody else may try")
		}
		b.heard(sent, now)
		if n := sending(b, now); n != 2 {
			t.Errorf("%d may send after a letter", n)
		}
	})

	t.Run("a letter that was under way when the breaker opened does not close it", func(t *testing.T) {
		b := newBreaker()
		for range failuresToOpen {
			b.heard(broken, now)
		}
		b.heard(sent, now)
		if !b.state().Down || sending(b, now) != 0 {
			t.Errorf("the relay is %+v, and %d may send", b.state(), sending(b, now))
		}
	})

	t.Run("a letter that could not be composed says nothing of the relay", func(t *testing.T) {
		b := newBreaker()
		for range failuresToOpen {
			b.heard(broken, now)
		}
		now = b.state().NextAt
		if b.heard(cannotCompose(errStopped), now); !b.state().Down {
			t.Error("the relay is called well")
		}
	})
}
