package cli

import (
	"context"
	"database/sql"
	"io"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"postrider/store"
	"postrider/store/storetest"
)

// A thousand simultaneous readers are counted a thousand times, even if the program is stopped at once and restarted.
func TestViewsCountExactly(t *testing.T) {
	file := filepath.Join(t.TempDir(), "p.db")
	s, err := store.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	p := storetest.Post(t, s, "Read by many", time.Now().Add(-time.Hour))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int64{1000, 2000} {
		address, _, stop := started(t, nil, "--db", file, "--addr", "127.0.0.1:0")
		readAtOnce(t, "http://"+address+"/blog/read-by-many", 1000)
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		wantViews(t, file, p.ID, want)
	}
	t.Run("while another process holds the database, pages come and views are kept", func(t *testing.T) {
		address, _, stop := started(t, nil, "--db", file, "--addr", "127.0.0.1:0")
		release := holdDatabase(t, file)
		readAtOnce(t, "http://"+address+"/blog/read-by-many", 100)
		release()
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		wantViews(t, file, p.ID, 2100)
	})
}

// holdDatabase blocks all writes until it is released.
func holdDatabase(t *testing.T, file string) (release func()) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), `PRAGMA busy_timeout = 10000; BEGIN IMMEDIATE`); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// readAtOnce reads a page that many times, each time as a new reader, over 50 connections.
func readAtOnce(t *testing.T, url string, times int) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 50, MaxIdleConnsPerHost: 50}}
	defer client.CloseIdleConnections()
	var readers sync.WaitGroup
	for range times {
		readers.Go(func() {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
			if err != nil {
				t.Error(err)
				return
			}
			r.Header.Set("User-Agent", "Mozilla/5.0 Firefox/145.0")
			res, err := client.Do(r)
			if err != nil {
				t.Error(err)
				return
			}
			defer res.Body.Close()
			if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
				t.Errorf("status %d, %v", res.StatusCode, err)
			}
		})
	}
	readers.Wait()
}

func wantViews(t *testing.T, file string, post, want int64) {
	t.Helper()
	s, err := store.Open(context.Background(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p, err := s.Post(context.Background(), post)
	if err != nil {
		t.Fatal(err)
	}
	if p.Views != want {
		t.Errorf("%d views, want %d", p.Views, want)
	}
}
