package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"postrider/domain"
	"postrider/store"
)

// userCommand are the commands about users. All of them work beside a running serve.
type userCommand struct {
	Add     userAddCommand     `cmd:"" help:"Add a user. Asks for the password, or reads it as one line from standard input."`
	Role    userRoleCommand    `cmd:"" help:"Change the role of a user: user, editor, manager or admin."`
	Block   userBlockCommand   `cmd:"" help:"Block a user, and stop what the team sends if no one else is left in it."`
	Unblock userUnblockCommand `cmd:"" help:"Unblock a user."`
}

type userAddCommand struct {
	Email string `arg:"" help:"The address to sign in with."`
	Role  string `placeholder:"ROLE" help:"user, editor, manager or admin (user; admin if there isn't one yet)."`
	Name  string `placeholder:"NAME" help:"The full name."`
}

type userRoleCommand struct {
	Email string `arg:"" help:"The user's address."`
	Role  string `arg:"" help:"user, editor, manager or admin."`
}

type userBlockCommand struct {
	Email  string `arg:"" help:"The user's address."`
	Team   bool   `help:"Block everyone in the user's team except managers and admins."`
	Reason string `default:"Blocked by the person who runs this service." placeholder:"TEXT" help:"The reason, which the user will see."`
}

type userUnblockCommand struct {
	Email string `arg:"" help:"The user's address."`
	Team  bool   `help:"Unblock everyone blocked together with the user."`
}

// Run adds a verified user.
func (u userAddCommand) Run(ctx context.Context, p program, c config) error {
	return withStore(ctx, p, c, func(db *store.Store) error {
		if known, err := db.UserByEmail(ctx, u.Email); err == nil && (known.Verified() || known.Blocked()) {
			return fmt.Errorf("a user with the address %s already exists", u.Email)
		}
		if u.Role != "" {
			if err := domain.CheckRole(domain.Role(u.Role)); err != nil {
				return inWords(err)
			}
		}
		password, err := p.newPassword()
		if err != nil {
			return err
		}
		in := domain.SignUp{Email: u.Email, Name: u.Name, Password: password, TimeZone: "UTC"}
		made, err := db.AddUserBy(ctx, domain.CommandLineActor(), in, domain.Role(u.Role), time.Now())
		if err != nil {
			return inWords(err)
		}
		return p.sayAdded(ctx, db, made, u.Role)
	})
}

// sayAdded prints what was added and what is still missing.
func (p program) sayAdded(ctx context.Context, db *store.Store, made domain.User, asked string) error {
	why := ""
	if asked == "" && made.Role == domain.RoleAdmin {
		why = ", because there was no admin"
	}
	fmt.Fprintf(p.Stdout, "%s is added, with the role %s%s\n", made.Email, made.Role, why)
	has, err := db.HasAdmin(ctx)
	if err == nil && !has {
		fmt.Fprintf(p.Stdout, "Warning: there is still no admin. To make one: postrider user role %s admin\n", made.Email)
	}
	return err
}

// Run changes a user's role.
func (u userRoleCommand) Run(ctx context.Context, p program, c config) error {
	return withUser(ctx, p, c, u.Email, func(db *store.Store, id int64) error {
		done, err := db.SetRole(ctx, domain.CommandLineActor(), id, domain.Role(u.Role), time.Now())
		if err == nil {
			fmt.Fprintf(p.Stdout, "%s has the role %s\n", done.Email, done.Role)
		}
		return err
	})
}

// Run blocks a user.
func (u userBlockCommand) Run(ctx context.Context, p program, c config) error {
	return withUser(ctx, p, c, u.Email, func(db *store.Store, id int64) error {
		if u.Team {
			_, n, err := db.BlockTeam(ctx, domain.CommandLineActor(), id, u.Reason, time.Now())
			if err == nil {
				fmt.Fprintf(p.Stdout, "blocked in the team of %s: %d\n", u.Email, n)
			}
			return err
		}
		done, err := db.BlockUser(ctx, domain.CommandLineActor(), id, u.Reason, time.Now())
		if err == nil {
			fmt.Fprintf(p.Stdout, "%s is blocked\n", done.Email)
		}
		return err
	})
}

// Run unblocks a user.
func (u userUnblockCommand) Run(ctx context.Context, p program, c config) error {
	return withUser(ctx, p, c, u.Email, func(db *store.Store, id int64) error {
		if u.Team {
			_, n, err := db.UnblockTeam(ctx, domain.CommandLineActor(), id, time.Now())
			if err == nil {
				fmt.Fprintf(p.Stdout, "unblocked in the team of %s: %d\n", u.Email, n)
			}
			return err
		}
		done, err := db.UnblockUser(ctx, domain.CommandLineActor(), id, time.Now())
		if err == nil {
			fmt.Fprintf(p.Stdout, "%s is not blocked any more\n", done.Email)
		}
		return err
	})
}

// withStore opens the database for do.
func withStore(ctx context.Context, p program, c config, do func(*store.Store) error) (err error) {
	db, err := p.openStore(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return do(db)
}

// withUser finds a user by address for do.
func withUser(ctx context.Context, p program, c config, email string, do func(db *store.Store, id int64) error) error {
	return withStore(ctx, p, c, func(db *store.Store) error {
		u, err := db.UserByEmail(ctx, email)
		if errors.Is(err, domain.ErrNotFound) {
			return fmt.Errorf("there is no user with the address %s", email)
		}
		if err != nil {
			return err
		}
		return inWords(do(db, u.ID))
	})
}

// inWords is an error as a command prints it: without the names of fields.
func inWords(err error) error {
	var wrong domain.Invalid
	if !errors.As(err, &wrong) {
		return err
	}
	if _, ok := wrong["role"]; ok {
		return errors.New("this role doesn't exist: use user, editor, manager or admin")
	}
	return errors.New(strings.TrimPrefix(wrong.Error(), "invalid: "))
}

// newPassword asks twice for a password at a terminal, and otherwise reads one line.
func (p program) newPassword() (string, error) {
	if ask, ok := p.terminal(); ok {
		return twice(ask)
	}
	line, err := bufio.NewReader(io.LimitReader(p.Stdin, 4*domain.MaxPassword+2)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", errors.New("no password came on standard input")
	}
	return line, nil
}

func twice(ask func(prompt string) (string, error)) (string, error) {
	first, err := ask("Password: ")
	if err != nil {
		return "", err
	}
	second, err := ask("Repeat the password: ")
	if err != nil {
		return "", err
	}
	if first != second {
		return "", errors.New("the two passwords don't match, so nothing was done")
	}
	return first, nil
}

// terminal returns a function that asks for a secret at the terminal without showing the input; ok is false without a terminal.
func (p program) terminal() (ask func(prompt string) (string, error), ok bool) {
	f, ok := p.Stdin.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil, false
	}
	return func(prompt string) (string, error) {
		fmt.Fprint(p.Stderr, prompt)
		secret, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(p.Stderr)
		return string(secret), err
	}, true
}
