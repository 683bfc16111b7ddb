package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"postrider/crash"
	"postrider/domain"
)

// Commit records the outcomes of the done deliveries and what follows from them, and marks the next ones as being on
// the wire, all in one transaction. It returns the ids of those that may be sent; the others have been stopped, and no
// longer belong to the sender. It also reports whether a run has ended. A letter may begin only after Commit has
// returned. ErrReplaced means that another sender has taken over and now holds them all; nothing was written.
func (s *Store) Commit(ctx context.Context, done []Done, next []Claimed, now time.Time) (cleared map[int64]bool, ended bool, err error) {
	ctx = unwatched(ctx)
	err = s.txNow(ctx, func(tx transaction) error {
		deltas, deadlines := map[int64]*counts{}, map[int64]time.Time{}
		record, attempt := tx.stmt(ctx, s.statements.record), tx.stmt(ctx, s.statements.attempt)
		for _, d := range done {
			step, err := s.follow(ctx, tx, d, deadlines)
			if err != nil {
				return fmt.Errorf("delivery %d: %w", d.ID, err)
			}
			changed, err := recordDone(ctx, tx, record, attempt, d, step, deltas)
			if err == nil && !changed { // cancelled before it was begun, or worse
				err = s.checkSender(ctx, tx, d.Epoch)
			}
			if err != nil {
				return fmt.Errorf("delivery %d: %w", d.ID, err)
			}
		}
		if err := s.countSent(ctx, tx, done, now); err != nil {
			return err
		}
		if err := s.countTeams(ctx, tx, done, now); err != nil {
			return err
		}
		if cleared, err = s.putOnWire(ctx, tx, next, now); err != nil {
			return err
		}
		ended, err = s.countDone(ctx, tx, deltas, going(next, cleared), now)
		crash.At("commit")
		return err
	})
	return cleared, ended, err
}

// going are the runs of the letters cleared for sending.
func going(next []Claimed, cleared map[int64]bool) map[int64]bool {
	runs := map[int64]bool{}
	for _, c := range next {
		if cleared[c.ID] {
			runs[c.RunID] = true
		}
	}
	return runs
}

// countDone updates the counters of the runs and reports whether one has ended. A run with a letter on the wire has
// not.
func (s *Store) countDone(ctx context.Context, tx transaction, deltas map[int64]*counts, going map[int64]bool, now time.Time) (ended bool, err error) {
	for runID, delta := range deltas {
		if err := s.add(ctx, tx, *delta, runID); err != nil {
			return false, err
		}
		if going[runID] {
			continue
		}
		over, err := s.finish(ctx, tx, runID, now)
		if err != nil {
			return false, err
		}
		ended = ended || over
	}
	return ended, nil
}

// countSent adds letters that have, or may have, gone out to their day's count.
func (s *Store) countSent(ctx context.Context, tx transaction, done []Done, now time.Time) error {
	sent := 0
	for _, d := range done {
		if d.Result.Left() {
			sent++
		}
	}
	if sent == 0 {
		return nil
	}
	_, err := tx.stmt(ctx, s.statements.sent).exec(ctx, domain.Day(now).UnixMilli(), sent)
	return err
}

// SentOn is how many mailing letters went out on the UTC day that begins at day.
func (s *Store) SentOn(ctx context.Context, day time.Time) (n int, err error) {
	err = s.read.row(ctx, `SELECT coalesce(sum(sent), 0) FROM sent_days WHERE day = $1`, day.UnixMilli()).Scan(&n)
	return n, mapError(err)
}

// follow decides what happens to a delivery. It uses the current deadline of the run, because the window may have been
// moved since the delivery was claimed. deadlines caches those that this commit has read.
func (s *Store) follow(ctx context.Context, tx transaction, d Done, deadlines map[int64]time.Time) (domain.Step, error) {
	deadline, known := deadlines[d.RunID]
	if !known && d.Result.Outcome != domain.OutcomeSent {
		err := tx.stmt(ctx, s.statements.deadline).row(ctx, d.RunID).Scan(instant{&deadline})
		if err != nil && !errors.Is(err, sql.ErrNoRows) { // a deleted run has no deliveries either
			return domain.Step{}, err
		}
		deadlines[d.RunID] = deadline
	}
	return domain.Follow(d.Delivery, d.Result, d.At, deadline, d.Spread), nil
}

func recordDone(ctx context.Context, tx transaction, record, attempt statement, d Done, step domain.Step, deltas map[int64]*counts) (changed bool, err error) {
	tries, uncertain := step.Count(d.Result, d.Tries, d.Uncertain)
	changed, err = changes(record.exec(ctx,
		step.State, step.NextAt.UnixMilli(), tries, uncertain, d.ID, d.Epoch))
	if err != nil || !changed {
		return false, err
	}
	delta, ok := deltas[d.RunID]
	if !ok {
		delta = &counts{}
		deltas[d.RunID] = delta
	}
	delta.count(step.State)
	switch wasRetry, isRetry := d.Tries > 0, !step.State.Final() && tries > 0; {
	case isRetry && !wasRetry:
		delta.retrying++
	case wasRetry && !isRetry:
		delta.retrying--
	}
	if d.Result.Outcome == domain.OutcomeReleased {
		return true, nil
	}
	if d.Result.Undeliverable() {
		if err := markUndeliverable(ctx, tx, d); err != nil {
			return true, err
		}
	}
	return true, insertAttempt(ctx, attempt, d)
}

// markUndeliverable excludes the client from later runs, unless the address has been changed since.
func markUndeliverable(ctx context.Context, tx transaction, d Done) error {
	_, err := tx.exec(ctx, `UPDATE clients SET undeliverable_at = $1, undeliverable_why = $2
		WHERE id = $3 AND envelope = $4 AND undeliverable_at IS NULL`,
		d.At.UnixMilli(), d.Result.Reply.Enhanced+" "+d.Result.Reply.Text, d.ClientID, d.Recipient.Email)
	return err
}

func insertAttempt(ctx context.Context, attempt statement, d Done) error {
	r := d.Result
	_, err := attempt.exec(ctx,
		d.ID, d.RunID, d.MailingID, d.At.UnixMilli(), r.Stage, r.Outcome, r.Scope, r.Reply.Code, r.Reply.Enhanced, r.Reply.Text)
	return err
}

// putOnWire marks the deliveries that may still be sent as begun, and releases the others. It checks each run once.
func (s *Store) putOnWire(ctx context.Context, tx transaction, next []Claimed, now time.Time) (map[int64]bool, error) {
	mark, giveBack := tx.stmt(ctx, s.statements.onWire), tx.stmt(ctx, s.statements.giveBack)
	cleared, may := make(map[int64]bool, len(next)), map[int64]bool{}
	for _, c := range next {
		sends, known := may[c.RunID]
		if !known {
			err := tx.stmt(ctx, s.statements.sends).row(ctx, now.UnixMilli(), c.RunID, c.Epoch).Scan(&sends)
			if err == nil && !sends {
				err = s.checkSender(ctx, tx, c.Epoch)
			}
			if err != nil {
				return nil, err
			}
			may[c.RunID] = sends
		}
		change := mark
		if !sends {
			change = giveBack
		}
		changed, err := changes(change.exec(ctx, c.ID, c.Epoch))
		if err != nil {
			return nil, err
		}
		cleared[c.ID] = sends && changed
	}
	return cleared, nil
}
