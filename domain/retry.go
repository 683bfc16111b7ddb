package domain

import (
	"strings"
	"time"
)

// MaxTries is how many counted attempts a delivery gets.
const MaxTries = 12

const (
	mailboxFullRetries = 2
	senderWait         = 15 * time.Minute // after the relay refused the sender
	uncertainWait      = 15 * time.Minute // after a letter without a readable answer
	lastStretch        = 30 * time.Second // before the deadline; an attempt within it is the last one
)

// Backoff is the wait after the tries-th counted attempt: 1, 2, 4, 8, 15 minutes, then 30 every time. r in [0, 1)
// spreads it by ±20 %, so that letters that failed together are not retried together.
func Backoff(tries int, r float64) time.Duration {
	wait := 30 * time.Minute
	if steps := []time.Duration{1, 2, 4, 8, 15}; tries <= len(steps) {
		wait = steps[max(tries, 1)-1] * time.Minute
	}
	return wait + time.Duration((r-0.5)*0.4*float64(wait))
}

// Step is what happens to a delivery after an attempt.
type Step struct {
	State  DeliveryState
	NextAt time.Time // earliest next try of a waiting delivery; now in a final state
	Counts bool      // the attempt counts as a try
}

// Count adds an attempt that ended in res to the counted tries and the uncertain ones among them.
func (s Step) Count(res Result, tries, uncertain int) (triesNow, uncertainNow int) {
	if s.Counts {
		tries++
	}
	if res.Outcome == OutcomeUncertain {
		uncertain++
	}
	return tries, uncertain
}

// Follow says what happens to a delivery after an attempt that ended in res at now; d is the delivery before that
// attempt. A zero deadline means none; r in [0, 1) spreads the waits, as in Backoff.
func Follow(d Delivery, res Result, now, deadline time.Time, r float64) Step {
	tries := d.Tries + 1
	switch {
	case res.Outcome == OutcomeSent:
		return Step{DeliverySent, now, true}
	case untried(res):
		return again(res, Step{NextAt: now}, now, deadline)
	case refused(res) && (!mailboxFull(res.Reply) || tries > mailboxFullRetries):
		return Step{DeliveryFailed, now, true}
	case res.Outcome == OutcomeUncertain && (d.Uncertain > 0 || tries >= MaxTries):
		return Step{DeliveryUnknown, now, true}
	case tries >= MaxTries:
		return Step{DeliveryFailed, now, true}
	}
	return again(res, Step{NextAt: now.Add(pause(res, tries, r)), Counts: true}, now, deadline)
}

// untried reports whether the relay was told nothing of the letter.
func untried(res Result) bool {
	if res.Outcome == OutcomeReleased {
		return true
	}
	switch res.Stage {
	case StageConnect, StageGreeting, StageTLS, StageAuth:
		return true
	}
	return false
}

// refused reports whether another attempt would be refused for the same reason. Permanent refusals of the relay or the
// sender are retried, because a person can fix their cause and no recipient is at fault.
func refused(res Result) bool {
	if res.Outcome != OutcomePermanent {
		return false
	}
	return res.Stage == StageCompose || res.Scope != ScopeRelay && res.Scope != ScopeSender
}

// mailboxFull reports whether a refusal says that the recipient's mailbox is full: X.2.2 (RFC 3463, section 3.3), or
// 552 (RFC 5321, section 4.2.2) when no enhanced code gives another reason.
func mailboxFull(reply Reply) bool {
	if reply.Enhanced != "" {
		return strings.HasSuffix(reply.Enhanced, ".2.2")
	}
	return reply.Code == 552
}

func pause(res Result, tries int, r float64) time.Duration {
	switch {
	case res.Outcome == OutcomeUncertain:
		return uncertainWait
	case res.Scope == ScopeSender:
		return senderWait
	}
	return Backoff(tries, r)
}

// again turns step into a retry. A time past the deadline is moved to just before it. When the attempt was made in that
// last stretch, there is no other: the delivery has expired, or its outcome stays unknown.
func again(res Result, step Step, now, deadline time.Time) Step {
	last := deadline.Add(-lastStretch)
	switch {
	case deadline.IsZero() || step.NextAt.Before(deadline):
		step.State = DeliveryWaiting
	case now.Before(last):
		step.State, step.NextAt = DeliveryWaiting, last
	case res.Outcome == OutcomeUncertain:
		step.State, step.NextAt = DeliveryUnknown, now
	default:
		step.State, step.NextAt = DeliveryExpired, now
	}
	return step
}
