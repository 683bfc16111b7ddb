package jobs

import (
	"context"
	"sync"
	"time"
)

// quota is how many letters may go out in a day, by the calendar of UTC. A limit of 0 is none.
type quota struct {
	mu    sync.Mutex
	limit int
	day   time.Time
	used  int
}

func dayOf(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// start begins with what has gone out today already.
func (q *quota) start(now time.Time, used int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.day, q.used = dayOf(now), used
}

// take takes a place for a letter. When none is left it says how long to wait for the next day.
func (q *quota) take(now time.Time) (wait time.Duration, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.limit == 0 {
		return 0, true
	}
	if today := dayOf(now); today.After(q.day) {
		q.day, q.used = today, 0
	}
	if q.used >= q.limit {
		return q.day.Add(24 * time.Hour).Sub(now), false
	}
	q.used++
	return 0, true
}

// back gives a place back that no letter has used.
func (q *quota) back() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.used = max(0, q.used-1)
}

// spentUntil is when the next letter may go, if the places of the day are used up; the zero time otherwise.
func (q *quota) spentUntil(now time.Time) time.Time {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.limit == 0 || q.used < q.limit || dayOf(now).After(q.day) {
		return time.Time{}
	}
	return q.day.Add(24 * time.Hour)
}

// pace waits until the next letter may go at the rate that is allowed. Before it waits it calls before: no result waits
// with it to be written down.
func (s *Sender) pace(ctx context.Context, before func()) error {
	if s.limiter == nil {
		return nil
	}
	if s.limiter.Tokens() < 1 {
		before()
	}
	return s.limiter.Wait(ctx)
}
