package jobs

import (
	"context"
	"sync"
	"time"

	"postrider/domain"
)

// dailyCap is how many letters may go out per UTC day. A limit of 0 means no limit.
type dailyCap struct {
	mu    sync.Mutex
	limit int
	day   time.Time
	used  int
}

// start sets what has gone out today.
func (d *dailyCap) start(now time.Time, used int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.day, d.used = domain.Day(now), used
}

// take reserves one letter. If none is left, it returns how long to wait for the next day.
func (d *dailyCap) take(now time.Time) (wait time.Duration, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.limit == 0 {
		return 0, true
	}
	if today := domain.Day(now); today.After(d.day) {
		d.day, d.used = today, 0
	}
	if d.used >= d.limit {
		return domain.NextDay(d.day).Sub(now), false
	}
	d.used++
	return 0, true
}

// back returns a reservation that no letter has used.
func (d *dailyCap) back() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.used = max(0, d.used-1)
}

// spentUntil is when the next letter may go if today's are used up, or the zero time.
func (d *dailyCap) spentUntil(now time.Time) time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.limit == 0 || d.used < d.limit || domain.Day(now).After(d.day) {
		return time.Time{}
	}
	return domain.NextDay(d.day)
}

// pace waits until the rate limit allows the next letter. Before it waits it calls before, so that no result waits with
// it to be recorded.
func (s *Sender) pace(ctx context.Context, before func()) error {
	if s.limiter == nil {
		return nil
	}
	if s.limiter.Tokens() < 1 {
		before()
	}
	return s.limiter.Wait(ctx)
}
