package domain

import "time"

// MaxTries is how many counted attempts a delivery gets.
const MaxTries = 12

const (
	senderRetry    = 15 * time.Minute // after MAIL was refused: it is not the recipient's fault
	uncertainRetry = 15 * time.Minute // after an answer that could not be read
	fullRetries    = 2                // of a mailbox that is full
	lastChance     = 30 * time.Second // before the deadline, when a retry would come after it
)

// backoff is the wait after each counted attempt; the last one stays.
var backoff = []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 30 * time.Minute}

// Backoff is how long to wait after the tries-th counted attempt, moved by up to ±20 % by r from [0, 1), so that those
// who failed together do not come back together.
func Backoff(tries int, r float64) time.Duration {
	wait := backoff[min(max(tries, 1), len(backoff))-1]
	return wait + time.Duration((2*r-1)*0.2*float64(wait))
}

// Step is what becomes of a delivery after an attempt.
type Step struct {
	State  DeliveryState
	NextAt time.Time // when it waits
	Counts bool      // the attempt counts as a try
}

// Follow says what becomes of a delivery after an attempt that ended at now. A zero deadline is none.
func Follow(d Delivery, res Result, now, deadline time.Time, r float64) Step {
	final := func(state DeliveryState) Step { return Step{State: state, NextAt: now, Counts: true} }
	tries := d.Tries + 1
	switch res.Outcome {
	case OutcomeSent:
		return final(DeliverySent)
	case OutcomeReleased:
		return Step{State: DeliveryWaiting, NextAt: now}
	case OutcomeUncertain:
		if d.Uncertain > 0 {
			return final(DeliveryUnknown)
		}
		return again(d, now, uncertainRetry, deadline)
	case OutcomePermanent:
		if res.Scope == ScopeSender {
			return retry(d, tries, now, senderRetry, deadline)
		}
		if isFull(res.Reply) && tries <= fullRetries {
			return retry(d, tries, now, Backoff(tries, r), deadline)
		}
		return final(DeliveryFailed)
	}
	if res.Scope == ScopeSender {
		return retry(d, tries, now, senderRetry, deadline)
	}
	return retry(d, tries, now, Backoff(tries, r), deadline)
}

func retry(d Delivery, tries int, now time.Time, wait time.Duration, deadline time.Time) Step {
	if tries >= MaxTries {
		return Step{State: DeliveryFailed, NextAt: now, Counts: true}
	}
	return again(d, now, wait, deadline)
}

// again waits for another try. A time past the deadline is moved to just before it, once: a delivery whose last chance
// has come and gone has expired.
func again(d Delivery, now time.Time, wait time.Duration, deadline time.Time) Step {
	next := now.Add(wait)
	if deadline.IsZero() || next.Before(deadline) {
		return Step{State: DeliveryWaiting, NextAt: next, Counts: true}
	}
	last := deadline.Add(-lastChance)
	if !now.Before(last) || !d.NextAt.Before(last) {
		return Step{State: DeliveryExpired, NextAt: now, Counts: true}
	}
	return Step{State: DeliveryWaiting, NextAt: last, Counts: true}
}

// isFull reports that a mailbox is over its quota (RFC 5321: 552; RFC 3463: x.2.2).
func isFull(r Reply) bool { return r.Code == 552 || r.Enhanced == "5.2.2" }
