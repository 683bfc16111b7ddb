package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"postrider/demo"
	"postrider/store"
)

type demoCommand struct{}

// Run serves a temporary database with a realistic team in it, which is deleted when the program ends.
func (demoCommand) Run(ctx context.Context, p program, c config) (err error) {
	var wrong wrongSettings
	if c.checkMailbox(&wrong); len(wrong) > 0 { // a demo has the built-in mailbox whatever --smtp says
		return wrong
	}
	dir, err := os.MkdirTemp("", "postrider-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	c.db, c.relay = filepath.Join(dir, "demo.db"), nil
	if err := fillDemo(ctx, c.db); err != nil {
		return fmt.Errorf("fill the demo: %w", err)
	}
	fmt.Fprintf(p.Stdout, "This is a demo, gone when it stops. Sign in as %s with the password %s\n", demo.Email, demo.Password)
	return p.serve(ctx, c)
}

func fillDemo(ctx context.Context, path string) (err error) {
	db, err := store.Open(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return demo.Fill(ctx, db, time.Now())
}
