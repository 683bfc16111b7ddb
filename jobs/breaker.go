package jobs

import (
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"postrider/domain"
)

// When the breaker opens, and for how long.
const (
	failuresToOpen = 3
	firstOpen      = 15 * time.Second
	longestOpen    = 5 * time.Minute
	refusedOpen    = 15 * time.Minute // the relay rejects us, or cannot be trusted
	longestRefused = time.Hour
)

// breaker protects a failing relay from being hammered. After several failures in a row it opens, and nobody connects.
// When its time is over, one worker tries one letter; each success doubles the number of workers allowed: 1, 2, 4 and
// so on.
type breaker struct {
	mu       sync.Mutex
	log      *slog.Logger
	workers  int
	allowed  int // workers that may send
	trier    int // the worker that tries the relay after an opening; -1 until one asks
	failures int // in a row
	openings int // in a row, without a sent letter in between
	since    time.Time
	until    time.Time    // open until then
	cause    domain.Cause // of the last failure; zero after a success
	good     time.Time    // when a letter last got an answer

	slowTo    int       // workers that may send while the relay asks for patience
	slowUntil time.Time // when that ends; zero if it has not asked
}

// How long half of the connections pause after a 4.7.x, by which the relay asks for patience, and how soon they may be
// halved again.
const (
	slowFor   = 5 * time.Minute
	slowAgain = 10 * time.Second // no further halving before then
)

// crowdedIfGood is how recent the last answer to a letter must be for a refused connection to mean that there are too
// many.
const crowdedIfGood = 30 * time.Second

func (b *breaker) init(workers int, log *slog.Logger) {
	b.workers, b.allowed, b.log = workers, workers, log
}

// system is the worker number of the system letters' connection: it may send whenever any worker may.
const system = -1

// may reports whether worker i may send now, and if not, how long it should wait before asking again; zero means until
// something happens.
func (b *breaker) may(i int, now time.Time) (wait time.Duration, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now.Before(b.until) {
		return b.until.Sub(now), false
	}
	if now.Before(b.slowUntil) && i >= b.slowTo {
		return b.slowUntil.Sub(now), false
	}
	if b.openings == 0 || i == system {
		return 0, i < b.allowed
	}
	if b.trier < 0 { // not always the same worker: it may still be waiting for an answer
		b.trier = i
	}
	return 0, i == b.trier
}

// isOpen reports whether nobody may send now.
func (b *breaker) isOpen(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return now.Before(b.until)
}

// crowded reports whether the relay has refused one more connection while it accepts letters over the others: with a
// 4xx greeting, or without a reply. Then it is not down: the refused worker should pause for firstOpen, and the others
// continue.
func (b *breaker) crowded(res domain.Result, others int, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.openings > 0 || now.Sub(b.good) >= crowdedIfGood {
		return false
	}
	switch {
	case res.Stage == domain.StageGreeting && res.Reply.Code/100 == 4:
		return true
	case res.Stage == domain.StageConnect, res.Stage == domain.StageTLS, // with smtps, nothing can be said before TLS
		res.Stage == domain.StageGreeting && res.Reply.Code == 0:
		return others > 0 && b.failures == 0 // no failure since
	}
	return false
}

// observe learns from the result of a connection or a letter. It reports whether it changed who may send.
func (b *breaker) observe(res domain.Result, now time.Time) (affected bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	allowed, until := b.allowed, b.until
	b.learn(res, now)
	return b.allowed != allowed || b.until != until
}

func (b *breaker) learn(res domain.Result, now time.Time) {
	switch {
	case res.Outcome == domain.OutcomeReleased || res.Stage == domain.StageCompose: // the relay has said nothing
	case res.Scope != domain.ScopeRelay:
		b.worked(now)
		if res.AsksForPatience() {
			b.slow(now)
		}
	case res.Outcome == domain.OutcomePermanent:
		if b.openings == 0 {
			b.since = now
		}
		b.open(res, now, refusedOpen, longestRefused)
	default:
		if b.failures == 0 && b.openings == 0 {
			b.since = now
		}
		b.failures++
		b.cause = res.Cause()
		if b.failures >= failuresToOpen || b.openings > 0 {
			b.open(res, now, firstOpen, longestOpen)
		}
	}
}

// slow halves the connections for a while, down to one. Letters already on their way do not halve them again.
func (b *breaker) slow(now time.Time) {
	if now.Before(b.slowUntil.Add(-slowFor + slowAgain)) {
		return
	}
	if !now.Before(b.slowUntil) {
		b.slowTo = b.workers
	}
	b.slowTo, b.slowUntil = max(1, b.slowTo/2), now.Add(slowFor)
}

// worked starts again from a healthy relay. A letter that was on its way when the breaker opened does not close it.
func (b *breaker) worked(now time.Time) {
	if now.Before(b.until) {
		return
	}
	b.good = now
	if b.openings > 0 {
		b.log.Info("the relay works again", "after", b.cause.String())
		b.openings, b.allowed = 0, 1
	}
	b.failures, b.cause = 0, domain.Cause{}
	b.allowed = min(2*b.allowed, b.workers)
}

// open opens the breaker for a time that doubles with each opening. Letters that were on their way when it opened do
// not open it again.
func (b *breaker) open(res domain.Result, now time.Time, first, longest time.Duration) {
	if now.Before(b.until) {
		return
	}
	if b.openings == 0 {
		c := res.Cause()
		b.log.Warn("the relay is down", "stage", c.Stage, "code", c.Code, "enhanced", c.Enhanced, "fault", c.Fault())
	}
	pause := min(first<<min(b.openings, 10), longest)
	pause += time.Duration((rand.Float64() - 0.5) * 0.4 * float64(pause)) // ±20 %, so that clients do not all come back at once
	b.openings++
	b.failures, b.allowed, b.trier = 0, 1, -1
	b.until, b.cause = now.Add(pause), res.Cause()
}

// state is what pages show about the relay.
func (b *breaker) state() domain.RelayState {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.openings == 0 && b.failures == 0 {
		return domain.RelayState{}
	}
	return domain.RelayState{Down: b.openings > 0, Since: b.since, NextAt: b.until, Cause: b.cause}
}
