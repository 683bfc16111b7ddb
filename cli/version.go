package cli

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"postrider/store"
)

type versionCommand struct{}

// Run prints the versions of the program and of what it is made with.
func (versionCommand) Run(ctx context.Context, p program) error {
	sqlite, err := store.SQLiteVersion(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, "postrider %s\ncommit %s\n%s\nSQLite %s\n", version(), commit(), runtime.Version(), sqlite)
	return nil
}

// version is the module's version recorded in the build.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// commit is the commit recorded in the build, if any.
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
