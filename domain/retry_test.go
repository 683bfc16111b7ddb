package domain_test

import (
	"testing"
	"time"

	"postrider/domain"
)

func TestBackoff(t *testing.T) {
	for tries, minutes := range map[int]time.Duration{0: 1, 1: 1, 2: 2, 3: 4, 4: 8, 5: 15, 6: 30, 7: 30, 12: 30, 1000: 30} {
		want := minutes * time.Minute
		if got := domain.Backoff(tries, 0.5); got != want {
			t.Errorf("Backoff(%d, 0.5) = %v, want %v", tries, got, want)
		}
		if got := domain.Backoff(tries, 0); got != want*8/10 {
			t.Errorf("Backoff(%d, 0) = %v, want %v", tries, got, want*8/10)
		}
		if got := domain.Backoff(tries, 0.999999); got <= want || got > want*12/10 {
			t.Errorf("Backoff(%d, 0.999999) = %v, want nearly %v", tries, got, want*12/10)
		}
	}
}

// attempt builds a Result.
func attempt(stage domain.Stage, outcome domain.Outcome, scope domain.Scope, code int, enhanced string) domain.Result {
	return domain.Result{Stage: stage, Outcome: outcome, Scope: scope, Reply: domain.Reply{Code: code, Enhanced: enhanced}}
}

func TestFollow(t *testing.T) {
	const (
		sent, temporary, permanent = domain.OutcomeSent, domain.OutcomeTemporary, domain.OutcomePermanent
		uncertain, released        = domain.OutcomeUncertain, domain.OutcomeReleased
		theRelay, sender           = domain.ScopeRelay, domain.ScopeSender
		recipient, content         = domain.ScopeRecipient, domain.ScopeContent
		waiting, failed            = domain.DeliveryWaiting, domain.DeliveryFailed
		unknown                    = domain.DeliveryUnknown
	)
	fresh := domain.Delivery{}
	tried := func(n int) domain.Delivery { return domain.Delivery{Tries: n} }
	once := domain.Delivery{Tries: 1, Uncertain: 1}
	for _, c := range []struct {
		name   string
		before domain.Delivery
		res    domain.Result
		state  domain.DeliveryState
		wait   time.Duration
		counts bool
	}{
		{"a 250 to the dot", fresh, attempt(domain.StageDot, sent, "", 250, ""), domain.DeliverySent, 0, true},
		{"a 250 at the last try", tried(11), attempt(domain.StageDot, sent, "", 250, ""), domain.DeliverySent, 0, true},
		{"a 250 after an uncertain one", once, attempt(domain.StageDot, sent, "", 250, ""), domain.DeliverySent, 0, true},

		{"no connection", fresh, attempt(domain.StageConnect, temporary, theRelay, 0, ""), waiting, 0, false},
		{"no connection after eleven tries", tried(11), attempt(domain.StageConnect, temporary, theRelay, 0, ""), waiting, 0, false},
		{"a 421 greeting", fresh, attempt(domain.StageGreeting, temporary, theRelay, 421, ""), waiting, 0, false},
		{"a 554 greeting", fresh, attempt(domain.StageGreeting, permanent, theRelay, 554, ""), waiting, 0, false},
		{"no STARTTLS", fresh, attempt(domain.StageTLS, permanent, theRelay, 0, ""), waiting, 0, false},
		{"AUTH refused", fresh, attempt(domain.StageAuth, permanent, theRelay, 535, "5.7.8"), waiting, 0, false},
		{"AUTH 454", fresh, attempt(domain.StageAuth, temporary, theRelay, 454, "4.7.0"), waiting, 0, false},
		{"released before MAIL", fresh, attempt(domain.StageMail, released, "", 0, ""), waiting, 0, false},
		{"released before the dot", tried(11), attempt(domain.StageBody, released, theRelay, 0, ""), waiting, 0, false},

		{"a 421 to MAIL", fresh, attempt(domain.StageMail, temporary, theRelay, 421, ""), waiting, time.Minute, true},
		{"a 421 to RCPT", tried(1), attempt(domain.StageRcpt, temporary, theRelay, 421, ""), waiting, 2 * time.Minute, true},
		{"closed in the body", tried(2), attempt(domain.StageBody, temporary, theRelay, 0, ""), waiting, 4 * time.Minute, true},
		{"a 421 to the dot", tried(3), attempt(domain.StageDot, temporary, theRelay, 421, ""), waiting, 8 * time.Minute, true},
		{"closed at every try", tried(11), attempt(domain.StageBody, temporary, theRelay, 0, ""), failed, 0, true},

		{"MAIL 450", fresh, attempt(domain.StageMail, temporary, sender, 450, ""), waiting, 15 * time.Minute, true},
		{"MAIL 550", tried(5), attempt(domain.StageMail, permanent, sender, 550, "5.7.1"), waiting, 15 * time.Minute, true},
		{"MAIL 552", tried(5), attempt(domain.StageMail, permanent, sender, 552, ""), waiting, 15 * time.Minute, true},
		{"MAIL 550 at every try", tried(11), attempt(domain.StageMail, permanent, sender, 550, ""), failed, 0, true},

		{"RCPT 450", fresh, attempt(domain.StageRcpt, temporary, recipient, 450, ""), waiting, time.Minute, true},
		{"RCPT 451 4.7.1, the fifth", tried(4), attempt(domain.StageRcpt, temporary, recipient, 451, "4.7.1"), waiting, 15 * time.Minute, true},
		{"RCPT 450, the eleventh", tried(10), attempt(domain.StageRcpt, temporary, recipient, 450, ""), waiting, 30 * time.Minute, true},
		{"RCPT 450, the twelfth", tried(11), attempt(domain.StageRcpt, temporary, recipient, 450, ""), failed, 0, true},
		{"RCPT 550", fresh, attempt(domain.StageRcpt, permanent, recipient, 550, "5.1.1"), failed, 0, true},
		{"RCPT 550 5.7.1", fresh, attempt(domain.StageRcpt, permanent, recipient, 550, "5.7.1"), failed, 0, true},
		{"an address the relay cannot take", fresh, attempt(domain.StageMail, permanent, recipient, 0, ""), failed, 0, true},

		{"mailbox full by 552", fresh, attempt(domain.StageRcpt, permanent, recipient, 552, ""), waiting, time.Minute, true},
		{"mailbox full by 5.2.2", tried(1), attempt(domain.StageRcpt, permanent, recipient, 550, "5.2.2"), waiting, 2 * time.Minute, true},
		{"mailbox full the third time", tried(2), attempt(domain.StageRcpt, permanent, recipient, 552, "5.2.2"), failed, 0, true},
		{"mailbox full, in reply to the dot", fresh, attempt(domain.StageDot, permanent, recipient, 552, "5.2.2"), waiting, time.Minute, true},
		{"a 552 about the letter's size", fresh, attempt(domain.StageDot, permanent, content, 552, "5.3.4"), failed, 0, true},
		{"a 5.2.20 is not a 5.2.2", fresh, attempt(domain.StageRcpt, permanent, recipient, 550, "5.2.20"), failed, 0, true},

		{"DATA 451", fresh, attempt(domain.StageData, temporary, content, 451, ""), waiting, time.Minute, true},
		{"DATA 554", fresh, attempt(domain.StageData, permanent, content, 554, ""), failed, 0, true},
		{"the dot 451", tried(5), attempt(domain.StageDot, temporary, content, 451, ""), waiting, 30 * time.Minute, true},
		{"the dot 554", fresh, attempt(domain.StageDot, permanent, content, 554, "5.6.0"), failed, 0, true},

		{"no answer to the dot", fresh, attempt(domain.StageDot, uncertain, theRelay, 0, ""), waiting, 15 * time.Minute, true},
		{"no answer to the dot after other tries", tried(7), attempt(domain.StageDot, uncertain, theRelay, 0, ""), waiting, 15 * time.Minute, true},
		{"no answer to the dot twice", once, attempt(domain.StageDot, uncertain, theRelay, 0, ""), unknown, 0, true},
		{"no answer to the dot at the last try", tried(11), attempt(domain.StageDot, uncertain, theRelay, 0, ""), unknown, 0, true},

		{"it cannot be composed", fresh, attempt(domain.StageCompose, permanent, content, 0, ""), failed, 0, true},
		{"a bad address", fresh, attempt(domain.StageCompose, permanent, recipient, 0, ""), failed, 0, true},
		{"a bad sender address", fresh, attempt(domain.StageCompose, permanent, sender, 0, ""), failed, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
			want := domain.Step{State: c.state, NextAt: now.Add(c.wait), Counts: c.counts}
			if got := domain.Follow(c.before, c.res, now, time.Time{}, 0.5); got != want {
				t.Errorf("without a deadline: got %+v, want %+v", got, want)
			}
			if got := domain.Follow(c.before, c.res, now, now.Add(time.Hour), 0.5); got != want {
				t.Errorf("with a far deadline: got %+v, want %+v", got, want)
			}
		})
	}
}

func TestFollowNearTheDeadline(t *testing.T) {
	busy := attempt(domain.StageRcpt, domain.OutcomeTemporary, domain.ScopeRecipient, 450, "")
	noAnswer := attempt(domain.StageDot, domain.OutcomeUncertain, domain.ScopeRelay, 0, "")
	released := attempt(domain.StageMail, domain.OutcomeReleased, "", 0, "")
	const waiting, expired, unknown = domain.DeliveryWaiting, domain.DeliveryExpired, domain.DeliveryUnknown
	for _, c := range []struct {
		name  string
		res   domain.Result
		left  time.Duration // from now to the deadline
		state domain.DeliveryState
		wait  time.Duration
	}{
		{"a time before the deadline stays", busy, 61 * time.Second, waiting, time.Minute},
		{"a time at the deadline moves", busy, time.Minute, waiting, 30 * time.Second},
		{"a time past the deadline moves", busy, 40 * time.Second, waiting, 10 * time.Second},
		{"the last stretch leaves no time for another try", busy, 30 * time.Second, expired, 0},
		{"nor does a passed deadline", busy, -time.Second, expired, 0},
		{"a letter without an answer moves, too", noAnswer, 10 * time.Minute, waiting, 9*time.Minute + 30*time.Second},
		{"and stays unknown if there is no time", noAnswer, 20 * time.Second, unknown, 0},
		{"a released one waits to the end", released, time.Millisecond, waiting, 0},
		{"but not past it", released, 0, expired, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
			got := domain.Follow(domain.Delivery{}, c.res, now, now.Add(c.left), 0.5)
			want := domain.Step{State: c.state, NextAt: now.Add(c.wait), Counts: c.res.Outcome != domain.OutcomeReleased}
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
	t.Run("a moved one is not moved again", func(t *testing.T) {
		now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
		deadline := now.Add(45 * time.Second)
		first := domain.Follow(domain.Delivery{}, busy, now, deadline, 0.5)
		second := domain.Follow(domain.Delivery{Tries: 1, NextAt: first.NextAt}, busy, first.NextAt, deadline, 0.5)
		if first.State != waiting || second.State != expired {
			t.Errorf("got %s, then %s; want waiting, then expired", first.State, second.State)
		}
	})
}
