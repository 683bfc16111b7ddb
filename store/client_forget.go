package store

import (
	"context"
	"time"
)

// forgetChunk is how many letters one transaction anonymizes, so that other writers get their turn.
const forgetChunk = 500

// orphans are the first $2 letters in a final state whose client was deleted at or before $1.
const orphans = `SELECT id FROM deliveries WHERE orphaned_at <= $1 AND state <> 'waiting' AND state <> 'claimed'
	ORDER BY orphaned_at, id LIMIT $2`

// orphan records when the client of letters was deleted.
func orphan(ctx context.Context, tx transaction, clientID int64, now time.Time) error {
	_, err := tx.exec(ctx, `UPDATE deliveries SET orphaned_at = $1 WHERE client_id = $2`, now.UnixMilli(), clientID)
	return err
}

// Forget anonymizes a chunk of the letters to clients deleted at or before until. It removes address and name, and the
// relay's words from their attempts, which may contain both. Run, state, times and codes stay, so that counts and log
// stay right. It reports whether there may be more.
func (s *Store) Forget(ctx context.Context, until time.Time) (more bool, err error) {
	var due bool
	err = s.read.row(ctx, `SELECT EXISTS (SELECT 1 FROM deliveries WHERE orphaned_at <= $1)`, until.UnixMilli()).Scan(&due)
	if err != nil || !due {
		return false, mapError(err)
	}
	err = s.tx(ctx, func(tx transaction) error {
		_, err := tx.exec(ctx, `UPDATE attempts SET reply = '' WHERE delivery_id IN (`+orphans+`)`,
			until.UnixMilli(), forgetChunk)
		if err != nil {
			return err
		}
		res, err := tx.exec(ctx, `UPDATE deliveries SET email = '', email_key = 'deleted:' || CAST(id AS TEXT), name = '', orphaned_at = NULL
			WHERE id IN (`+orphans+`)`, until.UnixMilli(), forgetChunk)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		more = n == forgetChunk
		return err
	})
	return more, err
}
