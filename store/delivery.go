package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"postrider/crash"
	"postrider/domain"
)

// Commit writes down, in one transaction, what became of the done deliveries, and marks the next ones as on the wire.
// It returns the ids of those that may be sent; the others were stopped meanwhile and are not the sender's any more. It
// also tells whether a run has ended. A letter may begin only after this has returned. ErrReplaced says that another sender
// has taken over, who holds all of them now: nothing was written.
func (s *Store) Commit(ctx context.Context, done []Done, next []Claimed, now time.Time) (cleared map[int64]bool, ended bool, err error) {
	ctx = unwatched(ctx)
	err = s.txNow(ctx, func(tx transaction) error {
		deltas := map[int64]*counts{}
		record, attempt := tx.stmt(ctx, s.statements.record), tx.stmt(ctx, s.statements.attempt)
		for _, d := range done {
			changed, err := recordDone(ctx, tx, record, attempt, d, deltas)
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

// going are the runs of the letters that are cleared.
func going(next []Claimed, cleared map[int64]bool) map[int64]bool {
	runs := map[int64]bool{}
	for _, c := range next {
		if cleared[c.ID] {
			runs[c.RunID] = true
		}
	}
	return runs
}

// countDone changes the counters of the runs and reports whether one has ended. A run with a letter on the wire has not.
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

// countSent books the letters that have gone out, or may have, on their day.
func (s *Store) countSent(ctx context.Context, tx transaction, done []Done, now time.Time) error {
	sent := 0
	for _, d := range done {
		if d.Result.Outcome == domain.OutcomeSent || d.Result.Outcome == domain.OutcomeUncertain {
			sent++
		}
	}
	if sent == 0 {
		return nil
	}
	_, err := tx.stmt(ctx, s.statements.sent).exec(ctx, domain.Day(now).UnixMilli(), sent)
	return err
}

// SentOn is how many letters of mailings have gone out on the day of UTC that begins at day.
func (s *Store) SentOn(ctx context.Context, day time.Time) (n int, err error) {
	err = s.read.row(ctx, `SELECT coalesce(sum(sent), 0) FROM sent_days WHERE day = $1`, day.UnixMilli()).Scan(&n)
	return n, mapError(err)
}

func recordDone(ctx context.Context, tx transaction, record, attempt statement, d Done, deltas map[int64]*counts) (changed bool, err error) {
	tries := d.Tries
	if d.Next.Counts {
		tries++
	}
	uncertain := d.Uncertain
	if d.Result.Outcome == domain.OutcomeUncertain {
		uncertain++
	}
	changed, err = changes(record.exec(ctx,
		d.Next.State, d.Next.NextAt.UnixMilli(), tries, uncertain, d.ID, d.Epoch))
	if err != nil || !changed {
		return false, err
	}
	delta, ok := deltas[d.RunID]
	if !ok {
		delta = &counts{}
		deltas[d.RunID] = delta
	}
	delta.count(d.Next.State)
	switch wasRetry, isRetry := d.Tries > 0, !d.Next.State.Final() && tries > 0; {
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

// markUndeliverable leaves the client out of later runs, unless the address has been changed since.
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

// putOnWire marks the deliveries as begun that may still be sent, and gives the others back. It looks once a run.
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

// Claimed is a delivery that a sender has taken, with what it needs of the run.
type Claimed struct {
	domain.Delivery
	MailingID int64
	Epoch     int64
	Deadline  time.Time // of its run
}

// Done is what became of a claimed delivery: the attempt and what follows from it.
type Done struct {
	Claimed
	At     time.Time
	Result domain.Result
	Next   domain.Step
}

// mayGo is true of a run whose letters may leave at a time: it is active, its deadline has not passed, its mailing is
// neither paused nor disabled nor deleted, and its team has a member who is not blocked.
const mayGo = `runs.state IN ('building', 'sending') AND runs.deadline > ? AND EXISTS (SELECT 1 FROM mailings
	WHERE mailings.id = runs.mailing_id AND mailings.paused_at IS NULL AND mailings.disabled_at IS NULL
	AND mailings.deleted_at IS NULL AND ` + teamSends + `)`

// Claim takes up to limit deliveries that are due, in equal shares from the runs that may send; where there are more runs
// than that, chance decides whose turn it is. ErrReplaced says that another sender has taken over since the epoch.
func (s *Store) Claim(ctx context.Context, epoch int64, limit int, now time.Time) (all []Claimed, err error) {
	runs, err := s.claimableRuns(ctx, now)
	if err != nil || len(runs) == 0 {
		return nil, err
	}
	if len(runs) > limit { // a turn for each would hold the writer for long
		rand.Shuffle(len(runs), func(i, j int) { runs[i], runs[j] = runs[j], runs[i] })
		runs = runs[:limit]
	}
	share := max(1, limit/len(runs))
	ctx = unwatched(ctx)
	err = s.txNow(ctx, func(tx transaction) error {
		all = nil
		if err := s.checkSender(ctx, tx, epoch); err != nil {
			return err
		}
		for _, id := range runs {
			some, err := s.claimOf(ctx, tx, id, epoch, share, now)
			if err != nil {
				return err
			}
			all = append(all, some...)
		}
		return nil
	})
	if err != nil {
		return nil, err // what was rolled back is nobody's
	}
	crash.At("claim")
	return all, nil
}

// claimableRuns are the runs with a letter that may be claimed at now.
func (s *Store) claimableRuns(ctx context.Context, now time.Time) ([]int64, error) {
	due := part{text: `SELECT id FROM runs WHERE `}
	due.add(mayGo, now.UnixMilli())
	due.add(` AND `+quotaLeft, domain.Day(now).UnixMilli())
	due.add(` AND EXISTS (SELECT 1 FROM deliveries WHERE run_id = runs.id AND state = 'waiting' AND next_at <= ?) ORDER BY id`, now.UnixMilli())
	return collect(s.read.rows(ctx, due.numbered(), due.args...), scanID)
}

func (s *Store) claimOf(ctx context.Context, tx transaction, runID, epoch int64, limit int, now time.Time) ([]Claimed, error) {
	of := Claimed{Delivery: domain.Delivery{RunID: runID}, Epoch: epoch}
	var room sql.NullInt64 // what the team's quota leaves
	err := tx.stmt(ctx, s.statements.claimable).row(ctx, domain.Day(now).UnixMilli(), now.UnixMilli(), runID).Scan(&of.MailingID, instant{&of.Deadline}, &room)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil // stopped a moment ago
	}
	if err != nil {
		return nil, err
	}
	if room.Valid {
		limit = min(limit, max(0, int(room.Int64)))
	}
	return collect(tx.stmt(ctx, s.statements.claim).rows(ctx, now.UnixMilli(), epoch, runID, limit), func(row scanner) (Claimed, error) {
		c := of
		err := row.Scan(&c.ID, &c.ClientID, &c.Recipient.Email, &c.Recipient.Name, &c.State, &c.Tries,
			&c.Uncertain, instant{&c.NextAt}, instant{&c.Date})
		return c, err
	})
}

// Release gives claimed deliveries back that were not begun.
func (s *Store) Release(ctx context.Context, claimed []Claimed) error {
	return s.txNow(ctx, func(tx transaction) error {
		for _, c := range claimed {
			_, err := tx.exec(ctx, `UPDATE deliveries SET state = 'waiting', on_wire = FALSE
				WHERE id = $1 AND epoch = $2 AND state = 'claimed'`, c.ID, c.Epoch)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// MayGo reports whether letters of a run may leave at now: the run was not stopped, its deadline has not passed, and no
// other sender has taken over since that epoch.
func (s *Store) MayGo(ctx context.Context, runID, epoch int64, now time.Time) (ok bool, err error) {
	if err := s.present(); err != nil {
		return false, err // what became of the letter could not be written down
	}
	err = s.statements.mayGo.row(unwatched(ctx), now.UnixMilli(), runID, epoch).Scan(&ok)
	return ok, mapError(err)
}

// Unfinished is how many runs may still send, and the earliest time at which one of their letters may be tried. Those
// that wait for a person (paused) or for the next day (a quota is used up) do not count.
func (s *Store) Unfinished(ctx context.Context, now time.Time) (runs int, next time.Time, err error) {
	all := part{text: `SELECT count(*), min(CASE
		WHEN runs.state = 'building' OR EXISTS (SELECT 1 FROM deliveries WHERE state = 'claimed') THEN CAST(? AS BIGINT)
		ELSE (SELECT min(next_at) FROM deliveries WHERE run_id = runs.id AND state = 'waiting') END) FROM runs WHERE `, args: []any{now.UnixMilli()}}
	all.add(mayGo, now.UnixMilli())
	all.add(` AND `+quotaLeft, domain.Day(now).UnixMilli())
	err = s.read.row(ctx, all.numbered(), all.args...).Scan(&runs, instant{&next})
	return runs, next, mapError(err)
}
