package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postrider/domain"
	"postrider/store"
)

// errSomeFailed means that a pass was completed, but some letters failed.
var errSomeFailed = errors.New("some letters failed")

type sendCommand struct {
	Wait    time.Duration `default:"10m" help:"How long to wait for emails to be retried."`
	Mailing int64         `placeholder:"ID" help:"Send this mailing now, within its sending period."`
}

// Run makes one pass over what is due. Beside a running serve it starts the runs and leaves their delivery to serve. A problem with one
// mailing does not stop the others.
func (s sendCommand) Run(ctx context.Context, p program, c config) (err error) {
	db, err := p.openStore(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	active, err := db.ActiveRuns(ctx)
	if err != nil {
		return err
	}
	last, err := db.LastRunID(ctx)
	if err != nil {
		return err
	}
	problems := s.start(ctx, c, db)
	if errors.Is(problems, store.ErrUnavailable) {
		return problems
	}
	state, err := s.deliver(ctx, p, c, db)
	problems = errors.Join(problems, err)
	waiting, failed, err := p.report(context.WithoutCancel(ctx), db, active, last)
	switch problems = errors.Join(problems, err); {
	case ctx.Err() != nil:
		return errors.Join(fmt.Errorf("stopped before the end; %d emails are left for the next send or serve", waiting), problems)
	case waiting > 0 && state.Cause != (domain.Cause{}):
		return errors.Join(fmt.Errorf("the mail server is down, %d emails are waiting: %s", waiting, state.Cause), problems)
	case problems == nil && failed > 0:
		return errSomeFailed
	}
	return problems
}

// start starts the runs of the pass. The error names those that cannot start.
func (s sendCommand) start(ctx context.Context, c config, db *store.Store) (problems error) {
	if s.Mailing != 0 {
		if err := s.runNow(ctx, c, db); err != nil {
			problems = fmt.Errorf("mailing %d: %w", s.Mailing, err)
		}
	}
	_, err := db.StartDue(ctx, c.from, time.Now())
	if ctx.Err() != nil {
		return problems // stopped; the caller reports it
	}
	return errors.Join(problems, err)
}

// runNow starts a run of the requested mailing, unless another one starts at the same time.
func (s sendCommand) runNow(ctx context.Context, c config, db *store.Store) error {
	latest, err := db.Runs(ctx, s.Mailing, 1)
	if err != nil {
		return err
	}
	var seen int64
	if len(latest) > 0 {
		seen = latest[0].ID
	}
	_, err = db.RunNow(ctx, domain.CommandLineActor(), s.Mailing, seen, c.from, time.Now())
	return err
}

// deliver sends until nothing is waiting, waiting has become pointless, or ctx is done.
func (s sendCommand) deliver(ctx context.Context, p program, c config, db *store.Store) (domain.RelayState, error) {
	if c.relay == nil {
		fmt.Fprintln(p.Stderr, "postrider:", errNoRelay)
	}
	running := newGroup(ctx)
	out, err := startSending(running, c, db, p.logger(c))
	if err == nil {
		err = s.untilDone(ctx, running, db)
	}
	if err = errors.Join(err, running.stop()); out.sender == nil {
		return domain.RelayState{}, err
	}
	return out.sender.Relay(), err
}

// untilDone waits until nothing is waiting, waiting has become pointless, a job has failed, or ctx is done.
func (s sendCommand) untilDone(ctx context.Context, running *group, db *store.Store) error {
	deadline := time.Now().Add(s.Wait)
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for ctx.Err() == nil {
		runs, next, err := db.Unfinished(context.WithoutCancel(ctx), time.Now())
		if err == nil {
			err = db.Look()
		}
		if err != nil || runs == 0 || next.After(deadline) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
		case <-running.failed:
			return nil // stop returns its error
		case <-ticker.C:
		}
	}
	return nil
}

// report prints a line for each run of the pass: those active before it and those started since. It returns how many letters wait and how
// many failed.
func (p program) report(ctx context.Context, db *store.Store, active []domain.Run, last int64) (waiting, failed int, err error) {
	begun, err := db.RunsSince(ctx, last)
	if err != nil {
		return 0, 0, err
	}
	runs := make([]domain.Run, 0, len(active)+len(begun))
	for _, before := range active {
		r, err := db.Run(ctx, before.ID)
		if err != nil {
			return 0, 0, err
		}
		runs = append(runs, r)
	}
	for _, r := range append(runs, begun...) {
		n := r.Counts
		lost := n.Failed + n.Expired + n.Cancelled + n.Unknown
		fmt.Fprintf(p.Stdout, "mailing %d: %s, %d recipients, %d sent, %d failed, %d waiting\n",
			r.MailingID, r.State, n.Recipients, n.Sent, lost, n.Waiting)
		waiting, failed = waiting+n.Waiting, failed+lost
	}
	if len(runs)+len(begun) == 0 {
		fmt.Fprintln(p.Stdout, "nothing is due")
	}
	return waiting, failed, nil
}
