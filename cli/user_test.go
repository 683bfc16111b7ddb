package cli

import (
	"bytes"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
	"postrider/store"
	"postrider/store/storetest"
)

// command runs a command on a database, with a text on its standard input.
func command(t *testing.T, path, in string, args ...string) (out string, err error) {
	t.Helper()
	var shown bytes.Buffer
	p := program{System: System{Getenv: func(string) string { return "" }, Stdin: strings.NewReader(in), Stdout: &shown, Stderr: &shown}}
	err = p.run(t.Context(), append(args, "--db", path))
	return shown.String(), err
}

// find opens the database and passes it to look.
func find(t *testing.T, path string, look func(*store.Store)) {
	t.Helper()
	db, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	look(db)
}

func TestUserCommands(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	for _, c := range []struct {
		name string
		in   string
		args []string
		says string // the output or the error
		fail bool
	}{
		{"a first user with another role leaves the installation without an admin, and says so", "a good passphrase\n", []string{"user", "add", "boss@example.com", "--role", "manager"}, "boss@example.com is added, with the role manager\nWarning: there is still no admin. To make one: postrider user role boss@example.com admin", false},
		{"the first one without a role is admin", "a good passphrase\n", []string{"user", "add", "first@example.com", "--name", "First"}, "first@example.com is added, with the role admin, because there was no admin", false},
		{"the next one is a user, without a line end", "a good passphrase", []string{"user", "add", "Second@Example.com"}, "Second@Example.com is added, with the role user", false},
		{"a role can be given", "a good passphrase\r\n", []string{"user", "add", "third@example.com", "--role", "manager"}, "with the role manager", false},
		{"no user is added twice", "a good passphrase\n", []string{"user", "add", "SECOND@example.com"}, "a user with the address SECOND@example.com already exists", true},
		{"without a password", "", []string{"user", "add", "x@example.com"}, "no password came on standard input", true},
		{"with a bad password", "short\n", []string{"user", "add", "x@example.com"}, "password: Use at least 8 characters.", true},
		{"with a bad address", "a good passphrase\n", []string{"user", "add", "nobody"}, "email: Enter an email address", true},
		{"with a bad role", "a good passphrase\n", []string{"user", "add", "x@example.com", "--role", "king"}, "use user, editor, manager or admin", true},
		{"a role is changed", "", []string{"user", "role", "second@example.com", "editor"}, "Second@Example.com has the role editor", false},
		{"not to a role that does not exist", "", []string{"user", "role", "second@example.com", "king"}, "use user, editor, manager or admin", true},
		{"not for an unknown user", "", []string{"user", "role", "x@example.com", "user"}, "there is no user with the address x@example.com", true},
		{"not for the last admin", "", []string{"user", "role", "first@example.com", "user"}, "first@example.com is the last admin", true},
		{"a whole team is blocked", "", []string{"user", "block", "second@example.com", "--team"}, "blocked in the team of second@example.com: 1", false},
		{"and unblocked", "", []string{"user", "unblock", "second@example.com", "--team"}, "unblocked in the team of second@example.com: 1", false},
		{"nor is the last admin's team", "", []string{"user", "block", "first@example.com", "--team"}, "first@example.com is the last admin", true},
		{"the last admin is not blocked", "", []string{"user", "block", "first@example.com"}, "first@example.com is the last admin", true},
		{"a user is blocked", "", []string{"user", "block", "second@example.com", "--reason", "spam"}, "Second@Example.com is blocked", false},
		{"a manager too, without a reason", "", []string{"user", "block", "third@example.com"}, "third@example.com is blocked", false},
		{"nobody twice", "", []string{"user", "block", "third@example.com"}, "This user is already blocked.", true},
		{"a user is unblocked", "", []string{"user", "unblock", "second@example.com"}, "Second@Example.com is not blocked any more", false},
		{"a user who is not blocked cannot be unblocked", "", []string{"user", "unblock", "second@example.com"}, "This user isn't blocked.", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := command(t, path, c.in, c.args...)
			if c.fail != (err != nil) || c.fail && status(err) != exitError {
				t.Fatalf("status %d, %v, it said %q", status(err), err, out)
			}
			if err != nil {
				out = err.Error()
			}
			if !strings.Contains(out, c.says) || strings.Contains(out, "passphrase") {
				t.Errorf("it said %q, want %q", out, c.says)
			}
		})
	}
	find(t, path, func(db *store.Store) {
		u, err := db.SignIn(t.Context(), store.Origin{}, "first@example.com", "a good passphrase", time.Now())
		if err != nil || !u.Verified() || u.Name != "First" {
			t.Errorf("the first user is %+v, %v", u, err)
		}
		row, err := db.UserByEmail(t.Context(), "third@example.com")
		if err != nil || !row.Blocked() {
			t.Errorf("the manager is %+v, %v", row, err)
		}
		page, err := db.Audit(t.Context(), store.AuditQuery{Actor: domain.CommandLine})
		if err != nil || len(page.Rows) != 12 {
			t.Errorf("the audit log has %d lines of the command line, %v", len(page.Rows), err)
		}
	})
}

func TestPasswordTypedTwice(t *testing.T) {
	answers := []string{"one password", "one password", "one password", "another one"}
	ask := func(string) (string, error) {
		next := answers[0]
		answers = answers[1:]
		return next, nil
	}
	if got, err := twice(ask); got != "one password" || err != nil {
		t.Errorf("typed twice it is %q, %v", got, err)
	}
	if got, err := twice(ask); got != "" || err == nil {
		t.Errorf("mistyped it is %q, %v", got, err)
	}
}

func TestBlockWhileServing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	const letters = 2000
	dueAt(t, path, letters)
	relay := mailtest.New(t, mailtest.Config{})
	address, _, _ := started(t, nil, "--db", path, "--addr", "127.0.0.1:0", "--smtp", relay.URL(), "--smtp-connections", "2")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	landed := func(res *http.Response, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.Request.URL.Path
	}
	login := url.Values{"email": {"owner@example.com"}, "password": {storetest.Password}, "next": {"/mailings"}}
	if at := landed(browser.PostForm("http://"+address+"/login", login)); at != "/mailings" {
		t.Fatalf("signing in leads to %s", at)
	}
	relay.WaitFor(20, patience)
	if out, err := command(t, path, "", "user", "block", "owner@example.com"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	arrived := relay.Count()
	if at := landed(browser.Get("http://" + address + "/mailings")); at != "/login" {
		t.Errorf("the blocked user is at %s", at)
	}
	find(t, path, func(db *store.Store) {
		for late := time.After(patience); ; {
			r, err := db.Run(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			if r.State == domain.RunCancelled && r.Counts.Waiting == 0 {
				break
			}
			select {
			case <-late:
				t.Fatalf("the run is %s with %+v", r.State, r.Counts)
			case <-time.After(10 * time.Millisecond):
			}
		}
	})
	if n := relay.Count() - arrived; n > 2 {
		t.Errorf("%d letters went out after the block, over two connections", n)
	}
}
