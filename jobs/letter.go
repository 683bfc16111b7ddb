package jobs

import (
	"context"
	"errors"
	"math/rand/v2"

	"postrider/domain"
)

// sendSystemLetters sends system letters over their own connection, so that no run delays them.
func (s *Sender) sendSystemLetters(ctx context.Context) {
	c := s.newConnection(keepSystem)
	defer c.close()
	for ctx.Err() == nil {
		woken := s.work.next()
		wait, may := s.breaker.may(system, s.Now())
		if may && s.sendSystemLetter(ctx, &c) {
			continue
		}
		s.idle(ctx, &c, woken, wait)
	}
}

// sendSystemLetter sends the next letter of the outbox, and reports whether to ask for another at once.
func (s *Sender) sendSystemLetter(ctx context.Context, c *connection) bool {
	if !c.ready() {
		n, err := s.Store.LettersDue(ctx, s.Now())
		if ctx.Err() == nil {
			s.logOnce("counting the outbox", err)
		}
		if err != nil || n == 0 {
			return false
		}
		err = s.connect(ctx, c)
		s.wanted.Store(errors.Is(err, errCrowded))
		if err != nil {
			return false
		}
	}
	sl, err := s.Store.ClaimLetter(ctx, s.epoch, s.Now())
	if errors.Is(err, domain.ErrNotFound) {
		return false
	}
	if ctx.Err() == nil {
		s.logOnce("reading the outbox", err)
	}
	if err != nil {
		return false
	}
	var res domain.Result
	if m, err := s.composeSystem(sl); err != nil {
		res = cannotCompose(err)
	} else {
		res = c.send(ctx, m, func(domain.Stage) error { return s.mayGoSystem(ctx) })
	}
	s.report(res)
	s.recordSystemLetter(ctx, sl, res)
	return true
}

// mayGoSystem returns an error if a system letter may not be sent, saying why.
func (s *Sender) mayGoSystem(ctx context.Context) error {
	if err := errors.Join(ctx.Err(), s.Store.Look()); err != nil {
		return err
	}
	return s.Store.CheckSender(ctx, s.epoch)
}

// recordSystemLetter returns only when the outcome is in the database: without its outcome, the letter would be sent
// again.
func (s *Sender) recordSystemLetter(stop context.Context, sl domain.SystemLetter, res domain.Result) {
	as := domain.Delivery{ID: sl.ID, Recipient: sl.To, Tries: sl.Tries, Uncertain: sl.Uncertain, NextAt: sl.NextAt, Date: sl.Date}
	next := domain.Follow(as, res, s.Now(), sl.ExpiresAt, rand.Float64())
	if res.Outcome != domain.OutcomeSent {
		s.Log.Warn("a system letter did not go out", "letter", sl.ID, "stage", res.Stage, "code", res.Reply.Code, "state", next.State)
	}
	ctx, cancel := outlive(stop)
	defer cancel()
	s.retryCommit(ctx, 1, func() error { return s.Store.LetterDone(ctx, s.epoch, sl, res, next) })
}
