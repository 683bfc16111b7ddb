// Package store owns the SQLite file and contains all SQL of the program, one file per table family.
//
// A public method owns its transaction; a private helper takes one. Times are stored as milliseconds since the epoch,
// UTC.
package store

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"sync/atomic"

	"postrider/domain"
)

// probeBytes is how much a readiness check writes: about as much as a short message takes, so that it detects a disk on
// which nothing can be saved. It overwrites what the last check wrote, so the file does not grow.
const probeBytes = 16 << 10

// Ready returns nil when the file can be read and written. It writes something new each time, because SQLite does not
// write a page that stays the same, even on a full disk. The error is that of ctx if the writer was not free in time.
func (s *Store) Ready(ctx context.Context) error {
	fresh := make([]byte, probeBytes)
	_, _ = rand.Read(fresh) // never fails
	return s.txNow(ctx, func(tx transaction) error {
		_, err := tx.exec(ctx, `INSERT INTO settings (name, value) VALUES ('probe', $1)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value`, fresh)
		return err
	})
}

// ErrUnavailable means that the database cannot be written now: it is locked or full, or the disk has failed.
var ErrUnavailable = errors.New("the database cannot be written")

// ErrNewer means that a newer version of the program has migrated the file.
var ErrNewer = errors.New("the database was made by a newer version of Postrider: use that version, or a backup")

// Store is one database file. It is safe for concurrent use.
type Store struct {
	// FirstIsAdmin makes the first user to confirm an address the admin, for installations that only people at this
	// machine can reach. Set it before using the store.
	FirstIsAdmin bool

	// NewTeam are the initial limits of a stranger's team, and of the new team of someone who leaves one. A service
	// open to strangers sets them before the first request; the default is unlimited.
	NewTeam domain.Quota

	// HashCost is the cost of hashing a password; zero means OWASP's recommendation. Tests of other things set it lower
	// before using the store.
	HashCost HashCost

	write      database      // one connection: SQLite has one writer
	read       database      // lookups by key
	lists      database      // searches and counts: however slow they are, the connections of read stay free
	turn       chan struct{} // held by the next user of the writer; see tx
	statements statements
	hashing    *hashing
	file       *file
	made       bool
	gone       atomic.Pointer[error]
	adminSeen  atomic.Bool // there is an admin
}

// Close closes the file. The file then contains everything committed and nothing deleted, as far as wiping succeeds in
// time. The last process to close removes the write-ahead log.
func (s *Store) Close() error {
	if s.file.shut.Swap(true) {
		return nil // already closed
	}
	ctx, cancel := context.WithTimeout(context.Background(), closingWipe)
	defer cancel()
	_, _ = s.WipeResidue(ctx)                                                                             // or at the next start
	return errors.Join(s.lists.raw.Close(), s.read.raw.Close(), s.write.raw.Close(), s.file.held.Close()) // in this order: see file
}

// tx runs do in one transaction, and commits it when do returns nil. Callers take turns, so that at most one of them is
// ahead of the sender, however many write at once.
func (s *Store) tx(ctx context.Context, do func(transaction) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
		return s.txNow(ctx, do)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// txNow is tx for the sender, which does not wait for a turn. It maps database errors to those of this package.
func (s *Store) txNow(ctx context.Context, do func(transaction) error) error {
	if err := s.present(); err != nil {
		return err
	}
	tx, err := s.write.raw.BeginTx(ctx, nil)
	if err != nil {
		return mapError(err)
	}
	if err := do(transaction{tx}); err != nil {
		_ = tx.Rollback() // the first error says more
		return mapError(err)
	}
	return mapError(tx.Commit())
}

// unwatched is a context that cannot end, for short and frequent statements: for any other, the driver starts a
// goroutine per statement to watch it.
func unwatched(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }

// Key returns the 32 secret bytes with that name, creating them on first use.
func (s *Store) Key(ctx context.Context, name string) ([]byte, error) {
	var key []byte
	err := s.tx(ctx, func(tx transaction) (err error) {
		key, err = secretKey(ctx, tx, name)
		return err
	})
	return key, err
}

func secretKey(ctx context.Context, tx transaction, name string) (key []byte, err error) {
	fresh := make([]byte, 32)
	_, _ = rand.Read(fresh) // never fails
	err = tx.row(ctx, `INSERT INTO settings (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = settings.value RETURNING value`, "key:"+name, fresh).Scan(&key)
	return key, err
}

// NewToken returns 32 random bytes as text that is safe in a URL path.
func NewToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}
