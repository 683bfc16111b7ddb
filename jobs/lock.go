package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gofrs/flock"

	"postrider/store"
)

// Lock is the right to send the letters of one database. The operating system releases it when the process ends,
// however that happens.
type Lock struct {
	beside *flock.Flock
	store  *store.Store
}

// TryLock takes the lock of a database; ok is false while another process has it. It consists of two locks: one of a
// file next to the database, which works on every system and is what earlier versions take; and, where supported, one
// of the database itself, which works whatever path leads there and even if the file next to it is deleted. SQLite's
// own locks do not help, because they come and go with transactions. A sender that gets past both is stopped by the
// epoch: see store.TakeOver.
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

// Release releases the lock.
func (l Lock) Release() error { return errors.Join(l.store.UnlockSender(), l.beside.Unlock()) }

// replacedPause is how long a replaced sender waits before it asks for the lock again. If the locks fail, two senders
// would otherwise keep taking the letters from each other.
const replacedPause = time.Minute

// RunLocked waits for the lock of the database, then calls Run. While another process sends, it asks at every tick. If
// another one takes over despite the lock, it stops and logs that.
func (s *Sender) RunLocked(ctx context.Context) error {
	for told := false; ctx.Err() == nil; {
		if s.Store.Look() != nil { // nothing can be locked or sent
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

// wait returns after d, or when ctx is done.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
