// Package cli owns the commands: one file each. It reads the settings, wires the parts together, starts them in order and stops
// them in reverse.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
	_ "time/tzdata" // a machine without zone files knows the zones too

	"github.com/alecthomas/kong"
)

// The exit statuses that scripts rely on.
const (
	exitError    = 1
	exitSettings = 2
	exitFailed   = 3
)

// System is what the program touches of the machine.
type System struct {
	Getenv         func(string) string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// program is a System on which commands run.
type program struct {
	System
	ready func(address string) // told the address once the web answers; for tests
}

// commands is the command line.
type commands struct {
	settings
	Serve   serveCommand   `cmd:"" default:"withargs" help:"Run the website and send, until SIGTERM or SIGINT."`
	Send    sendCommand    `cmd:"" help:"Make one pass: start every scheduled send and deliver it."`
	Next    nextCommand    `cmd:"" help:"List the next sends."`
	User    userCommand    `cmd:"" help:"Add, block and unblock users, and change their roles."`
	Demo    demoCommand    `cmd:"" help:"Serve a temporary database filled with examples."`
	Version versionCommand `cmd:"" help:"Show the versions of Postrider, Go and SQLite."`
}

// Run does what the command line says, until that is done or ctx is. It returns the exit status: 0, 1 on an error, 2 for wrong
// settings, 3 when some letters failed.
func Run(ctx context.Context, args []string, system System) int {
	err := program{System: system}.run(ctx, args)
	complain(system.Stderr, err)
	return status(err)
}

// complain says what went wrong. A relay's address that was typed in the wrong place is shown without its password.
func complain(to io.Writer, err error) {
	if err != nil && !errors.Is(err, errSomeFailed) {
		fmt.Fprintln(to, "postrider:", regexp.MustCompile(`//\S*@`).ReplaceAllString(err.Error(), "//…@"))
	}
}

// status is the exit status of an error.
func status(err error) int {
	var wrong wrongSettings
	var parse *kong.ParseError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &wrong), errors.As(err, &parse):
		return exitSettings
	case errors.Is(err, errSomeFailed):
		return exitFailed
	}
	return exitError
}

// run reads the command line and does what it says, until that is done or ctx is.
func (p program) run(ctx context.Context, args []string) error {
	var c commands
	helped := false
	parser, err := kong.New(&c, kong.Name("postrider"), kong.Description("A mailing service in one binary."),
		kong.Writers(p.Stdout, p.Stderr), kong.Exit(func(int) { helped = true }),
		kong.Resolvers(p.environment()), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(p))
	if err != nil {
		return err
	}
	command, err := parser.Parse(args)
	if helped {
		return nil // --help has been answered
	}
	if err != nil {
		return err
	}
	if _, ok := command.Selected().Target.Addr().Interface().(*versionCommand); ok {
		return command.Run()
	}
	conf, err := c.settings.read()
	if err != nil {
		return err
	}
	if showsPassword(args) {
		fmt.Fprintln(p.Stderr, "postrider: every user of this machine can read the mail server's password in the list of processes. "+
			"Put it in a file and name the file with --smtp-password-file, or set POSTRIDER_SMTP instead of --smtp.")
	}
	return command.Run(conf)
}

// showsPassword reports whether the command line holds a password, which ps shows to everybody.
func showsPassword(args []string) bool {
	for _, arg := range args {
		u, err := url.Parse(strings.TrimPrefix(arg, "--smtp="))
		if err != nil || u.User == nil {
			continue
		}
		if password, _ := u.User.Password(); password != "" {
			return true
		}
	}
	return false
}

// environment finds the value of a flag in its environment variable; flags win.
func (p program) environment() kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if value := p.Getenv(variable(flag.Name)); value != "" {
			return value, nil
		}
		return nil, nil
	})
}
