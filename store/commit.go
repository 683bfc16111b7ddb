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

// Commit writes down, in one transaction, what became of the done deliveries, and marks the next ones as on the wire.
// It returns the ids of those that may be sent; the others were stopped meanwhile and are not the sender's any more. It
// also tells whether a run has ended. A letter may begin only after this has returned.
func (s *Store) Commit(ctx context.Context, done []Done, next []Claimed, now time.Time) (cleared map[int64]bool, ended bool, err error) {
	err = s.tx(ctx, func(tx *sql.Tx) error {
		deltas := map[int64]*counts{}
		for _, d := range done {
			if err := s.recordDone(ctx, tx, d, deltas); err != nil {
				return fmt.Errorf("delivery %d: %w", d.ID, err)
			}
		}
		ended = false
		for runID, delta := range deltas {
			if err := s.add(ctx, tx, *delta, runID); err != nil {
				return err
			}
			over, err := s.finish(ctx, tx, runID, now)
			if err != nil {
				return err
			}
			ended = ended || over
		}
		if err := s.countSent(ctx, tx, done, now); err != nil {
			return err
		}
		cleared = make(map[int64]bool, len(next))
		for _, c := range next {
			ok, err := s.putOnWire(ctx, tx, c, now)
			if err != nil {
				return err
			}
			cleared[c.ID] = ok
		}
		crash.At("commit")
		return nil
	})
	return cleared, ended, err
}

// countSent books the letters that have gone out, or may have, on their day.
func (s *Store) countSent(ctx context.Context, tx *sql.Tx, done []Done, now time.Time) error {
	sent := 0
	for _, d := range done {
		if d.Result.Outcome == domain.OutcomeSent || d.Result.Outcome == domain.OutcomeUncertain {
			sent++
		}
	}
	if sent == 0 {
		return nil
	}
	_, err := tx.StmtContext(ctx, s.hot.sent).ExecContext(ctx, now.UTC().Truncate(24*time.Hour).UnixMilli(), sent)
	return err
}

// SentOn is how many letters of mailings have gone out on the day of UTC that begins at day.
func (s *Store) SentOn(ctx context.Context, day time.Time) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT coalesce(sum(sent), 0) FROM sent_days WHERE day = $1`, day.UnixMilli()).Scan(&n)
	return n, translate(err)
}

func (s *Store) recordDone(ctx context.Context, tx *sql.Tx, d Done, deltas map[int64]*counts) error {
	var mailingID int64
	tries := d.Tries
	if d.Next.Counts {
		tries++
	}
	uncertain := d.Uncertain
	if d.Result.Outcome == domain.OutcomeUncertain {
		uncertain++
	}
	err := tx.StmtContext(ctx, s.hot.record).QueryRowContext(ctx,
		d.Next.State, d.Next.NextAt.UnixMilli(), tries, uncertain, d.ID, d.Epoch).Scan(&mailingID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // cancelled before it was begun, or another sender has taken over
	}
	if err != nil {
		return err
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
		return nil
	}
	if d.Result.Undeliverable() {
		if err := markUndeliverable(ctx, tx, d); err != nil {
			return err
		}
	}
	return s.insertAttempt(ctx, tx, d, mailingID)
}

// markUndeliverable leaves the client out of later runs, unless the address has been changed since.
func markUndeliverable(ctx context.Context, tx *sql.Tx, d Done) error {
	_, err := tx.ExecContext(ctx, `UPDATE clients SET undeliverable_at = $1, undeliverable_why = $2
		WHERE id = $3 AND envelope = $4 AND undeliverable_at IS NULL`,
		d.At.UnixMilli(), d.Result.Reply.Enhanced+" "+d.Result.Reply.Text, d.ClientID, d.Recipient.Email)
	return err
}

func (s *Store) insertAttempt(ctx context.Context, tx *sql.Tx, d Done, mailingID int64) error {
	r := d.Result
	_, err := tx.StmtContext(ctx, s.hot.attempt).ExecContext(ctx,
		d.ID, d.RunID, mailingID, d.At.UnixMilli(), r.Stage, r.Outcome, r.Scope, r.Reply.Code, r.Reply.Enhanced, r.Reply.Text)
	return err
}

// putOnWire marks a delivery as begun when it may still be sent, and gives it back when it may not.
func (s *Store) putOnWire(ctx context.Context, tx *sql.Tx, c Claimed, now time.Time) (bool, error) {
	var id int64
	err := tx.StmtContext(ctx, s.hot.onWire).QueryRowContext(ctx,
		now.UnixMilli(), c.ID, c.Epoch).Scan(&id)
	if err == nil {
		return true, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE deliveries SET state = 'waiting' WHERE id = $1 AND epoch = $2
		AND state = 'claimed'`, c.ID, c.Epoch)
	return false, err
}

// hot are the statements that run for every letter. Preparing one costs more than running it.
type hot struct{ record, attempt, onWire, count, finish, sent, mayGo *sql.Stmt }

func (s *Store) prepareHot(ctx context.Context) error {
	for _, one := range []struct {
		stmt **sql.Stmt
		db   *sql.DB
		text string
	}{
		{&s.hot.record, s.write, `UPDATE deliveries SET state = $1, next_at = $2, tries = $3, uncertain = $4, on_wire = 0
			WHERE id = $5 AND epoch = $6 AND state = 'claimed'
			RETURNING (SELECT mailing_id FROM runs WHERE runs.id = deliveries.run_id)`},
		{&s.hot.attempt, s.write, `INSERT INTO attempts
			(delivery_id, run_id, mailing_id, at, stage, outcome, scope, code, enhanced, reply)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`},
		{&s.hot.onWire, s.write, `UPDATE deliveries SET on_wire = 1 WHERE EXISTS (SELECT 1 FROM runs
			WHERE runs.id = deliveries.run_id AND ` + mayGo + `) AND id = $2 AND epoch = $3 AND state = 'claimed' RETURNING id`},
		{&s.hot.count, s.write, `UPDATE runs SET retrying = max(0, retrying + $1), sent = sent + $2, failed = failed + $3,
			expired = expired + $4, cancelled = cancelled + $5, unknown = unknown + $6 WHERE id = $7`},
		{&s.hot.finish, s.write, `UPDATE runs SET state = 'done', finished_at = $1
			WHERE id = $2 AND state = 'sending' AND recipients <= sent + failed + expired + cancelled + unknown
			RETURNING mailing_id`},
		{&s.hot.sent, s.write, `INSERT INTO sent_days (day, sent) VALUES ($1, $2)
			ON CONFLICT (day) DO UPDATE SET sent = sent_days.sent + excluded.sent`},
		{&s.hot.mayGo, s.read, `SELECT EXISTS (SELECT 1 FROM runs JOIN deliveries ON deliveries.run_id = runs.id
			WHERE ` + mayGo + ` AND deliveries.id = $2 AND deliveries.epoch = $3 AND deliveries.state = 'claimed')`},
	} {
		var err error
		if *one.stmt, err = one.db.PrepareContext(ctx, one.text); err != nil {
			return err
		}
	}
	return nil
}
