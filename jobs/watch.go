package jobs

import (
	"context"
	"log/slog"
	"time"

	"postrider/store"
)

// Watch checks on the database file. If someone deletes, moves or replaces it while the service runs, it logs once what
// that means and what to do; pages say it too.
type Watch struct {
	Store *store.Store
	Every time.Duration
	Log   *slog.Logger
}

// Run checks until ctx is done.
func (w Watch) Run(ctx context.Context) {
	for gone := false; ctx.Err() == nil; wait(ctx, w.Every) {
		err := w.Store.Look()
		switch {
		case err != nil && !gone:
			w.Log.Error("the database is gone: nothing is sent or saved, and every page says so. Put the very file back, or stop the service, "+
				"put the database that you want in its place, without -wal and -shm files of another one, and start it again",
				"database", w.Store.Path(), "err", err)
		case err == nil && gone:
			w.Log.Info("the database is back", "database", w.Store.Path())
		}
		gone = err != nil
	}
}
