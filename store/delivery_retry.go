package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"postrider/domain"
)

// Retry queues the letters of a mailing's latest run that ended in the state (failed or unknown) again, and returns how
// many. It skips deleted clients. seen is the id of the latest run the person has seen. Refused means that the run's
// time is over or that there are no such letters, and Overtaken that there is a newer run.
func (s *Store) Retry(ctx context.Context, by domain.Actor, mailingID, seen int64, state domain.DeliveryState, now time.Time) (n int, err error) {
	if state != domain.DeliveryFailed && state != domain.DeliveryUnknown {
		return 0, domain.Refused{Why: domain.Say("You can only retry emails that failed or whose delivery is unknown.")}
	}
	more := true
	for after := int64(0); more; {
		var chunk []int64
		err = s.tx(ctx, func(tx transaction) error {
			if _, err := mailingFor(ctx, tx, by, domain.Edit, mailingID); err != nil {
				return err
			}
			run, err := retryable(ctx, tx, mailingID, now)
			if err == nil {
				err = sawLatest(ctx, tx, mailingID, seen)
			}
			if err != nil {
				return err
			}
			if chunk, err = s.retryChunk(ctx, tx, run, state, after, now); err != nil || len(chunk) == 0 || n > 0 {
				return err
			}
			return noteRetry(ctx, tx, by, mailingID, state, now)
		})
		if n, more = n+len(chunk), len(chunk) == deliveryChunk; more {
			after = slices.Max(chunk)
		}
		if err != nil {
			return n, err
		}
	}
	if n == 0 {
		return 0, domain.Refused{Why: domain.Say("The latest send has no such emails.")}
	}
	return n, nil
}

// noteRetry logs a retry, with its first letter.
func noteRetry(ctx context.Context, tx transaction, by domain.Actor, mailingID int64, state domain.DeliveryState, now time.Time) error {
	m, err := mailing(ctx, tx, mailingID)
	if err != nil {
		return err
	}
	return insertAudit(ctx, tx, by, domain.AuditRetry, m.Name, string(state), now)
}

// retryable is the latest run of a mailing, if it has sent letters and still may.
func retryable(ctx context.Context, tx transaction, mailingID int64, now time.Time) (domain.Run, error) {
	m, err := mailing(ctx, tx, mailingID)
	if err == nil {
		err = m.NotDisabled()
	}
	if err != nil {
		return domain.Run{}, err
	}
	r, err := scanRun(tx.row(ctx, `SELECT `+runColumns+` FROM runs
		WHERE mailing_id = $1 AND state IN ('building', 'sending', 'done') ORDER BY id DESC LIMIT 1`, mailingID))
	if errors.Is(err, domain.ErrNotFound) || err == nil && !r.Deadline.After(now) {
		return r, domain.Refused{Why: domain.Say("The sending period of the latest send has ended. Send the mailing again instead.")}
	}
	return r, err
}

// retryRows requeues $5 letters of run $2 that ended in state $3, starting after id $4. Only a condition spelled out as
// in the index deliveries_retry makes SQLite use that index; a parameter would not.
const retryRows = `UPDATE deliveries SET state = 'waiting', next_at = $1, tries = 0, uncertain = 0
	WHERE id IN (SELECT id FROM deliveries WHERE run_id = $2 AND state IN ('failed', 'unknown') AND state = $3
		AND id > $4 AND client_id IS NOT NULL ORDER BY id LIMIT $5) RETURNING id`

// retryChunk requeues a chunk of letters, and reopens the run and the mailing. Each letter starts over with no tries
// counted, but keeps its Message-ID.
func (s *Store) retryChunk(ctx context.Context, tx transaction, r domain.Run, state domain.DeliveryState, after int64, now time.Time) ([]int64, error) {
	ids, err := collect(tx.rows(ctx, retryRows, now.UnixMilli(), r.ID, state, after, deliveryChunk), scanID)
	n := int64(len(ids))
	if err != nil || n == 0 {
		return nil, err
	}
	delta := counts{failed: -n}
	if state == domain.DeliveryUnknown {
		delta = counts{unknown: -n}
	}
	if err := s.add(ctx, tx, delta, r.ID); err != nil {
		return nil, err
	}
	_, err = tx.exec(ctx, `UPDATE runs SET state = 'sending', finished_at = NULL WHERE id = $1 AND state = 'done'`, r.ID)
	if err != nil {
		return nil, err
	}
	return ids, markRunning(ctx, tx, r.MailingID)
}
