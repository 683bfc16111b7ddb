package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"postrider/locale"
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
	t.Run("who was added signs in at the running service", func(t *testing.T) {
		signedIn(t, p.url, admin).get("/users").says(200, admin, paul)
	})
	b := signedIn(t, p.url, paul)
	t.Run("a role counts from the next page on", func(t *testing.T) {
		b.get("/users").says(403, "Your role does not allow this.")
		run("", paul+" has the role manager", "role", paul, "manager")
		b.get("/users").says(200, admin)
	})
	t.Run("a block too, and who is unblocked signs in again", func(t *testing.T) {
		run("", paul+" is blocked", "block", paul, "--reason", spamReason)
		login := b.get("/users")
		if login.url.Path != "/login" {
			t.Fatalf("the blocked user is at %s", login.url)
		}
		typed := map[string]string{"email": paul, "password": storetest.Password}
		login.send("/login", typed).says(422, "This account is blocked. The reason: "+spamReason)
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
		"an unknown thing to do":   {"", "unexpected argument promote", []string{"promote", paul}, 2},
		"blocking the last admin":  {"", admin + " is the last admin", []string{"block", admin}, 1},
		"an address that is taken": {storetest.Password + "\n", "there is a user with the address " + paul, []string{"add", paul}, 1},
	} {
		t.Run(name+" is refused in words", func(t *testing.T) {
			stdout, stderr, status := commandFed(t, c.stdin, append([]string{"user", "--db", path}, c.args...)...)
			if status != c.status || !strings.Contains(stderr, c.says) || stdout != "" {
				t.Errorf("it exited %d and said %q, %q; want %q", status, stdout, stderr, c.says)
			}
		})
	}
}
