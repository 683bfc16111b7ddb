package cli

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
)

func TestGroup(t *testing.T) {
	untilTold := func(ctx context.Context) error { <-ctx.Done(); return nil }
	t.Run("stops in reverse order, each job after the next one has ended", func(t *testing.T) {
		var mu sync.Mutex
		var ended []string
		g := newGroup(t.Context())
		for _, name := range []string{"store", "jobs", "web"} {
			g.startJob(func(ctx context.Context) {
				<-ctx.Done()
				mu.Lock()
				defer mu.Unlock()
				ended = append(ended, name)
			})
		}
		if err := g.stop(); err != nil || !slices.Equal(ended, []string{"web", "jobs", "store"}) {
			t.Errorf("ended %v, %v", ended, err)
		}
	})
	t.Run("keeps running when its context ends: only stop stops it", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		g := newGroup(ctx)
		ended := make(chan struct{})
		g.startJob(func(ctx context.Context) { <-ctx.Done(); close(ended) })
		cancel()
		g.wait(ctx)
		select {
		case <-ended:
			t.Error("the job ended with the context")
		default:
		}
		if err := g.stop(); err != nil {
			t.Error(err)
		}
		<-ended
	})
	t.Run("stops waiting when a job fails, and returns the errors of all", func(t *testing.T) {
		first, last := errors.New("no port"), errors.New("no disk")
		g := newGroup(t.Context())
		g.start(func(ctx context.Context) error { <-ctx.Done(); return last })
		g.start(untilTold)
		g.start(func(context.Context) error { return first })
		g.wait(t.Context())
		if err := g.stop(); !errors.Is(err, first) || !errors.Is(err, last) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("halts one job before the others", func(t *testing.T) {
		g := newGroup(t.Context())
		g.start(untilTold)
		ended := make(chan struct{})
		halt := g.start(func(ctx context.Context) error { <-ctx.Done(); close(ended); return nil })
		g.start(untilTold)
		halt()
		<-ended
		if err := g.stop(); err != nil {
			t.Error(err)
		}
	})
	t.Run("stops once", func(t *testing.T) {
		g := newGroup(t.Context())
		g.start(func(context.Context) error { return errors.New("once") })
		first, second := g.stop(), g.stop()
		if first == nil || second != nil {
			t.Errorf("got %v, then %v", first, second)
		}
	})
}
