package store

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postrider/domain"
)

func TestThrottle(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	// wait is how long the next try on the counter has to wait; 0 when it is free.
	wait := func(s *Store, name string, at time.Time) time.Duration {
		t.Helper()
		var many domain.TooMany
		if err := s.try(t.Context(), tries{name: 5}, at); err != nil && !errors.As(err, &many) {
			t.Fatal(err)
		}
		return many.RetryAfter
	}
	t.Run("doubles from a second to fifteen minutes, and stays there", func(t *testing.T) {
		s, at := opened(t), now
		for range 5 {
			if w := wait(s, "x", at); w != 0 {
				t.Fatalf("a free try waits %s", w)
			}
		}
		var got []string
		for range 13 {
			w := wait(s, "x", at)
			got = append(got, w.String())
			at = at.Add(w)
			wait(s, "x", at)
		}
		if want := "1s 2s 4s 8s 16s 32s 1m4s 2m8s 4m16s 8m32s 15m0s 15m0s 15m0s"; strings.Join(got, " ") != want {
			t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
		}
	})
	t.Run("forgets one try every half hour", func(t *testing.T) {
		s := opened(t)
		for day := range 30 * 24 {
			if w := wait(s, "office", now.Add(time.Duration(day)*time.Hour)); w != 0 {
				t.Fatalf("one try an hour waits %s after %d hours", w, day)
			}
		}
		for _, later := range []time.Duration{29 * time.Minute, 31 * time.Minute} {
			for range 5 {
				wait(s, later.String(), now)
			}
			wait(s, later.String(), now.Add(later))
		}
		before, after := wait(s, "29m0s", now.Add(29*time.Minute)), wait(s, "31m0s", now.Add(31*time.Minute))
		if before != 2*time.Second || after != time.Second {
			t.Errorf("waits of %s and %s", before, after)
		}
	})
	t.Run("lets no more through when many try at once", func(t *testing.T) {
		s := opened(t)
		var passed atomic.Int32
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() {
				if s.try(t.Context(), tries{"x": 5}, now) == nil {
					passed.Add(1)
				}
			})
		}
		all.Wait()
		if passed.Load() != 5 {
			t.Errorf("%d passed", passed.Load())
		}
	})
	t.Run("counts letters requested by strangers by network address", func(t *testing.T) {
		s := opened(t)
		for i := range 30 {
			if err := s.TryLetter(t.Context(), "10.0.1.1", now); err != nil {
				t.Fatalf("letter %d: %v", i+1, err)
			}
		}
		var many domain.TooMany
		if err := s.TryLetter(t.Context(), "10.0.1.1", now); !errors.As(err, &many) {
			t.Errorf("one more: %v", err)
		}
		if err := s.TryLetter(t.Context(), "10.0.1.2", now); err != nil {
			t.Errorf("from elsewhere: %v", err)
		}
	})
}
