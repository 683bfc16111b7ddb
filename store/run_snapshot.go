package store

import (
	"context"
	"errors"
	"time"

	"postrider/domain"
)

// snapshotChunk is how many recipients one transaction copies, so that other writers get their turn.
const snapshotChunk = 2000

// The next clients of a run, for each audience.
var nextClients = map[domain.Audience]query{
	domain.AudienceAll: `SELECT clients.id FROM runs JOIN clients ON clients.team_id = runs.team_id
		AND clients.id > runs.cursor AND clients.undeliverable_at IS NULL WHERE runs.id = ? ORDER BY clients.id LIMIT ?`,
	domain.AudienceClients: `SELECT picked.client_id FROM runs JOIN mailing_clients AS picked
		ON picked.mailing_id = runs.mailing_id AND picked.client_id > runs.cursor
		JOIN clients ON clients.id = picked.client_id AND clients.undeliverable_at IS NULL
		WHERE runs.id = ? ORDER BY picked.client_id LIMIT ?`,
}

// SnapshotRecipients copies the recipients of runs that are being built, a chunk of each. It reports whether there are
// more. A run that fails does not hold up the others.
func (s *Store) SnapshotRecipients(ctx context.Context, now time.Time) (more bool, err error) {
	building, err := collect(s.read.rows(ctx, `SELECT id FROM runs WHERE state = 'building' ORDER BY id`), scanID)
	if err != nil {
		return false, err
	}
	for _, id := range building {
		full := false
		failed := s.tx(ctx, func(tx transaction) (err error) {
			full, err = s.snapshotRun(ctx, tx, id, now)
			return err
		})
		switch {
		case failed == nil:
			more = more || full
		case errors.Is(failed, domain.ErrNotFound): // just cancelled
		case errors.Is(failed, ErrUnavailable) || ctx.Err() != nil:
			return false, failed
		default:
			err = errors.Join(err, failed)
		}
	}
	return more, err
}

func (s *Store) snapshotRun(ctx context.Context, tx transaction, runID int64, now time.Time) (full bool, err error) {
	var audience domain.Audience
	err = tx.row(ctx, `SELECT audience FROM runs WHERE id = $1 AND state = 'building'`, runID).Scan(&audience)
	if err != nil {
		return false, mapError(err)
	}
	next := fragment{text: nextClients[audience], args: []any{runID, snapshotChunk}}
	chunk := fragment{text: `SELECT count(*), coalesce(max(id), 0) FROM clients WHERE id IN (`}
	chunk.addFragment(next)
	chunk.add(`)`)
	var picked, last int64
	if err := tx.row(ctx, chunk.numbered(), chunk.args...).Scan(&picked, &last); err != nil {
		return false, err
	}
	insert := fragment{text: `INSERT INTO deliveries (run_id, client_id, email, email_key, name, state, next_at)
		SELECT CAST(? AS BIGINT), id, envelope, email_key, full_name, 'waiting', CAST(? AS BIGINT) FROM clients WHERE id IN (`,
		args: []any{runID, now.UnixMilli()}}
	insert.addFragment(next)
	insert.add(`) ORDER BY id ON CONFLICT (run_id, email_key) DO NOTHING`)
	added, err := affected(tx.exec(ctx, insert.numbered(), insert.args...))
	if err != nil {
		return false, err
	}
	full = picked == snapshotChunk
	_, err = tx.exec(ctx, `UPDATE runs SET recipients = recipients + $1, cursor = CASE WHEN $2 > cursor THEN $2 ELSE cursor END,
		state = CASE WHEN $3 THEN state ELSE 'sending' END WHERE id = $4`, added, last, full, runID)
	if err != nil || full {
		return full, err
	}
	_, err = s.finish(ctx, tx, runID, now) // the audience may be empty by now
	return false, err
}
