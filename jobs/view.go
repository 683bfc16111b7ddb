package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"postrider/store"
)

// viewsEvery is how often views are written, all of that interval in one transaction.
const viewsEvery = time.Second

// lastViews is how long writing the last views may take while the program is stopping.
const lastViews = 5 * time.Second

// Views counts views of articles. Counting costs a page nothing: the numbers stay in memory until the job writes them,
// and longer while the database cannot be written.
type Views struct {
	Store *store.Store
	Log   *slog.Logger

	mu      sync.Mutex
	counted map[int64]int64 // not yet written, by post id
	failing bool            // the failure is logged
}

// Count adds one view of a post. It never waits for the database.
func (v *Views) Count(postID int64) {
	v.add(map[int64]int64{postID: 1})
}

func (v *Views) add(more map[int64]int64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.counted == nil {
		v.counted = map[int64]int64{}
	}
	for id, n := range more {
		v.counted[id] += n
	}
}

// Run writes the counts once a second, until ctx is done and the last views are written.
func (v *Views) Run(ctx context.Context) {
	ticker := time.NewTicker(viewsEvery)
	defer ticker.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-ticker.C:
			v.Tick(context.WithoutCancel(ctx))
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastViews)
	defer cancel()
	v.Tick(last)
}

// Tick writes the counts. If that fails, they are kept for the next time.
func (v *Views) Tick(ctx context.Context) {
	v.mu.Lock()
	counted := v.counted
	v.counted = nil
	v.mu.Unlock()
	if len(counted) == 0 {
		return
	}
	err := v.Store.AddViews(ctx, counted)
	if err != nil {
		v.add(counted)
	}
	if err != nil && !v.failing {
		v.Log.Error("views cannot be written; they are kept in memory", "posts", len(counted), "err", err)
	}
	v.failing = err != nil
}
