package store

import (
	"context"
	"crypto/rand"
	"database/sql"
)

// probeBytes is how much a look writes: about what a short message takes, so that a disk on which nothing can be saved is
// found out. It replaces what the last look wrote, so the file does not grow.
const probeBytes = 16 << 10

// Ready returns nil when the file can be read and written. It writes something new each time: SQLite leaves a page alone
// that stays the same, also on a full disk. The error is that of ctx when the writer was not free in time.
func (s *Store) Ready(ctx context.Context) error {
	fresh := make([]byte, probeBytes)
	_, _ = rand.Read(fresh) // never fails
	return s.txNow(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO settings (name, value) VALUES ('probe', $1)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value`, fresh)
		return err
	})
}
