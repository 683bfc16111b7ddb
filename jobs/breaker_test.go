package jobs

import (
	"log/slog"
	"testing"
	"time"

	"postrider/domain"
)

var (
	broke   = domain.Result{Stage: domain.StageConnect, Outcome: domain.OutcomeTemporary, Scope: domain.ScopeRelay, Reply: domain.Reply{Text: "no answer"}}
	unread  = domain.Result{Stage: domain.StageDot, Outcome: domain.OutcomeUncertain, Scope: domain.ScopeRelay}
	locked  = domain.Result{Stage: domain.StageAuth, Outcome: domain.OutcomePermanent, Scope: domain.ScopeRelay, Reply: domain.Reply{Code: 535, Text: "no"}}
	went    = domain.Result{Stage: domain.StageDot, Outcome: domain.OutcomeSent}
	nobody  = domain.Result{Stage: domain.StageRcpt, Outcome: domain.OutcomePermanent, Scope: domain.ScopeRecipient}
	patient = domain.Result{Stage: domain.StageRcpt, Outcome: domain.OutcomeTemporary, Scope: domain.ScopeRecipient, Reply: domain.Reply{Code: 450, Enhanced: "4.7.1"}}
	stopped = domain.Result{Outcome: domain.OutcomeReleased}
)

const workers = 8

func newBreaker() *breaker {
	b := &breaker{}
	b.init(workers, slog.New(slog.DiscardHandler))
	return b
}

// sending is how many workers may send.
func sending(b *breaker, now time.Time) (n int) {
	for i := range workers {
		if _, ok := b.may(i, now); ok {
			n++
		}
	}
	return n
}

// near reports whether a time is within 20 % of the wanted one.
func near(got, want time.Duration) bool { return got >= want*8/10 && got <= want*12/10 }

func TestBreaker(t *testing.T) {
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

	t.Run("opens at the third relay failure in a row, ignoring other results in between", func(t *testing.T) {
		for name, tt := range map[string]struct {
			results []domain.Result
			open    bool
		}{
			"two failures":                   {[]domain.Result{broke, broke}, false},
			"three failures":                 {[]domain.Result{broke, unread, broke}, true},
			"a letter in between":            {[]domain.Result{broke, broke, went, broke, broke}, false},
			"a refused recipient in between": {[]domain.Result{broke, broke, nobody, broke}, false},
			"a stopped letter in between":    {[]domain.Result{broke, broke, stopped, broke}, true},
			"ten refused recipients":         {[]domain.Result{nobody, nobody, nobody, nobody, nobody, nobody, nobody, nobody, nobody, nobody}, false},
			"one that a person must fix":     {[]domain.Result{locked}, true},
			"only letters that we stopped":   {[]domain.Result{stopped, stopped, stopped, stopped}, false},
		} {
			b := newBreaker()
			for _, res := range tt.results {
				b.observe(res, start)
			}
			if b.isOpen(start) != tt.open || (sending(b, start) == 0) != tt.open || b.state().NextAt.IsZero() == tt.open {
				t.Errorf("%s: open is %v, %d may send", name, b.isOpen(start), sending(b, start))
			}
		}
	})

	t.Run("stays open for 15 s, doubling to 5 minutes, then one failure is enough", func(t *testing.T) {
		b, now := newBreaker(), start
		b.observe(broke, now)
		b.observe(broke, now)
		for i, want := range []time.Duration{15, 30, 60, 120, 240, 300, 300, 300} {
			b.observe(broke, now)
			if pause := b.state().NextAt.Sub(now); !near(pause, want*time.Second) {
				t.Errorf("opening %d lasts %s, want about %d s", i+1, pause, want)
			}
			b.observe(broke, now.Add(time.Second)) // one that was on its way
			now = b.state().NextAt
			if n := sending(b, now); n != 1 {
				t.Errorf("after opening %d there are %d workers, want one", i+1, n)
			}
		}
		if !b.state().Since.Equal(start) {
			t.Errorf("down since %s", b.state().Since)
		}
	})

	t.Run("stays open for 15 minutes, doubling to an hour, when a person must fix it", func(t *testing.T) {
		b, now := newBreaker(), start
		for i, want := range []time.Duration{15, 30, 60, 60, 60} {
			b.observe(locked, now)
			if pause := b.state().NextAt.Sub(now); !near(pause, want*time.Minute) {
				t.Errorf("opening %d lasts %s, want about %d minutes", i+1, pause, want)
			}
			now = b.state().NextAt
		}
	})

	t.Run("starts over after a success", func(t *testing.T) {
		b, now := newBreaker(), start
		for range 6 {
			b.observe(broke, now)
			if next := b.state().NextAt; next.After(now) {
				now = next
			}
		}
		b.observe(went, now)
		if state := b.state(); state.Down || state.Cause != (domain.Cause{}) {
			t.Errorf("the relay is %+v", state)
		}
		b.observe(broke, now)
		b.observe(broke, now)
		b.observe(broke, now)
		if pause := b.state().NextAt.Sub(now); !near(pause, 15*time.Second) {
			t.Errorf("open for %s", pause)
		}
	})

	t.Run("spreads the times", func(t *testing.T) {
		seen := map[time.Time]bool{}
		for range 20 {
			b := newBreaker()
			b.observe(locked, start)
			seen[b.state().NextAt] = true
		}
		if len(seen) < 2 {
			t.Errorf("all twenty come back at %v", seen)
		}
	})

	t.Run("a 4.7.x halves the connections for 5 minutes, letters on their way do not halve them again", func(t *testing.T) {
		b, now := newBreaker(), start
		for i, want := range []int{4, 2, 1, 1} {
			b.observe(patient, now)
			b.observe(patient, now.Add(time.Second))
			if n := sending(b, now); n != want {
				t.Errorf("after %d of them %d may send, want %d", i+1, n, want)
			}
			if b.state().Down {
				t.Error("the relay is called down")
			}
			now = now.Add(11 * time.Second)
		}
		if n := sending(b, now.Add(slowFor)); n != workers {
			t.Errorf("after it %d may send", n)
		}
	})
}

func TestBreakerTrial(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	broken := domain.Result{Stage: domain.StageRcpt, Outcome: domain.OutcomeTemporary, Scope: domain.ScopeRelay}
	sent := domain.Result{Stage: domain.StageDot, Outcome: domain.OutcomeSent}

	t.Run("the first worker to ask tries the relay again, so one that still waits for a reply holds up no other", func(t *testing.T) {
		b := newBreaker()
		for range failuresToOpen {
			b.observe(broken, now)
		}
		for range 3 {
			now = b.state().NextAt
			for _, i := range []int{5, 0, 5, 1} {
				if _, ok := b.may(i, now); ok != (i == 5) {
					t.Errorf("worker %d may send: %v", i, ok)
				}
			}
			b.observe(broken, now)
		}
		now = b.state().NextAt
		if _, ok := b.may(2, now); !ok {
			t.Error("after another failure nobody else may try")
		}
		b.observe(sent, now)
		if n := sending(b, now); n != 2 {
			t.Errorf("%d may send after a letter", n)
		}
	})

	t.Run("a letter that was on its way when the breaker opened does not close it", func(t *testing.T) {
		b := newBreaker()
		for range failuresToOpen {
			b.observe(broken, now)
		}
		b.observe(sent, now)
		if !b.state().Down || sending(b, now) != 0 {
			t.Errorf("the relay is %+v, and %d may send", b.state(), sending(b, now))
		}
	})

	t.Run("a letter that cannot be composed says nothing about the relay", func(t *testing.T) {
		b := newBreaker()
		for range failuresToOpen {
			b.observe(broken, now)
		}
		now = b.state().NextAt
		if b.observe(cannotCompose(errStopped), now); !b.state().Down {
			t.Error("the relay is called well")
		}
	})
}
