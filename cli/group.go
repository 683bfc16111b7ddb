package cli

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// group runs the jobs of the program. They start in order and stop in reverse, so that each job can rely on the earlier ones until it has
// ended.
type group struct {
	ctx    context.Context // its end stops nothing; call stop
	jobs   []*job
	fail   sync.Once
	failed chan struct{} // closed when a job has ended with an error
}

type job struct {
	cancel context.CancelFunc
	done   chan struct{}
	err    error // set once done is closed
}

func newGroup(ctx context.Context) *group {
	return &group{ctx: context.WithoutCancel(ctx), failed: make(chan struct{})}
}

// start runs a job until its context is done. halt asks it to end before the others, without waiting for it.
func (g *group) start(run func(context.Context) error) (halt func()) {
	ctx, cancel := context.WithCancel(g.ctx)
	p := &job{cancel: cancel, done: make(chan struct{})}
	g.jobs = append(g.jobs, p)
	go func() {
		defer close(p.done)
		if p.err = run(ctx); p.err != nil {
			g.fail.Do(func() { close(g.failed) })
		}
	}()
	return cancel
}

// startJob is start for a job that cannot fail.
func (g *group) startJob(run func(context.Context)) {
	g.start(func(ctx context.Context) error {
		run(ctx)
		return nil
	})
}

// wait returns when ctx is done or a job has failed.
func (g *group) wait(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-g.failed:
	}
}

// stop ends the jobs one by one, the last one first, and returns their errors. A second call does nothing.
func (g *group) stop() (err error) {
	for _, p := range slices.Backward(g.jobs) {
		p.cancel()
		<-p.done
		err = errors.Join(err, p.err)
	}
	g.jobs = nil
	return err
}
