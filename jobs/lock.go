package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gofrs/flock"
)

// Lock is the right to send the letters of one database. The operating system takes it back when the process ends,
// however it ends.
type Lock struct{ file *flock.Flock }

// TryLock takes the lock of a database file; ok is false while another process has it. The lock is a file beside the
// database, because SQLite's own locks come and go with transactions.
func TryLock(database string) (l Lock, ok bool, err error) {
	f := flock.New(database+".sender", flock.SetPermissions(0o600))
	ok, err = f.TryLock()
	if err != nil {
		return Lock{}, false, fmt.Errorf("lock the sender: %w", err)
	}
	return Lock{f}, ok, nil
}

// Release gives the lock back.
func (l Lock) Release() error { return l.file.Unlock() }

// RunLocked waits for the lock of the database file, and then is Run. While another process sends, it asks at every
// tick.
func (s *Sender) RunLocked(ctx context.Context, database string) error {
	ticker := time.NewTicker(s.Every)
	defer ticker.Stop()
	for told := false; ctx.Err() == nil; {
		lock, ok, err := TryLock(database)
		if err != nil {
			return err
		}
		if ok {
			return errors.Join(s.Run(ctx), lock.Release())
		}
		if !told {
			s.Log.Info("another process sends the letters of this database; waiting for it to end")
			told = true
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
	return nil
}
