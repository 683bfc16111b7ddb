package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"postrider/domain"
)

// patience is how long a statement waits for another process to finish writing, in milliseconds.
const patience = `busy_timeout(10000)`

// Journal is the state of the write-ahead log next to the file. Recent commits are there until a checkpoint copies them
// to the file, and stay there afterwards until overwritten or truncated.
type Journal struct {
	Size int64     // bytes; 0 if there is none
	At   time.Time // last write
}

// Journal returns the state of the write-ahead log.
func (s *Store) Journal() (Journal, error) {
	info, err := os.Stat(s.file.path + "-wal")
	if errors.Is(err, os.ErrNotExist) {
		return Journal{}, nil
	}
	if err != nil {
		return Journal{}, err
	}
	return Journal{Size: info.Size(), At: info.ModTime()}, nil
}

// TruncateJournal copies everything into the file and empties the write-ahead log. It does not wait: it returns false
// when someone is still reading or writing the log.
func (s *Store) TruncateJournal(ctx context.Context) (done bool, err error) {
	conn, err := s.write.raw.Conn(ctx)
	if err != nil {
		return false, mapError(err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	ctx = context.WithoutCancel(ctx) // the connection's busy_timeout must be restored
	if _, err := conn.ExecContext(ctx, `PRAGMA busy_timeout(0)`); err != nil {
		return false, mapError(err)
	}
	var busy, pages, moved int
	err = conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved)
	_, restored := conn.ExecContext(ctx, `PRAGMA `+patience)
	return busy == 0, mapError(errors.Join(err, restored))
}

// addFunctions adds the SQL functions used here to SQLite, for every connection opened later.
var addFunctions = sync.OnceValue(func() error {
	return errors.Join(sqlite.RegisterDeterministicScalarFunction("strpos", 2, strpos),
		sqlite.RegisterDeterministicScalarFunction("casefold", 1, casefold))
})

// casefold is domain.Fold. PostgreSQL has a function of that name since version 18.
func casefold(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	text, _ := args[0].(string)
	return domain.Fold(text), nil
}

// strpos is the position of the second text in the first, 0 if it does not occur. It counts bytes from 1; callers only
// compare it with 0.
func strpos(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	text, _ := args[0].(string)
	part, _ := args[1].(string)
	return int64(strings.Index(text, part) + 1), nil
}

// Open opens the file, creating it with mode 0600 if needed, and brings its schema up to date. Nothing later creates
// it, so that a database that disappears is noticed. ErrLinked means that the file has several names.
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
	s := &Store{write: database{write}, read: database{read}, lists: database{lists}, turn: make(chan struct{}, 1), hashing: newHashing(), file: f}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), s.Close())
	}
	if err := s.prepareStatements(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), s.Close())
	}
	f.opened()
	_, _ = s.TruncateJournal(ctx) // what a crash left behind; if it fails now, it is retried when the service is idle
	return s, nil
}

// How many connections read at once. A list may hold one for as long as its reader has time (domain.PageTime).
const (
	readConns = 8
	listConns = 3 * domain.RequestsPerTeam
)

func openReaders(path string, most int) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn(path, true))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	return db, nil
}

// dsn includes the pragmas, because they belong to a connection and not to the file. Without the immediate lock, a
// transaction that reads and then writes fails with SQLITE_BUSY whatever the timeout.
func dsn(path string, readOnly bool) string {
	q := url.Values{"_pragma": {
		patience, "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "journal_size_limit(67108864)",
		"cache_size(-4000)", "temp_store(MEMORY)", "secure_delete(ON)",
	}}
	q.Set("mode", "rw") // never create a file
	if readOnly {
		q.Add("_pragma", "query_only(1)")
	} else {
		q.Set("_txlock", "immediate")
	}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: q.Encode()}).String()
}

// SQLiteVersion is the version of the SQLite library.
func SQLiteVersion(ctx context.Context) (v string, err error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return "", err
	}
	err = db.QueryRowContext(ctx, `SELECT sqlite_version()`).Scan(&v)
	return v, errors.Join(err, db.Close())
}

func mapError(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return domain.ErrNotFound
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff { // the low byte is the primary code
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY,
		sqlite3.SQLITE_CANTOPEN:
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

func isUnique(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) &&
		(e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}
