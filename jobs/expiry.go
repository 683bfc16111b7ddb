package jobs

import (
	"context"
	"log/slog"
	"time"

	"postrider/store"
)

// expiryEvery is how often expired data is deleted. Nothing waits for it.
const expiryEvery = 10 * time.Minute

// Expiry deletes what is kept only for a time: the data that strangers leave behind would fill the disk.
type Expiry struct {
	Store *store.Store
	Log   *slog.Logger
	Now   func() time.Time

	failing bool // the failure is logged
}

// Run deletes what has expired, at once and then every ten minutes, until ctx is done.
func (e *Expiry) Run(ctx context.Context) {
	ticker := time.NewTicker(expiryEvery)
	defer ticker.Stop()
	for ctx.Err() == nil {
		e.Tick(ctx)
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// Tick deletes everything that has expired by now, in chunks.
func (e *Expiry) Tick(ctx context.Context) {
	var err error
	for more := true; more && err == nil && ctx.Err() == nil; {
		more, err = e.Store.Expire(ctx, e.Now())
	}
	if ctx.Err() != nil {
		return
	}
	if err != nil && !e.failing {
		e.Log.Error("what has expired cannot be deleted; trying again later", "err", err)
	}
	e.failing = err != nil
}
