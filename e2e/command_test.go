package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/locale"
	"postrider/mail/mailtest"
	"postrider/store"
	"postrider/store/storetest"
)

func TestUserCommands(t *testing.T) {
	path := filepath.Join(t.TempDir(), "postrider.db")
	p := serve(t, "--db", path)
	run := func(stdin string, says string, args ...string) {
		t.Helper()
		stdout, stderr, status := commandFed(t, stdin, append([]string{"user", "--db", path}, args...)...)
		if status != 0 || strings.TrimSpace(stdout) != says || strings.Contains(stdout+stderr, storetest.Password) {
			t.Fatalf("%v exited %d and said %q, %q, want %q", args, status, stdout, stderr, says)
		}
	}
	const admin, paul = "admin@example.com", "paul@example.com"
	run(storetest.Password+"\n", admin+" is added, with the role admin, because there was no admin", "add", admin, "--name", "Ada")
	run(storetest.Password+"\n", paul+" is added, with the role editor", "add", paul, "--role", "editor")
	t.Run("an added user signs in to the running service", func(t *testing.T) {
		signedIn(t, p.url, admin).get("/users").says(200, admin, paul)
	})
	b := signedIn(t, p.url, paul)
	t.Run("a new role applies from the next page", func(t *testing.T) {
		b.get("/users").says(403, "Your role doesn't allow this.")
		run("", paul+" has the role manager", "role", paul, "manager")
		b.get("/users").says(200, admin)
	})
	t.Run("a block takes effect too, and after unblocking the user signs in again", func(t *testing.T) {
		run("", paul+" is blocked", "block", paul, "--reason", spamReason)
		login := b.get("/users")
		if login.url.Path != "/login" {
			t.Fatalf("the blocked user is at %s", login.url)
		}
		typed := map[string]string{"email": paul, "password": storetest.Password}
		login.send("/login", typed).says(422, "This account is blocked. Reason: "+spamReason)
		run("", paul+" is not blocked any more", "unblock", paul)
		stranger(t, p.url, locale.English).get("/login?next=/users").send("/login", typed).says(200, admin)
	})
	for name, c := range map[string]struct {
		stdin, says string
		args        []string
		status      int
	}{
		"an unknown address":       {"", "there is no user with the address nobody@example.com", []string{"block", "nobody@example.com"}, 1},
		"an unknown role":          {"", "use user, editor, manager or admin", []string{"role", paul, "king"}, 1},
		"no password":              {"", "no password came on standard input", []string{"add", "new@example.com"}, 1},
		"an unknown command":       {"", "unexpected argument promote", []string{"promote", paul}, 2},
		"blocking the last admin":  {"", admin + " is the last admin", []string{"block", admin}, 1},
		"an address that is taken": {storetest.Password + "\n", "a user with the address " + paul + " already exists", []string{"add", paul}, 1},
	} {
		t.Run(name+" is refused in words", func(t *testing.T) {
			stdout, stderr, status := commandFed(t, c.stdin, append([]string{"user", "--db", path}, c.args...)...)
			if status != c.status || !strings.Contains(stderr, c.says) || stdout != "" {
				t.Errorf("it exited %d and said %q, %q; want %q", status, stdout, stderr, c.says)
			}
		})
	}
}

// prepared is a database with a mailing to n clients that is due now.
func prepared(t *testing.T, n int) (path string, mailing domain.Mailing) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "postrider.db")
	return path, preparedAt(t, path, n, always)
}

// always is the end of a window that never closes.
func always(time.Time) string { return "" }

// preparedAt is prepared on a given file. The window starts when everything is ready and ends as given.
func preparedAt(t *testing.T, path string, n int, ends func(begins time.Time) string) domain.Mailing {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	u := storetest.User(t, s, "owner@example.com")
	for i := range n {
		storetest.Client(t, s, u.TeamID, fmt.Sprintf("client%04d@example.com", i))
	}
	now := time.Now()
	mailing := storetest.Mailing(t, s, u.TeamID, now, domain.LocalTimeOf(now, time.UTC).String(), ends(now), "UTC", domain.Once)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return mailing
}

func TestSend(t *testing.T) {
	everySecond := func(s mailtest.Step) mailtest.Action {
		if s.Stage == mailtest.Rcpt && strings.ContainsAny(s.Address[9:10], "13579") {
			return mailtest.Answer("550 5.1.1 nobody of that name lives here")
		}
		return mailtest.Action{}
	}
	t.Run("prints the counts, exits 3 when letters failed, and the log holds the words of the relay", func(t *testing.T) {
		path, mailing := prepared(t, 10)
		relay := mailtest.New(t, mailtest.Config{Script: everySecond})
		stdout, stderr, status := command(t, "send", "--db", path, "--smtp", relay.URL())
		want := fmt.Sprintf("mailing %d: done, 10 recipients, 5 sent, 5 failed, 0 waiting\n", mailing.ID)
		if stdout != want || status != 3 {
			t.Errorf("it printed %q, %q and exited %d; want %q", stdout, stderr, status, want)
		}
		page, err := storetest.OpenAt(t, path).Log(t.Context(), mailing.ID, store.LogQuery{Outcome: string(domain.OutcomePermanent)})
		if err != nil || page.Total != 5 || page.Rows[0].Reply.Text != "nobody of that name lives here" {
			t.Errorf("the log has %+v, %v", page, err)
		}
	})
	t.Run("exits 0 when everything was sent, and a second pass finds nothing due", func(t *testing.T) {
		path, mailing := prepared(t, 3)
		relay := mailtest.New(t, mailtest.Config{})
		stdout, stderr, status := command(t, "send", "--db", path, "--smtp", relay.URL())
		if !strings.Contains(stdout, fmt.Sprintf("mailing %d: done, 3 recipients, 3 sent", mailing.ID)) || status != 0 {
			t.Errorf("it printed %q, %q and exited %d", stdout, stderr, status)
		}
		stdout, _, status = command(t, "send", "--db", path, "--smtp", relay.URL())
		if stdout != "nothing is due\n" || status != 0 || relay.Count() != 3 {
			t.Errorf("the second printed %q and exited %d; %d letters", stdout, status, relay.Count())
		}
	})
	t.Run("starts a run of a named mailing now, and says why it cannot", func(t *testing.T) {
		path, mailing := prepared(t, 2)
		relay := mailtest.New(t, mailtest.Config{})
		command(t, "send", "--db", path, "--smtp", relay.URL())
		stdout, stderr, status := command(t, "send", "--db", path, "--smtp", relay.URL(), "--mailing", fmt.Sprint(mailing.ID))
		if status != 0 || relay.Count() != 4 {
			t.Errorf("it printed %q, %q and exited %d; %d letters", stdout, stderr, status, relay.Count())
		}
		_, stderr, status = command(t, "send", "--db", path, "--smtp", relay.URL(), "--mailing", "99")
		if status != 1 || !strings.Contains(stderr, "mailing 99") {
			t.Errorf("for a mailing that is not there it printed %q and exited %d", stderr, status)
		}
	})
	t.Run("lets a running serve deliver", func(t *testing.T) {
		path, mailing := prepared(t, 5)
		relay := mailtest.New(t, mailtest.Config{})
		serve(t, "--db", path, "--smtp", relay.URL())
		relay.WaitFor(5, patience)
		stdout, stderr, status := command(t, "send", "--db", path, "--smtp", relay.URL(), "--mailing", fmt.Sprint(mailing.ID))
		if status != 0 || relay.Count() != 10 {
			t.Errorf("it printed %q, %q and exited %d; %d letters", stdout, stderr, status, relay.Count())
		}
	})
	t.Run("exits 1 and says so when the mail server is down", func(t *testing.T) {
		path, _ := prepared(t, 2)
		relay := mailtest.New(t, mailtest.Config{})
		relay.Stop()
		stdout, stderr, status := command(t, "send", "--db", path, "--smtp", relay.URL(), "--wait", "1s")
		if status != 1 || !strings.Contains(stdout, "2 waiting") || !strings.Contains(stderr, "the mail server is down") {
			t.Errorf("it printed %q, %q and exited %d", stdout, stderr, status)
		}
	})
}

func TestNext(t *testing.T) {
	path, mailing := prepared(t, 4)
	stdout, _, status := command(t, "next", "--db", path)
	if status != 0 || !strings.Contains(stdout, mailing.Name) || !strings.Contains(stdout, " 4\n") {
		t.Errorf("it printed %q and exited %d", stdout, status)
	}
}

func TestSettings(t *testing.T) {
	_, stderr, status := command(t, "--db", "/nowhere/x.db", "--smtp-connections", "none", "--tick", "soon", "--signup", "maybe",
		"--from", "nobody", "--url", "ftp://x", "--log", "xml", "--trusted-proxies", "here", "--smtp", "gopher://user:secret@host")
	if status != 2 {
		t.Errorf("it exited %d", status)
	}
	for _, name := range []string{"--db", "POSTRIDER_SMTP_CONNECTIONS", "--tick", "--signup", "--from", "--url", "--log",
		"--trusted-proxies", "--smtp "} {
		if !strings.Contains(stderr, name) {
			t.Errorf("it does not name %s: %s", name, stderr)
		}
	}
	if strings.Contains(stderr, "secret") {
		t.Errorf("it shows the password: %s", stderr)
	}
	_, stderr, status = command(t, "--addr", "0.0.0.0:0", "--url", "https://post.example.com")
	if status != 2 || strings.Count(stderr, "--smtp") != 2 {
		t.Errorf("with the built-in mailbox open to all it exited %d and said %s", status, stderr)
	}
	if _, stderr, status = command(t, "--no-such-flag"); status != 2 {
		t.Errorf("an unknown flag exits %d: %s", status, stderr)
	}
}
