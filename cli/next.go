package cli

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
)

type nextCommand struct{}

// Run lists the next run of each mailing.
func (nextCommand) Run(ctx context.Context, p program, c config) (err error) {
	db, err := p.openStore(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	coming, err := db.Coming(ctx)
	if err != nil {
		return err
	}
	if len(coming) == 0 {
		fmt.Fprintln(p.Stdout, "no runs are coming")
		return nil
	}
	w := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "WHEN\tZONE\tMAILING\tPERIODICITY\tRECIPIENTS")
	for _, m := range coming {
		n, _, err := db.AudienceSize(ctx, m)
		if err != nil {
			return err
		}
		when := m.NextAt.In(m.Schedule.Zone).Format("2006-01-02 15:04")
		if m.Schedule.ZoneLost {
			when = "unknown zone"
		}
		fmt.Fprintf(w, "%s\t%s\t%d %s\t%s\t%d\n", when, m.Schedule.Zone, m.ID, m.Name, m.Schedule.Every, n)
	}
	return w.Flush()
}
