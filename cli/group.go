package cli

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// group runs the parts of the program. They start in order and stop in reverse, so each part can rely on the ones before it
// until it has ended.
type group struct {
	ctx    context.Context // its end stops nothing: stop does
	parts  []*part
	fail   sync.Once
	failed chan struct{} // closed when a part has ended with an error
}

type part struct {
	cancel context.CancelFunc
	done   chan struct{}
	err    error // once done is closed
}

func newGroup(ctx context.Context) *group {
	return &group{ctx: context.WithoutCancel(ctx), failed: make(chan struct{})}
}

// start runs a part until its context is done. halt tells it to end before the others, without waiting.
func (g *group) start(run func(context.Context) error) (halt func()) {
	ctx, cancel := context.WithCancel(g.ctx)
	p := &part{cancel: cancel, done: make(chan struct{})}
	g.parts = append(g.parts, p)
	go func() {
		defer close(p.done)
		if p.err = run(ctx); p.err != nil {
			g.fail.Do(func() { close(g.failed) })
		}
	}()
	return cancel
}

// startJob is start for a part that cannot fail.
func (g *group) startJob(run func(context.Context)) {
	g.start(func(ctx context.Context) error {
		run(ctx)
		return nil
	})
}

// wait returns when ctx is done or a part has failed.
func (g *group) wait(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-g.failed:
	}
}

// stop ends the parts one after the other, the last one first, and returns what they failed with. A second call does nothing.
func (g *group) stop() (err error) {
	for _, p := range slices.Backward(g.parts) {
		p.cancel()
		<-p.done
		err = errors.Join(err, p.err)
	}
	g.parts = nil
	return err
}
