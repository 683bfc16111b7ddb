package store

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"postrider/crash"
	"postrider/domain"
)

// Claimed is a delivery that a sender has claimed, with what it needs to know of the run.
type Claimed struct {
	domain.Delivery
	MailingID int64
	Epoch     int64
	Deadline  time.Time // of its run
}

// Done is an attempt to send a claimed delivery. Commit decides what follows from it.
type Done struct {
	Claimed
	At     time.Time
	Result domain.Result
	Spread float64 // in [0, 1): spreads the wait before a retry, see domain.Follow
}

// mayBeSent is true of a run whose letters may be sent at a time: it is active, its deadline has not passed, its mailing is
// not paused, disabled or deleted, and its team has a member who is not blocked.
const mayBeSent = `runs.state IN ('building', 'sending') AND runs.deadline > ? AND EXISTS (SELECT 1 FROM mailings
	WHERE mailings.id = runs.mailing_id AND mailings.paused_at IS NULL AND mailings.disabled_at IS NULL
	AND mailings.deleted_at IS NULL AND ` + teamSends + `)`

// Claim claims up to limit due deliveries, in equal shares from the runs that may send. If there are more runs than
// that, it picks among them at random. ErrReplaced means that another sender has taken over since the epoch.
func (s *Store) Claim(ctx context.Context, epoch int64, limit int, now time.Time) (all []Claimed, err error) {
	runs, err := s.claimableRuns(ctx, now)
	if err != nil || len(runs) == 0 {
		return nil, err
	}
	if len(runs) > limit { // a share for each would hold the writer too long
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
		return nil, err // the rollback released all claims
	}
	crash.At("claim")
	return all, nil
}

// claimableRuns are the runs with a letter that can be claimed at now.
func (s *Store) claimableRuns(ctx context.Context, now time.Time) ([]int64, error) {
	due := fragment{text: `SELECT id FROM runs WHERE `}
	due.add(mayBeSent, now.UnixMilli())
	due.add(` AND `+quotaLeft, domain.Day(now).UnixMilli())
	due.add(` AND EXISTS (SELECT 1 FROM deliveries WHERE run_id = runs.id AND state = 'waiting' AND next_at <= ?) ORDER BY id`, now.UnixMilli())
	return collect(s.read.rows(ctx, due.numbered(), due.args...), scanID)
}

func (s *Store) claimOf(ctx context.Context, tx transaction, runID, epoch int64, limit int, now time.Time) ([]Claimed, error) {
	of := Claimed{Delivery: domain.Delivery{RunID: runID}, Epoch: epoch}
	var room sql.NullInt64 // what the team's quota leaves
	err := tx.stmt(ctx, s.statements.claimable).row(ctx, domain.Day(now).UnixMilli(), now.UnixMilli(), runID).Scan(&of.MailingID, instant{&of.Deadline}, &room)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil // just stopped
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

// Release returns claimed deliveries that were not begun.
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

// MayGo reports whether letters of a run may be sent at now: the run has not been stopped, its deadline has not passed,
// and no other sender has taken over since that epoch.
func (s *Store) MayGo(ctx context.Context, runID, epoch int64, now time.Time) (ok bool, err error) {
	if err := s.present(); err != nil {
		return false, err // the outcome of the letter could not be recorded
	}
	err = s.statements.mayGo.row(unwatched(ctx), now.UnixMilli(), runID, epoch).Scan(&ok)
	return ok, mapError(err)
}

// Unfinished is how many runs may still send, and the earliest time at which one of their letters may be tried. Runs
// that wait for a person (paused) or for the next day (quota used up) do not count.
func (s *Store) Unfinished(ctx context.Context, now time.Time) (runs int, next time.Time, err error) {
	all := fragment{text: `SELECT count(*), min(CASE
		WHEN runs.state = 'building' OR EXISTS (SELECT 1 FROM deliveries WHERE state = 'claimed') THEN CAST(? AS BIGINT)
		ELSE (SELECT min(next_at) FROM deliveries WHERE run_id = runs.id AND state = 'waiting') END) FROM runs WHERE `, args: []any{now.UnixMilli()}}
	all.add(mayBeSent, now.UnixMilli())
	all.add(` AND `+quotaLeft, domain.Day(now).UnixMilli())
	err = s.read.row(ctx, all.numbered(), all.args...).Scan(&runs, instant{&next})
	return runs, next, mapError(err)
}
