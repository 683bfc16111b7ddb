package jobs

import (
	"context"
	"errors"
	"runtime"
	"time"

	"postrider/store"
)

// commit is what one worker wants written down: what became of its last letter, and which one it would send next.
type commit struct {
	done    *store.Done
	next    *store.Claimed
	cleared chan<- bool // whether next may be sent
}

// commitNow has a worker's last result written down and its next letter marked as on the wire, and waits for it. It
// reports whether the next one may be sent.
func (s *Sender) commitNow(done *store.Done, next *store.Claimed) bool {
	if done == nil && next == nil {
		return false
	}
	cleared := make(chan bool, 1)
	s.commits <- commit{done, next, cleared}
	return <-cleared
}

// outlive is a context that goes on after the order to stop, but not by more than stopWithin: a disk that stays full must
// not keep the program.
func outlive(stop context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(stop))
	unhook := context.AfterFunc(stop, func() { time.AfterFunc(stopWithin, cancel) })
	return ctx, func() { unhook(); cancel() }
}

// record commits in groups: each transaction takes all that has come in while the last one was written, so a worker
// waits for the disk and never for a timer. It outlives the order to stop.
func (s *Sender) record(stop context.Context) {
	ctx, cancel := outlive(stop)
	defer cancel()
	for first := range s.commits {
		group := batch(first, s.commits)
		s.commitGroup(ctx, group)
	}
}

// How long to wait before a failed commit is tried again, doubling from the first to the last, and how long to try at
// all once the program is to stop. What is given up then goes again at the next start, as uncertain.
const (
	firstCommitRetry = 100 * time.Millisecond
	lastCommitRetry  = 5 * time.Second
	stopWithin       = 35 * time.Second
)

// commitGroup does not return before the group is in the database: an outcome that is not written down is a letter
// that would go again. While it tries, no worker begins another letter.
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
			s.Wake() // what comes after a run need not wait for the tick
		}
		return nil
	})
	for _, c := range group {
		c.cleared <- c.next != nil && cleared[c.next.ID]
	}
}

// retryCommit writes results down, again and again until that works or ctx is done.
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

// endIf is closed when Run is to end, if that is so; otherwise never.
func (s *Sender) endIf(so bool) <-chan struct{} {
	if !so {
		return nil
	}
	return s.stopped
}

// batch takes all that has come in beside first. It lets those run before who are about to send more, because a
// commit costs much the same however many share it.
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
