package jobs

import "sync"

// signal wakes all waiters. A waiter gets the channel before it checks what it waits for, so that it misses nothing
// that happens in between.
type signal struct {
	mu *sync.Mutex
	ch *chan struct{}
}

func newSignal() signal {
	ch := make(chan struct{})
	return signal{mu: &sync.Mutex{}, ch: &ch}
}

// next is closed by the next broadcast.
func (s signal) next() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.ch
}

func (s signal) broadcast() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(*s.ch)
	*s.ch = make(chan struct{})
}
