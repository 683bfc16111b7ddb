package main

import (
	"fmt"
	"os"

	"golang.org/x/term"
)

// terminal returns what asks somebody at a terminal for a secret, without showing what is typed; false when nobody sits
// there.
func (p program) terminal() (ask func(prompt string) (string, error), ok bool) {
	f, ok := p.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil, false
	}
	return func(prompt string) (string, error) {
		fmt.Fprint(p.stderr, prompt)
		secret, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(p.stderr)
		return string(secret), err
	}, true
}
