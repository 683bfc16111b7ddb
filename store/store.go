// Package store owns the SQLite file: every line of SQL of the program stands here, one file a table family.
//
// A public method owns its transaction; a private helper takes it. Times are kept as milliseconds since the epoch, UTC.
package store

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"sync/atomic"

	"postrider/domain"
)

// probeBytes is how much a look writes: about what a short message takes, so that a disk on which nothing can be saved is
// found out. It replaces what the last look wrote, so the file does not grow.
const probeBytes = 16 << 10

// Ready returns nil when the file can be read and written. It writes something new each time: SQLite leaves a page alone
// that stays the same, also on a full disk. The error is that of ctx when the writer was not free in time.
func (s *Store) Ready(ctx context.Context) error {
	fresh := make([]byte, probeBytes)
	_, _ = rand.Read(fresh) // never fails
	return s.txNow(ctx, func(tx transaction) error {
		_, err := tx.exec(ctx, `INSERT INTO settings (name, value) VALUES ('probe', $1)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value`, fresh)
		return err
	})
}

// ErrUnavailable says that the database cannot be written now: it is locked, full, or the disk has failed.
var ErrUnavailable = errors.New("the database cannot be written")

// ErrNewer says that a newer version of the program has migrated the file.
var ErrNewer = errors.New("the database was made by a newer version of Postrider: use that version, or a backup")

// Store is one database file. It is safe for concurrent use.
type Store struct {
	// FirstIsAdmin says that whoever first confirms an address becomes the admin: where nobody but the people at this machine
	// can come. It is set before the store is used.
	FirstIsAdmin bool

	// NewTeam are the limits with which a stranger's team begins, and that of somebody who leaves one. Whoever serves
	// strangers sets them before the first request; there are none otherwise.
	NewTeam domain.Quota

	// HashCost is what hashing a password costs; zero is what OWASP asks for. Tests whose subject is something else set less, before
	// the store is used.
	HashCost HashCost

	write      database      // one connection: SQLite has one writer
	read       database      // what is found by its key
	lists      database      // what is searched and counted: however slow that is, the connections of read stay free
	turn       chan struct{} // holds who may ask for the writer next; see tx
	statements statements
	hashing    *hashing
	file       *file
	made       bool
	gone       atomic.Pointer[error]
	adminSeen  atomic.Bool // there is an admin
}

// Close closes the file. Everything committed is in it, and nothing that was deleted, if that can be wiped soon enough: the
// write-ahead log goes with the last process.
func (s *Store) Close() error {
	if s.file.shut.Swap(true) {
		return nil // it has been closed
	}
	ctx, cancel := context.WithTimeout(context.Background(), closingWipe)
	defer cancel()
	_, _ = s.WipeResidue(ctx)                                                                             // or at the next start
	return errors.Join(s.lists.raw.Close(), s.read.raw.Close(), s.write.raw.Close(), s.file.held.Close()) // in this order: see file
}

// tx runs do in one transaction, which it commits when do returns nil. Those who call it take turns, so that at most one
// of them stands in the way of the sender, however many write at once.
func (s *Store) tx(ctx context.Context, do func(transaction) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
		return s.txNow(ctx, do)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// txNow is tx for the sender, which waits for no turn. What the database says is mapped here to the errors of this package.
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

// unwatched is a context that cannot end, for statements that are short and many: for any other the driver starts a
// goroutine a statement that watches it.
func unwatched(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }

// Key returns the 32 secret bytes of that name, which are made when they are first asked for.
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

// NewToken returns 32 random bytes as text that fits into a path.
func NewToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}
