package jobs

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"postrider/domain"
	"postrider/mail/relay"
	"postrider/store"
)

// deliverAll is worker number i: it sends letters over one connection at a time, until ctx is done.
func (s *Sender) deliverAll(ctx context.Context, i int) {
	l := s.line(keepIdle)
	defer l.close()
	var done *store.Done // what became of the last letter, not yet written down
	write := func() { s.commitNow(done, nil); done = nil }
	for ctx.Err() == nil {
		changed := s.work.next()
		if l.conn != nil && s.wanted.CompareAndSwap(true, false) {
			write()
			l.giveUp()
		}
		job, wait, ok := s.nextJob(ctx, i, l.until)
		if !ok {
			write()
			s.rest(ctx, &l, changed, wait)
			continue
		}
		failures := l.failures
		done = s.deliver(ctx, &l, job, done)
		if done == nil || !gone(done.Result) {
			s.quota.back()
		}
		if l.failures > failures {
			write()
			l.linger(ctx)
		}
	}
	write()
}

// nextJob gives worker i, which rests until then, a delivery, if it may send and one is due. Otherwise it says how long
// to wait; zero is until something happens.
func (s *Sender) nextJob(ctx context.Context, i int, until time.Time) (store.Claimed, time.Duration, bool) {
	if wait := until.Sub(s.Now()); wait > 0 {
		return store.Claimed{}, wait, false
	}
	if wait, ok := s.breaker.may(i, s.Now()); !ok {
		if s.breaker.isOpen(s.Now()) {
			s.giveBack(ctx)
		}
		return store.Claimed{}, wait, false
	}
	if wait, ok := s.quota.take(s.Now()); !ok {
		s.giveBack(ctx)
		return store.Claimed{}, wait, false
	}
	job, ok, err := s.take(ctx)
	if ctx.Err() == nil {
		s.trouble("taking letters", err)
	}
	if !ok {
		s.quota.back()
	}
	return job, 0, ok
}

// gone reports whether a letter has left, or may have.
func gone(res domain.Result) bool {
	return res.Outcome == domain.OutcomeSent || res.Outcome == domain.OutcomeUncertain
}

// rest waits until there may be something to do. Its connection is kept for a while in case that comes, but not when it is
// known that nothing will for a time: the relay may take no other one beside it.
func (s *Sender) rest(ctx context.Context, l *line, changed <-chan struct{}, wait time.Duration) {
	if wait > 0 {
		l.close()
	} else {
		wait = l.keep
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-changed: // perhaps by a mere tick
	case <-timer.C:
	}
	l.closeIdle()
}

// deliver sends one letter and returns what became of it, not yet written down. last is the result before it, which is
// written down before the letter begins.
func (s *Sender) deliver(ctx context.Context, l *line, job store.Claimed, last *store.Done) *store.Done {
	letter, err := s.compose(ctx, job)
	if bad := (uncomposable{}); errors.As(err, &bad) {
		s.commitNow(last, nil)
		return s.done(job, cannotCompose(bad))
	}
	if err != nil {
		s.hasRead(ctx, l, err)
	} else {
		err = s.pace(ctx, func() { s.commitNow(last, nil); last = nil })
	}
	if err == nil && !l.ready() { // only now: a long wait may have cost the connection
		s.commitNow(last, nil) // connecting may take long
		last = nil
		err = s.connect(ctx, l)
	}
	if err != nil {
		s.commitNow(last, nil)
		return s.done(job, released(err))
	}
	if !s.commitNow(last, &job) {
		return nil
	}
	res := l.send(ctx, letter, s.gate(ctx, l, job))
	s.heard(res)
	s.blame(ctx, job, res)
	return s.done(job, res)
}

// heard tells the breaker, and those who wait for it.
func (s *Sender) heard(res domain.Result) {
	if s.breaker.heard(res, s.Now()) {
		s.work.broadcast()
	}
}

// connect opens a connection. When that fails the relay is to blame, and no recipient's attempt counts.
func (s *Sender) connect(ctx context.Context, l *line) error {
	err := l.connect(ctx)
	var failure *relay.Failure
	if !errors.As(err, &failure) || ctx.Err() != nil {
		return err
	}
	if s.breaker.crowded(failure.Result, int(s.lines.Load()), s.Now()) {
		l.giveUp()
		return errCrowded
	}
	s.heard(failure.Result)
	return err
}

var (
	errStopped = errors.New("stopped")
	errCrowded = errors.New("the relay takes no more connections")
)

// gate is asked before MAIL and before the final dot. What the commit has seen a moment ago is not asked again before
// MAIL: there the clock and the order to stop are enough.
func (s *Sender) gate(ctx context.Context, l *line, job store.Claimed) func() error {
	asked := false
	return func() error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !asked {
			asked = true
			if !s.Now().Before(job.Deadline) {
				return errStopped
			}
			return nil
		}
		err := s.mayGo(job)
		if !errors.Is(err, errStopped) {
			s.hasRead(ctx, l, err)
		}
		return err
	}
}

// question is whether a letter of a run may still leave.
type question struct {
	runID  int64
	answer chan<- error
}

// mayGo reports as an error why a letter of the run may not leave.
func (s *Sender) mayGo(job store.Claimed) error {
	answer := make(chan error, 1)
	s.questions <- question{job.RunID, answer}
	return <-answer
}

// answer looks once a run for all who have asked while it looked for others.
func (s *Sender) answer(ctx context.Context) {
	for first := range s.questions {
		seen := map[int64]error{}
		for _, q := range gather(first, s.questions) {
			err, known := seen[q.runID]
			if !known {
				err = s.look(ctx, q.runID)
				seen[q.runID] = err
			}
			q.answer <- err
		}
	}
}

func (s *Sender) look(ctx context.Context, runID int64) error {
	ok, err := s.Store.MayGo(ctx, runID, s.epoch, s.Now())
	if err == nil && !ok {
		err = errStopped
	}
	return err
}

func released(err error) domain.Result {
	return domain.Result{Stage: domain.StageConnect, Outcome: domain.OutcomeReleased, Scope: domain.ScopeRelay,
		Reply: domain.Reply{Text: err.Error()}}
}

// done is what became of a letter and what follows. Where the deadline decides, it is the one that the run has now: the
// window may have been moved since the letter was claimed.
func (s *Sender) done(job store.Claimed, res domain.Result) *store.Done {
	now, r := s.Now(), rand.Float64()
	next := domain.Follow(job.Delivery, res, now, job.Deadline, r)
	if next != domain.Follow(job.Delivery, res, now, time.Time{}, r) {
		run, err := s.Store.Run(context.Background(), job.RunID)
		if s.trouble("reading a deadline", err); err == nil {
			next = domain.Follow(job.Delivery, res, now, run.Deadline, r)
		}
	}
	return &store.Done{Claimed: job, At: now, Result: res, Next: next}
}
