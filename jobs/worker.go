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

// deliverAll is worker number i: it sends letters, over one connection at a time, until ctx is done.
func (s *Sender) deliverAll(ctx context.Context, i int) {
	c := s.newConnection(keepIdle)
	defer c.close()
	var done *store.Done // result of the last letter, not yet recorded
	write := func() { s.commitNow(done, nil); done = nil }
	for ctx.Err() == nil {
		woken := s.work.next()
		if c.conn != nil && s.wanted.CompareAndSwap(true, false) {
			write()
			c.giveUp()
		}
		job, wait, ok := s.nextJob(ctx, i, c.until)
		if !ok {
			write()
			s.idle(ctx, &c, woken, wait)
			continue
		}
		failures := c.failures
		done = s.deliver(ctx, &c, job, done)
		if done == nil || !done.Result.Left() {
			s.dailyCap.back()
		}
		if c.failures > failures {
			write()
			c.backoff(ctx)
		}
	}
	write()
}

// nextJob gives worker i, which may not connect before until, a delivery if it may send and one is due. Otherwise it
// returns how long to wait; zero means until something happens.
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
	if wait, ok := s.dailyCap.take(s.Now()); !ok {
		s.giveBack(ctx)
		return store.Claimed{}, wait, false
	}
	job, ok, err := s.take(ctx)
	if ctx.Err() == nil {
		s.logOnce("taking letters", err)
	}
	if !ok {
		s.dailyCap.back()
	}
	return job, 0, ok
}

// idle waits until there may be something to do. It keeps the connection for a while in case more work comes, but
// closes it when there will be none for some time: the relay may not accept another connection beside it.
func (s *Sender) idle(ctx context.Context, c *connection, woken <-chan struct{}, wait time.Duration) {
	if wait > 0 {
		c.close()
	} else {
		wait = c.keep
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-woken: // perhaps only by a tick
	case <-timer.C:
	}
	c.closeIdle()
}

// deliver sends one letter and returns its result, not yet recorded. last is the previous result, which is recorded
// before the letter begins.
func (s *Sender) deliver(ctx context.Context, c *connection, job store.Claimed, last *store.Done) *store.Done {
	letter, err := s.compose(ctx, job)
	if bad := (uncomposable{}); errors.As(err, &bad) {
		s.commitNow(last, nil)
		return s.attempt(job, cannotCompose(bad))
	}
	if err != nil {
		s.hasRead(ctx, c, err)
	} else {
		err = s.pace(ctx, func() { s.commitNow(last, nil); last = nil })
	}
	if err == nil && !c.ready() { // only now: a long wait may have cost the connection
		s.commitNow(last, nil) // connecting may take long
		last = nil
		err = s.connect(ctx, c)
	}
	if err != nil {
		s.commitNow(last, nil)
		return s.attempt(job, released(err))
	}
	if !s.commitNow(last, &job) {
		return nil
	}
	res := c.send(ctx, letter, s.gate(ctx, c, job))
	s.report(res)
	s.countRefusal(ctx, job, res)
	return s.attempt(job, res)
}

// report informs the breaker, and those who wait for it.
func (s *Sender) report(res domain.Result) {
	if s.breaker.observe(res, s.Now()) {
		s.work.broadcast()
	}
}

// connect opens a connection. A failure is the relay's, and counts as no recipient's attempt.
func (s *Sender) connect(ctx context.Context, c *connection) error {
	err := c.connect(ctx)
	var failure *relay.Failure
	if !errors.As(err, &failure) || ctx.Err() != nil {
		return err
	}
	if s.breaker.crowded(failure.Result, int(s.openConnections.Load()), s.Now()) {
		c.giveUp()
		return errCrowded
	}
	s.report(failure.Result)
	return err
}

var (
	errStopped = errors.New("stopped")
	errCrowded = errors.New("the relay takes no more connections")
)

// gate decides at each stage whether the letter may go on. The commit has just checked the database, so before MAIL
// only the clock and the order to stop are checked.
func (s *Sender) gate(ctx context.Context, c *connection, job store.Claimed) func(domain.Stage) error {
	return func(stage domain.Stage) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if stage == domain.StageMail {
			if !s.Now().Before(job.Deadline) {
				return errStopped
			}
			return nil
		}
		err := s.mayGo(job)
		if !errors.Is(err, errStopped) {
			s.hasRead(ctx, c, err)
		}
		return err
	}
}

// question asks whether a letter of a run may still be sent.
type question struct {
	runID  int64
	answer chan<- error
}

// mayGo returns an error if a letter of the run may not be sent, saying why.
func (s *Sender) mayGo(job store.Claimed) error {
	answer := make(chan error, 1)
	s.questions <- question{job.RunID, answer}
	return <-answer
}

// answer checks each run once for all who asked while it was checking for others.
func (s *Sender) answer(ctx context.Context) {
	for first := range s.questions {
		seen := map[int64]error{}
		for _, q := range batch(first, s.questions) {
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

// attempt is the result of a letter. What follows from it is decided when it is recorded.
func (s *Sender) attempt(job store.Claimed, res domain.Result) *store.Done {
	return &store.Done{Claimed: job, At: s.Now(), Result: res, Spread: rand.Float64()}
}
