package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"postrider/domain"
)

// mostUncertain is how many times a letter may be on the wire without an answer before it is given up.
const mostUncertain = 3

// ErrReplaced means that another sender has taken over and the caller must stop.
var ErrReplaced = errors.New("another process has taken over the sending")

// CheckSender returns ErrReplaced when another sender has taken over since the epoch.
func (s *Store) CheckSender(ctx context.Context, epoch int64) error {
	return checkReplaced(s.statements.replacedRead.row(unwatched(ctx), epoch))
}

// checkSender is CheckSender inside the transaction that relies on it: nobody can take over until that ends.
func (s *Store) checkSender(ctx context.Context, tx transaction, epoch int64) error {
	return checkReplaced(tx.stmt(ctx, s.statements.replaced).row(ctx, epoch))
}

func checkReplaced(row *sql.Row) error {
	var replaced bool
	if err := row.Scan(&replaced); err != nil {
		return mapError(err)
	}
	if replaced {
		return ErrReplaced
	}
	return nil
}

// TakeOver makes the caller the sender. It returns a new epoch, and requeues what an earlier sender left behind. A
// letter that was on the wire is logged as uncertain, because nobody can know whether it arrived (RFC 1047). It is sent
// again after the others of its run, so that a letter that crashes the process does not block the rest, but the third
// time it ends as unknown. TakeOver also returns how many were on the wire.
func (s *Store) TakeOver(ctx context.Context, now time.Time) (epoch int64, uncertain int, err error) {
	err = s.tx(ctx, func(tx transaction) error {
		err := tx.row(ctx, `INSERT INTO sender (one, epoch) VALUES (1, 1) ON CONFLICT (one)
			DO UPDATE SET epoch = sender.epoch + 1 RETURNING epoch`).Scan(&epoch)
		if err != nil {
			return err
		}
		if uncertain, err = logOnWire(ctx, tx, now); err != nil {
			return err
		}
		if err := s.giveUpOnWire(ctx, tx, now); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE deliveries SET state = 'waiting', on_wire = FALSE,
			uncertain = CASE WHEN on_wire THEN uncertain + 1 ELSE uncertain END,
			next_at = CASE WHEN on_wire THEN $1 ELSE next_at END WHERE state = 'claimed'`, now.UnixMilli())
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE outbox SET on_wire = FALSE,
			uncertain = CASE WHEN on_wire THEN uncertain + 1 ELSE uncertain END,
			state = CASE WHEN uncertain + CASE WHEN on_wire THEN 1 ELSE 0 END >= $1 THEN 'unknown' ELSE 'waiting' END,
			body = CASE WHEN uncertain + CASE WHEN on_wire THEN 1 ELSE 0 END >= $1 THEN '' ELSE body END,
			next_at = CASE WHEN on_wire THEN $2 ELSE next_at END WHERE state = 'claimed'`, mostUncertain, now.UnixMilli())
		return err
	})
	return epoch, uncertain, err
}

// logOnWire logs an uncertain attempt for each letter that was on the wire, and returns how many there were.
func logOnWire(ctx context.Context, tx transaction, now time.Time) (int, error) {
	res, err := tx.exec(ctx, `INSERT INTO attempts
		(delivery_id, run_id, mailing_id, at, stage, outcome, scope, code, enhanced, reply)
		SELECT deliveries.id, deliveries.run_id, runs.mailing_id, CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), 0, '', CAST($5 AS TEXT)
		FROM deliveries JOIN runs ON runs.id = deliveries.run_id
		WHERE deliveries.state = 'claimed' AND deliveries.on_wire = TRUE`, now.UnixMilli(), domain.StageDot,
		domain.OutcomeUncertain, domain.ScopeRelay, "the service stopped before the answer was kept")
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// giveUpOnWire gives up letters that have been on the wire too often, and ends their run if they were its last.
func (s *Store) giveUpOnWire(ctx context.Context, tx transaction, now time.Time) error {
	rows := tx.rows(ctx, `UPDATE deliveries SET state = 'unknown', on_wire = FALSE, uncertain = uncertain + 1
		WHERE state = 'claimed' AND on_wire = TRUE AND uncertain + 1 >= $1 RETURNING run_id, tries`, mostUncertain)
	type ended struct{ run, tries int64 }
	all, err := collect(rows, func(row scanner) (e ended, err error) { return e, row.Scan(&e.run, &e.tries) })
	if err != nil {
		return err
	}
	for _, e := range all {
		delta := counts{unknown: 1}
		if e.tries > 0 {
			delta.retrying = -1
		}
		if err := s.add(ctx, tx, delta, e.run); err != nil {
			return err
		}
		if _, err := s.finish(ctx, tx, e.run, now); err != nil {
			return err
		}
	}
	return nil
}
