package store

import (
	"context"
	"errors"
	"os"
	"time"
)

// patience is how long a statement waits for another process that writes, in milliseconds.
const patience = `busy_timeout(10000)`

// Journal is the write-ahead log, as it stands beside the file: what was committed last is there until it is brought into
// the file, and stays there afterwards until it is overwritten or truncated.
type Journal struct {
	Size int64     // bytes; 0 where there is none
	At   time.Time // when it was written last
}

// Journal tells how the write-ahead log is.
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

// TruncateJournal brings everything into the file and empties the write-ahead log. It does not wait: it reports false when
// somebody still reads from the log or writes to it.
func (s *Store) TruncateJournal(ctx context.Context) (done bool, err error) {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return false, translate(err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	ctx = context.WithoutCancel(ctx) // the connection must get its patience back
	if _, err := conn.ExecContext(ctx, `PRAGMA busy_timeout(0)`); err != nil {
		return false, translate(err)
	}
	var busy, pages, moved int
	err = conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved)
	_, restored := conn.ExecContext(ctx, `PRAGMA `+patience)
	return busy == 0, translate(errors.Join(err, restored))
}
