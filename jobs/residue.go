package jobs

import (
	"context"
	"log/slog"
	"time"

	"postrider/store"
)

// residueEvery is how often the write-ahead log is looked at.
const residueEvery = 2 * time.Second

// After how many looks the log is truncated even though somebody writes, and after how many what was deleted is wiped again.
const (
	truncateAfter = 30  // a minute
	wipeAfter     = 300 // ten minutes
)

// Residue takes care that what was deleted is gone from the disk too: from the write-ahead log, which keeps what was
// committed until something else is written over it, and from the file. It does so when nothing has been committed since it
// last looked, and the log's part once a minute anyway.
type Residue struct {
	Store *store.Store
	Log   *slog.Logger

	seen      store.Journal // when it last looked
	untouched int           // looks since the log was empty
	unwiped   int           // looks until wiping again
	failing   bool          // the log knows
}

// Run looks every two seconds, until ctx is done.
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

// Tick looks once. What cannot be done is tried again at the next look.
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
