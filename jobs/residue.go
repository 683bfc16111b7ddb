package jobs

import (
	"context"
	"log/slog"
	"time"

	"postrider/store"
)

// residueEvery is how often the write-ahead log is checked.
const residueEvery = 2 * time.Second

// After how many checks the log is truncated even during writes, and after how many deleted data is wiped again.
const (
	truncateAfter = 30  // a minute
	wipeAfter     = 300 // ten minutes
)

// Residue makes sure that deleted data disappears from the disk too: from the write-ahead log, which keeps commits
// until they are overwritten, and from the file. It does so when nothing has been committed since the last check, and
// truncates the log once a minute anyway.
type Residue struct {
	Store *store.Store
	Log   *slog.Logger

	seen      store.Journal // at the last check
	untouched int           // checks since the log was empty
	unwiped   int           // checks until the next wipe
	failing   bool          // the failure is logged
}

// Run checks every two seconds, until ctx is done.
func (r *Residue) Run(ctx context.Context) {
	ticker := time.NewTicker(residueEvery)
	defer ticker.Stop()
	for ctx.Err() == nil {
		r.Tick(ctx)
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// Tick checks once. What fails is tried again at the next check.
func (r *Residue) Tick(ctx context.Context) {
	err := r.look(ctx)
	if err != nil && ctx.Err() == nil && !r.failing {
		r.Log.Error("what was deleted cannot be wiped from the disk; trying again", "err", err)
	}
	r.failing = err != nil
}

func (r *Residue) look(ctx context.Context) error {
	now, err := r.Store.Journal()
	if err != nil {
		return err
	}
	idle := now == r.seen
	r.seen = now
	r.unwiped--
	if idle && r.unwiped <= 0 {
		wiped, err := r.Store.WipeResidue(ctx)
		if err != nil {
			return err
		}
		if wiped {
			r.unwiped = wipeAfter
		}
		if now, err = r.Store.Journal(); err != nil {
			return err
		}
	}
	if now.Size == 0 {
		r.untouched = 0
		return nil
	}
	if r.untouched++; !idle && r.untouched < truncateAfter {
		return nil
	}
	truncated, err := r.Store.TruncateJournal(ctx)
	if err != nil || !truncated {
		return err
	}
	r.untouched = 0
	r.seen, err = r.Store.Journal()
	return err
}
