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

// Claimed is a delivery that a sender has taken, with what it needs of the run.
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
