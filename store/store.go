// Package store owns the SQLite file: every line of SQL of the program stands here, one file a table family.
//
// A public method owns its transaction; a private helper takes it. Times are kept as milliseconds since the epoch, UTC.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"sync/atomic"

	"postrider/domain"
)

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

	write     *sql.DB       // one connection: SQLite has one writer
	read      *sql.DB       // what is found by its key
	lists     *sql.DB       // what is searched and counted: however slow that is, the connections of read stay free
	turn      chan struct{} // holds who may ask for the writer next; see tx
	hot       hot
	hashing   *hashing
	file      *file
	made      bool
	gone      atomic.Pointer[error]
	adminSeen atomic.Bool // there is an admin
}

// Open opens the file, making it with mode 0600 where there is none, and brings its schema up to date. Nothing later makes
// one: a database that disappears stays away. ErrLinked says that the file has several names.
func Open(ctx context.Context, path string) (*Store, error) {
	if err := addFunctions(); err != nil {
		return nil, err
	}
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	write, err := sql.Open("sqlite", dsn(f.path, false))
	if err != nil {
		return nil, errors.Join(err, f.held.Close())
	}
	write.SetMaxOpenConns(1)
	read, err := openReaders(f.path, readConns)
	if err != nil {
		return nil, errors.Join(err, write.Close(), f.held.Close())
	}
	lists, err := openReaders(f.path, listConns)
	if err != nil {
		return nil, errors.Join(err, read.Close(), write.Close(), f.held.Close())
	}
	s := &Store{write: write, read: read, lists: lists, turn: make(chan struct{}, 1), hashing: newHashing(), file: f}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), s.Close())
	}
	if err := s.prepareHot(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), s.Close())
	}
	f.opened()
	_, _ = s.TruncateJournal(ctx) // what a crash has left; if that fails now, it works when the service is idle
	return s, nil
}

// How many connections read at once. A list may keep its own for as long as its reader has time (domain.PageTime).
const (
	readConns = 8
	listConns = 3 * domain.RequestsPerTeam
)

// Close closes the file. Everything committed is in it, and nothing that was deleted, if that can be wiped soon enough: the
// write-ahead log goes with the last process.
func (s *Store) Close() error {
	if s.file.shut.Swap(true) {
		return nil // it has been closed
	}
	ctx, cancel := context.WithTimeout(context.Background(), closingWipe)
	defer cancel()
	_, _ = s.WipeResidue(ctx)                                                                 // or at the next start
	return errors.Join(s.lists.Close(), s.read.Close(), s.write.Close(), s.file.held.Close()) // in this order: see file
}

// tx runs do in one transaction, which it commits when do returns nil. Those who call it take turns, so that at most one
// of them stands in the way of the sender, however many write at once.
func (s *Store) tx(ctx context.Context, do func(*sql.Tx) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
		return s.txNow(ctx, do)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// txNow is tx for the sender, which waits for no turn. What SQLite says is translated here, and nowhere else.
func (s *Store) txNow(ctx context.Context, do func(*sql.Tx) error) error {
	if err := s.present(); err != nil {
		return err
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return translate(err)
	}
	if err := do(tx); err != nil {
		_ = tx.Rollback() // the first error says more
		return translate(err)
	}
	return translate(tx.Commit())
}

// Key returns the 32 secret bytes of that name, which are made when they are first asked for.
func (s *Store) Key(ctx context.Context, name string) ([]byte, error) {
	var key []byte
	err := s.tx(ctx, func(tx *sql.Tx) (err error) {
		key, err = secretKey(ctx, tx, name)
		return err
	})
	return key, err
}

func secretKey(ctx context.Context, tx *sql.Tx, name string) (key []byte, err error) {
	fresh := make([]byte, 32)
	_, _ = rand.Read(fresh) // never fails
	err = tx.QueryRowContext(ctx, `INSERT INTO settings (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = settings.value RETURNING value`, "key:"+name, fresh).Scan(&key)
	return key, err
}

// NewToken returns 32 random bytes as text that fits into a path.
func NewToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}
