package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"text/tabwriter"
	"time"

	"postrider/domain"
	"postrider/store"
)

// errSomeFailed says that a pass went through, but not every letter did.
var errSomeFailed = errors.New("some letters failed")

type sendCommand struct {
	Wait    time.Duration `default:"10m" help:"How long to wait for letters that are tried again."`
	Mailing int64         `placeholder:"ID" help:"Start a run of this mailing now, inside its window."`
}

// Run makes one pass over what is due. Beside a running serve it starts the runs and lets that one deliver them.
func (s sendCommand) Run(ctx context.Context, p program, c config) (err error) {
	db, err := store.Open(ctx, c.db)
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
	if s.Mailing != 0 {
		if _, err := db.RunNow(ctx, s.Mailing, c.from, time.Now()); err != nil {
			return fmt.Errorf("mailing %d: %w", s.Mailing, err)
		}
	}
	if _, err := db.StartDue(ctx, c.from, time.Now()); err != nil {
		return err
	}
	state, err := s.deliver(ctx, p, c, db)
	if err != nil {
		return err
	}
	return p.report(ctx, db, active, last, state)
}

// deliver sends until nothing is waiting, or waiting has no point any more.
func (s sendCommand) deliver(ctx context.Context, p program, c config, db *store.Store) (domain.RelayState, error) {
	if c.relay == nil {
		fmt.Fprintln(p.stderr, "postrider:", errNoRelay)
	}
	post, err := p.openPost(ctx, c, db, p.logger(c))
	if err != nil {
		return domain.RelayState{}, err
	}
	deadline := time.Now().Add(s.Wait)
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		runs, next, err := db.Unfinished(ctx, time.Now())
		if err != nil || runs == 0 || next.After(deadline) || time.Now().After(deadline) {
			state := post.sender.Relay()
			return state, errors.Join(err, post.stop())
		}
		select {
		case <-ctx.Done():
			return domain.RelayState{}, errors.Join(ctx.Err(), post.stop())
		case err := <-post.failed:
			return domain.RelayState{}, errors.Join(err, post.stop())
		case <-ticker.C:
		}
	}
}

// report prints a line for each run of the pass: those that were active before, and those begun since.
func (p program) report(ctx context.Context, db *store.Store, active []domain.Run, last int64, state domain.RelayState) error {
	runs, err := db.RunsSince(ctx, last)
	if err != nil {
		return err
	}
	for i := len(active) - 1; i >= 0; i-- {
		r, err := db.Run(ctx, active[i].ID)
		if err != nil {
			return err
		}
		runs = append([]domain.Run{r}, runs...)
	}
	var failed, waiting int
	for _, r := range runs {
		n := r.Counts
		fmt.Fprintf(p.stdout, "mailing %d: %s, %d recipients, %d sent, %d failed, %d waiting\n",
			r.MailingID, r.State, n.Recipients, n.Sent, n.Failed+n.Expired+n.Cancelled+n.Unknown, n.Waiting)
		failed += n.Failed + n.Expired + n.Cancelled + n.Unknown
		waiting += n.Waiting
	}
	if len(runs) == 0 {
		fmt.Fprintln(p.stdout, "nothing is due")
	}
	if waiting > 0 && state.Why != "" {
		return fmt.Errorf("the relay is down, %d letters wait: %s", waiting, state.Why)
	}
	if failed > 0 {
		return errSomeFailed
	}
	return nil
}

type nextCommand struct{}

// Run lists the coming runs, the next one of each mailing.
func (nextCommand) Run(ctx context.Context, p program, c config) (err error) {
	db, err := store.Open(ctx, c.db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	coming, err := db.Coming(ctx)
	if err != nil {
		return err
	}
	if len(coming) == 0 {
		fmt.Fprintln(p.stdout, "no runs are coming")
		return nil
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "WHEN\tZONE\tMAILING\tPERIODICITY\tRECIPIENTS")
	for _, m := range coming {
		n, _, err := db.AudienceSize(ctx, m)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t%s\t%d %s\t%s\t%d\n", m.NextAt.In(m.Schedule.Zone).Format("2006-01-02 15:04"),
			m.Schedule.Zone, m.ID, m.Name, m.Schedule.Every, n)
	}
	return w.Flush()
}

type versionCommand struct{}

// Run prints the versions of the program and of what it is made with.
func (versionCommand) Run(ctx context.Context, p program) error {
	sqlite, err := store.SQLiteVersion(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "postrider %s\ncommit %s\n%s\nSQLite %s\n", version(), commit(), runtime.Version(), sqlite)
	return nil
}

// version is the module's version, as the build has recorded it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// commit is the commit that was built, when the build has recorded one.
func commit() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value
			}
		}
	}
	return "unknown"
}
