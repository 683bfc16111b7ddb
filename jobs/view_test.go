package jobs_test

import (
	"bytes"
	"context"
	"database/sql"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"postrider/jobs"
	"postrider/store/storetest"
)

func TestViews(t *testing.T) {
	file := filepath.Join(t.TempDir(), "postrider.db")
	s := storetest.OpenAt(t, file)
	p := storetest.Post(t, s, "Post 1", time.Now())
	var log bytes.Buffer
	v := &jobs.Views{Store: s, Log: slog.New(slog.NewTextHandler(&log, nil))}
	want := func(t *testing.T, views int64) {
		t.Helper()
		if got, err := s.Post(t.Context(), p.ID); err != nil || got.Views != views {
			t.Errorf("%d views, want %d; %v", got.Views, views, err)
		}
	}
	read := func(times int) {
		var readers sync.WaitGroup
		for range times {
			readers.Go(func() { v.Count(p.ID) })
		}
		readers.Wait()
	}
	t.Run("are in the database after a tick, each once", func(t *testing.T) {
		read(1000)
		want(t, 0)
		v.Tick(t.Context())
		want(t, 1000)
		v.Tick(t.Context())
		want(t, 1000)
	})
	t.Run("stay in memory while the database cannot be written, and the log says so once", func(t *testing.T) {
		db, err := sql.Open("sqlite", file)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		block := func(text string) {
			if _, err := db.ExecContext(t.Context(), text); err != nil {
				t.Fatal(err)
			}
		}
		block(`CREATE TRIGGER full BEFORE INSERT ON post_views BEGIN SELECT RAISE(ABORT, 'no room'); END`)
		read(3)
		v.Tick(t.Context())
		read(2)
		v.Tick(t.Context())
		want(t, 1000)
		if n := strings.Count(log.String(), "no room"); n != 1 {
			t.Errorf("the log says it %d times: %s", n, log.String())
		}
		block(`DROP TRIGGER full`)
		v.Tick(t.Context())
		want(t, 1005)
	})
	t.Run("are written without a tick, and the last ones when it stops", func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { v.Run(ctx) })
		read(1)
		ticker := time.NewTicker(10 * time.Millisecond)
		defer ticker.Stop()
		for got := int64(0); got != 1006; <-ticker.C {
			now, err := s.Post(t.Context(), p.ID)
			if err != nil {
				t.Fatal(err)
			}
			got = now.Views
		}
		read(7)
		stop()
		running.Wait()
		want(t, 1013)
	})
}
