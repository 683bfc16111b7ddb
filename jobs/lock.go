package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gofrs/flock"

	"postrider/store"
)

// Lock is the right to send the letters of one database. The operating system takes it back when the process ends,
// however it ends.
type Lock struct {
	beside *flock.Flock
	store  *store.Store
}

// TryLock takes the lock of a database; ok is false while another process has it. It is two locks: of a file beside the
// database, which every system has and earlier versions ask for, and where the system can of the database itself, whatever
// path leads there and even if somebody deletes the file beside it. SQLite's own locks would not do: they come and go with
// transactions. What gets past both is stopped by the epoch: see store.TakeOver.
func TryLock(db *store.Store) (l Lock, ok bool, err error) {
	f := flock.New(db.Path()+".sender", flock.SetPermissions(0o600))
	if ok, err = f.TryLock(); ok {
		if ok, err = db.LockSender(); !ok {
			err = errors.Join(err, f.Unlock())
		}
	}
	if err != nil {
		return Lock{}, false, fmt.Errorf("lock the sender: %w", err)
	}
	return Lock{f, db}, ok, nil
}

// Release gives the lock back.
func (l Lock) Release() error { return errors.Join(l.store.UnlockSender(), l.beside.Unlock()) }

// replacedPause is how long a sender that was replaced waits before it asks for the lock again. Where the locks fail two
// senders would otherwise take the letters from each other all the time.
const replacedPause = time.Minute

// RunLocked waits for the lock of the database, and then is Run. While another process sends, it asks at every tick. When
// another one takes over in spite of the lock, it stops and says so.
func (s *Sender) RunLocked(ctx context.Context) error {
	for told := false; ctx.Err() == nil; {
		if s.Store.Look() != nil { // nothing beside it can be locked, and nothing can be sent
			wait(ctx, s.Every)
			continue
		}
		lock, ok, err := TryLock(s.Store)
		switch {
		case err != nil:
			return err
		case ok:
			err := errors.Join(s.Run(ctx), lock.Release())
			if errors.Is(err, store.ErrGone) && ctx.Err() == nil {
				continue
			}
			if !errors.Is(err, store.ErrReplaced) {
				return err
			}
			s.Log.Error("another process sends the letters of this database although this one has its lock; this one has stopped sending. "+
				"Stop one of them", "database", s.Store.Path(), "next try in", replacedPause)
			wait(ctx, replacedPause)
			told = false
			continue
		case !told:
			s.Log.Info("another process sends the letters of this database; waiting for it to end", "database", s.Store.Path())
			told = true
		}
		wait(ctx, s.Every)
	}
	return nil
}

// wait returns after a while, or when ctx is done.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
