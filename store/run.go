package store

import (
	"context"
	"time"

	"postrider/domain"
)

const runColumns = `runs.id, runs.mailing_id, runs.team_id, runs.key, runs.state, runs.manual, runs.scheduled_at,
	runs.started_at, runs.finished_at, runs.deadline, runs.sender, runs.subject, runs.body,
	runs.recipients, runs.retrying, runs.sent, runs.failed, runs.expired, runs.cancelled, runs.unknown`

func scanRun(row scanner, more ...any) (domain.Run, error) {
	var r domain.Run
	c := &r.Counts
	to := []any{&r.ID, &r.MailingID, &r.TeamID, &r.Key, &r.State, &r.Manual, instant{&r.ScheduledAt},
		instant{&r.StartedAt}, instant{&r.FinishedAt}, instant{&r.Deadline}, &r.Sender, &r.Subject, &r.Body,
		&c.Recipients, &c.Retrying, &c.Sent, &c.Failed, &c.Expired, &c.Cancelled, &c.Unknown}
	err := row.Scan(append(to, more...)...)
	c.Waiting = c.Recipients - c.Sent - c.Failed - c.Expired - c.Cancelled - c.Unknown
	return r, mapError(err)
}

func scanOnlyRun(row scanner) (domain.Run, error) { return scanRun(row) }

// Run returns a run; ErrNotFound when there is none.
func (s *Store) Run(ctx context.Context, id int64) (domain.Run, error) {
	return scanRun(s.read.row(ctx, `SELECT `+runColumns+` FROM runs WHERE id = $1`, id))
}

// Runs returns the latest runs of a mailing, newest first.
func (s *Store) Runs(ctx context.Context, mailingID int64, limit int) ([]domain.Run, error) {
	return collect(s.read.rows(ctx, `SELECT `+runColumns+` FROM runs WHERE mailing_id = $1
		ORDER BY id DESC LIMIT $2`, mailingID, limit), scanOnlyRun)
}

// ActiveRuns returns the runs that may still send, oldest first.
func (s *Store) ActiveRuns(ctx context.Context) ([]domain.Run, error) {
	return collect(s.read.rows(ctx, `SELECT `+runColumns+` FROM runs
		WHERE state IN ('building', 'sending') ORDER BY id`), scanOnlyRun)
}

// RunsSince returns the runs created after the run with that id, oldest first.
func (s *Store) RunsSince(ctx context.Context, id int64) ([]domain.Run, error) {
	return collect(s.read.rows(ctx, `SELECT `+runColumns+` FROM runs WHERE id > $1 ORDER BY id`, id), scanOnlyRun)
}

// LastRunID is the id of the newest run, 0 when there is none.
func (s *Store) LastRunID(ctx context.Context) (id int64, err error) {
	err = s.read.row(ctx, `SELECT coalesce(max(id), 0) FROM runs`).Scan(&id)
	return id, mapError(err)
}

func activeRun(ctx context.Context, q reader, mailingID int64) (domain.Run, error) {
	return scanRun(q.row(ctx, `SELECT `+runColumns+` FROM runs
		WHERE mailing_id = $1 AND state IN ('building', 'sending') ORDER BY id DESC LIMIT 1`, mailingID))
}

// EndRuns ends the runs whose deadline has passed, and those that have nobody left to send to because clients were
// deleted, and returns how many.
func (s *Store) EndRuns(ctx context.Context, now time.Time) (n int, err error) {
	const over = `(state = 'sending' AND recipients <= sent + failed + expired + cancelled + unknown)`
	err = s.tx(ctx, func(tx transaction) error {
		mailings, err := collect(tx.rows(ctx, `UPDATE runs SET state = CASE WHEN `+over+` THEN 'done' ELSE 'expired' END,
			finished_at = $1 WHERE state IN ('building', 'sending') AND (deadline <= $1 OR `+over+`) RETURNING mailing_id`,
			now.UnixMilli()), scanID)
		if err != nil {
			return err
		}
		n = len(mailings)
		for _, id := range mailings {
			if err := complete(ctx, tx, id); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// deliveryChunk is how many deliveries one transaction closes, so that other writers get their turn.
const deliveryChunk = 2000

// CloseLeftovers gives waiting deliveries of finished runs their final state, a chunk of each run at a time. It reports
// whether there may be more.
func (s *Store) CloseLeftovers(ctx context.Context) (more bool, err error) {
	runs, err := collect(s.read.rows(ctx, `SELECT id FROM runs WHERE state IN ('expired', 'cancelled')
		AND recipients > sent + failed + expired + cancelled + unknown ORDER BY id`), scanID)
	if err != nil {
		return false, err
	}
	for _, id := range runs {
		err := s.tx(ctx, func(tx transaction) error {
			closed, err := s.closeRun(ctx, tx, id)
			more = more || closed == deliveryChunk
			return err
		})
		if err != nil {
			return false, err
		}
	}
	return more, nil
}

// closeRun closes a chunk of a run. A letter that may have arrived cannot be called expired.
func (s *Store) closeRun(ctx context.Context, tx transaction, runID int64) (int, error) {
	r, err := scanRun(tx.row(ctx, `SELECT `+runColumns+` FROM runs WHERE id = $1`, runID))
	if err != nil {
		return 0, err
	}
	rows := tx.rows(ctx, `UPDATE deliveries SET state = CASE WHEN uncertain > 0 THEN 'unknown' ELSE $1 END
		WHERE id IN (SELECT id FROM deliveries WHERE run_id = $2 AND state = 'waiting' LIMIT $3) RETURNING state`,
		r.State, r.ID, deliveryChunk)
	states, err := collect(rows, func(row scanner) (state domain.DeliveryState, err error) { return state, row.Scan(&state) })
	if err != nil || len(states) == 0 {
		return 0, err
	}
	delta := counts{retrying: -int64(r.Counts.Retrying)} // a finished run retries nothing
	for _, state := range states {
		delta.count(state)
	}
	return len(states), s.add(ctx, tx, delta, r.ID)
}

// counts are changes of a run's counters.
type counts struct{ retrying, sent, failed, expired, cancelled, unknown int64 }

// add changes the counters of a run.
func (s *Store) add(ctx context.Context, tx transaction, c counts, runID int64) error {
	_, err := tx.stmt(ctx, s.statements.count).exec(ctx, c.retrying, c.sent, c.failed, c.expired, c.cancelled,
		c.unknown, runID)
	return err
}

// count adds one delivery that has reached a final state.
func (c *counts) count(state domain.DeliveryState) {
	switch state {
	case domain.DeliverySent:
		c.sent++
	case domain.DeliveryFailed:
		c.failed++
	case domain.DeliveryExpired:
		c.expired++
	case domain.DeliveryCancelled:
		c.cancelled++
	case domain.DeliveryUnknown:
		c.unknown++
	}
}

// finish ends a run that has nobody left to send to, and completes its mailing if no occurrence can follow.
func (s *Store) finish(ctx context.Context, tx transaction, runID int64, now time.Time) (done bool, err error) {
	mailings, err := collect(tx.stmt(ctx, s.statements.finish).rows(ctx, now.UnixMilli(), runID), scanID)
	if err != nil || len(mailings) == 0 {
		return false, err
	}
	return true, complete(ctx, tx, mailings[0])
}

// complete marks a mailing completed when no occurrence follows and no run is active.
func complete(ctx context.Context, tx transaction, mailingID int64) error {
	_, err := tx.exec(ctx, `UPDATE mailings SET status = 'completed' WHERE id = $1 AND next_at IS NULL
		AND NOT EXISTS (SELECT 1 FROM runs WHERE mailing_id = $1 AND state IN ('building', 'sending'))`, mailingID)
	return err
}

// cancelClient removes a client from the runs in progress.
func (s *Store) cancelClient(ctx context.Context, tx transaction, clientID int64) error {
	rows := tx.rows(ctx, `UPDATE deliveries SET state = 'cancelled'
		WHERE client_id = $1 AND (state = 'waiting' OR state = 'claimed' AND on_wire = FALSE) RETURNING run_id, tries`, clientID)
	type cancelled struct{ run, tries int64 }
	all, err := collect(rows, func(row scanner) (c cancelled, err error) { return c, row.Scan(&c.run, &c.tries) })
	if err != nil {
		return err
	}
	for _, c := range all {
		delta := counts{cancelled: 1}
		if c.tries > 0 {
			delta.retrying = -1
		}
		if err := s.add(ctx, tx, delta, c.run); err != nil {
			return err
		}
	}
	return nil
}
