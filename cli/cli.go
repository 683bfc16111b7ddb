// Package cli owns the commands, one file each. It reads the settings, wires the packages together, and starts their jobs in order and
// stops them in reverse.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
	_ "time/tzdata" // time zones for machines without zone files

	"github.com/alecthomas/kong"
)

// The exit statuses that scripts rely on.
const (
	exitError    = 1
	exitSettings = 2
	exitFailed   = 3
)

// System is the parts of the machine that the program uses.
type System struct {
	Getenv         func(string) string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// program is a System on which commands run.
type program struct {
	System
	ready func(address string) // for tests: called with the address once the web server answers
}

// commands are the commands and flags of the command line.
type commands struct {
	settings
	Serve   serveCommand   `cmd:"" default:"withargs" help:"Run the website and send, until SIGTERM or SIGINT."`
	Send    sendCommand    `cmd:"" help:"Make one pass: start every scheduled send and deliver it."`
	Next    nextCommand    `cmd:"" help:"List the next sends."`
	User    userCommand    `cmd:"" help:"Add, block and unblock users, and change their roles."`
	Demo    demoCommand    `cmd:"" help:"Serve a temporary database filled with examples."`
	Version versionCommand `cmd:"" help:"Show the versions of Postrider, Go and SQLite."`
}

// Run runs the command line until it is done or ctx ends. It returns the exit status: 0, 1 on an error, 2 for wrong settings, 3 if some
// letters failed.
func Run(ctx context.Context, args []string, system System) int {
	err := program{System: system}.run(ctx, args)
	complain(system.Stderr, err)
	return status(err)
}

// complain prints an error. It hides the password of a relay's address that was typed in the wrong place.
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

// run parses the command line and runs the command until it is done or ctx ends.
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
		return nil // --help was printed
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

// showsPassword reports whether the command line contains a password, which ps shows to every user of the machine.
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

// environment looks a flag's value up in its environment variable. Flags win.
func (p program) environment() kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if value := p.Getenv(variable(flag.Name)); value != "" {
			return value, nil
		}
		return nil, nil
	})
}
