package jobs

import (
	"context"
	"errors"
	"runtime"
	"time"

	"postrider/store"
)

// commit is what a worker wants recorded: the result of its last letter, and the letter it wants to send next.
type commit struct {
	done    *store.Done
	next    *store.Claimed
	cleared chan<- bool // whether next may be sent
}

// commitNow records a worker's last result, marks its next letter as on the wire, and waits until that is done. It
// reports whether the next letter may be sent.
func (s *Sender) commitNow(done *store.Done, next *store.Claimed) bool {
	if done == nil && next == nil {
		return false
	}
	cleared := make(chan bool, 1)
	s.commits <- commit{done, next, cleared}
	return <-cleared
}

// outlive is a context that continues after the order to stop, but for no longer than stopWithin: a full disk must not
// keep the program from ending.
func outlive(stop context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(stop))
	unhook := context.AfterFunc(stop, func() { time.AfterFunc(stopWithin, cancel) })
	return ctx, func() { unhook(); cancel() }
}

// record commits in groups: each transaction takes everything that arrived during the last one, so a worker waits for
// the disk and never for a timer. It outlives the order to stop.
func (s *Sender) record(stop context.Context) {
	ctx, cancel := outlive(stop)
	defer cancel()
	for first := range s.commits {
		group := batch(first, s.commits)
		s.commitGroup(ctx, group)
	}
}

// How long to wait before a failed commit is retried, doubling from the first to the last, and how long to retry once
// the program is stopping. Letters given up then are sent again after the next start, as uncertain.
const (
	firstCommitRetry = 100 * time.Millisecond
	lastCommitRetry  = 5 * time.Second
	stopWithin       = 35 * time.Second
)

// commitGroup returns only when the group is in the database: without its outcome, a letter would be sent again. While
// it retries, no worker begins another letter.
func (s *Sender) commitGroup(ctx context.Context, group []commit) {
	var done []store.Done
	var next []store.Claimed
	for _, c := range group {
		if c.done != nil {
			done = append(done, *c.done)
		}
		if c.next != nil {
			next = append(next, *c.next)
		}
	}
	var cleared map[int64]bool
	s.retryCommit(ctx, len(done), func() error {
		ids, ended, err := s.Store.Commit(ctx, done, next, s.Now())
		if err != nil {
			return err
		}
		if cleared = ids; ended {
			s.Wake() // what follows a run need not wait for the tick
		}
		return nil
	})
	for _, c := range group {
		c.cleared <- c.next != nil && cleared[c.next.ID]
	}
}

// retryCommit retries write until it succeeds or ctx is done.
func (s *Sender) retryCommit(ctx context.Context, count int, write func() error) {
	for retry := firstCommitRetry; ; retry = min(2*retry, lastCommitRetry) {
		err := write()
		if err == nil || ctx.Err() != nil {
			return
		}
		if errors.Is(err, store.ErrReplaced) {
			s.Log.Warn("results came after another process has taken over; it sends these letters again, as uncertain", "count", count)
			s.stop(err)
			return
		}
		gone := errors.Is(err, store.ErrGone) // Watch logs it
		if !gone {
			s.Log.Error("results cannot be written down; nothing is sent until they are", "count", count, "err", err)
		}
		select {
		case <-s.endIf(gone): // there is nothing to wait for
			return
		case <-time.After(retry):
		case <-ctx.Done():
		}
	}
}

// endIf is a channel that closes when Run is to end, if so; otherwise it never closes.
func (s *Sender) endIf(so bool) <-chan struct{} {
	if !so {
		return nil
	}
	return s.stopped
}

// batch takes everything that has arrived along with first. It first yields to workers that are about to send more,
// because a commit costs about the same however many share it.
func batch[T any](first T, in <-chan T) []T {
	runtime.Gosched()
	all := append(make([]T, 0, cap(in)), first)
	for len(all) < cap(in) {
		select {
		case v, ok := <-in:
			if !ok {
				return all
			}
			all = append(all, v)
		default:
			return all
		}
	}
	return all
}
