package jobs

import (
	"context"
	"sync"
	"time"

	"postrider/store"
)

// pool holds the deliveries that this sender has claimed and no worker has taken yet.
type pool struct {
	mu      sync.Mutex
	claimed []store.Claimed
	dry     bool // the last claim found nothing, and nothing has happened since
	size    int  // of the last claim
	filled  time.Time
}

// quickly is how fast the claimed letters must be taken for the next claim to be larger.
const quickly = 200 * time.Millisecond

// refill makes the next worker look for due deliveries again.
func (p *pool) refill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dry = false
}

// grow sets the size of the next claim. One large claim costs less than many small ones, but a run that starts now
// waits behind everything claimed, so claims only grow while they are used up fast.
func (p *pool) grow(least int, now time.Time) {
	least = max(32, least)
	if now.Sub(p.filled) < quickly {
		p.size = min(2*p.size, 4*least)
	} else {
		p.size = least
	}
	p.filled = now
}

// drain empties the pool.
func (p *pool) drain() []store.Claimed {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.claimed
	p.claimed = nil
	return all
}

// giveBack releases the deliveries that no worker has begun, because nothing will be sent for a while: a run that ends
// in that time is then over at once.
func (s *Sender) giveBack(ctx context.Context) {
	p := &s.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.claimed) == 0 {
		return
	}
	err := s.Store.Release(context.WithoutCancel(ctx), p.claimed)
	if s.logOnce("giving letters back", err); err == nil {
		p.claimed = nil
	}
}

// take gives a claimed delivery to a worker; ok is false when nothing is due.
func (s *Sender) take(ctx context.Context) (c store.Claimed, ok bool, err error) {
	p := &s.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.claimed) == 0 && !p.dry {
		p.grow(4*s.Connections, s.Now())
		p.claimed, err = s.Store.Claim(ctx, s.epoch, p.size, s.Now())
		p.dry = len(p.claimed) == 0
	}
	if err != nil || len(p.claimed) == 0 {
		return store.Claimed{}, false, err
	}
	c, p.claimed = p.claimed[0], p.claimed[1:]
	return c, true, nil
}
