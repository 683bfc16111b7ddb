package e2e

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"postrider/mail/mailtest"
)

const waitsWords = "another process sends the letters of this database; waiting for it to end"

// otherPaths are different paths to the same database.
func otherPaths(t *testing.T, path string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	link, folder := filepath.Join(dir, "link.db"), filepath.Join(dir, "folder")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Dir(path), folder); err != nil {
		t.Fatal(err)
	}
	return map[string]string{"a symbolic link": link, "a linked folder": filepath.Join(folder, filepath.Base(path))}
}

// TestOneSender opens a database by several paths at once while it sends.
func TestOneSender(t *testing.T) {
	const letters = 300
	slow := mailtest.Config{Script: mailtest.Slow(10 * time.Millisecond)}
	t.Run("two of serve and one send, by links", func(t *testing.T) {
		path, mailing := prepared(t, letters)
		relay := mailtest.New(t, slow)
		first := serve(t, "--db", path, "--smtp", relay.URL())
		relay.WaitFor(10, patience)
		var others []*program
		for _, other := range otherPaths(t, path) {
			others = append(others, serve(t, "--db", other, "--smtp", relay.URL()))
			if _, errs, status := command(t, "send", "--db", other, "--smtp", relay.URL()); status != 0 {
				t.Errorf("send exits %d: %s", status, errs)
			}
		}
		survived(t, path, mailing, letters)
		arrived(t, relay.Letters(), letters, 0)
		if n := relay.Connections(); n > 3*connections {
			t.Errorf("%d connections", n)
		}
		for _, p := range others {
			if n := p.said(waitsWords); n != 1 {
				t.Errorf("the other one says %d times that it waits", n)
			}
		}
		if first.said("level=ERROR") > 0 {
			t.Error("the first one complains")
		}
	})
	t.Run("and one goes on where the other was killed, also without the lock file", func(t *testing.T) {
		path, mailing := prepared(t, letters)
		relay := mailtest.New(t, slow)
		first := serve(t, "--db", path, "--smtp", relay.URL())
		relay.WaitFor(10, patience)
		if err := os.Remove(path + ".sender"); err != nil {
			t.Fatal(err)
		}
		second := serve(t, "--db", otherPaths(t, path)["a symbolic link"], "--smtp", relay.URL())
		wait(t, "the second one to wait", func() bool { return second.said(waitsWords) == 1 })
		first.end(syscall.SIGKILL)
		survived(t, path, mailing, letters)
		arrived(t, relay.Letters(), letters, uncertain(t, path, mailing))
		if n := uncertain(t, path, mailing); n > connections {
			t.Errorf("%d letters are uncertain", n)
		}
	})
	t.Run("a hard link is refused, whichever name is used", func(t *testing.T) {
		path, _ := prepared(t, 1)
		other := filepath.Join(t.TempDir(), "other.db")
		if err := os.Link(path, other); err != nil {
			t.Fatal(err)
		}
		for _, db := range []string{path, other, otherPaths(t, other)["a symbolic link"]} {
			for _, args := range [][]string{{"serve", "--addr", "127.0.0.1:0"}, {"send"}, {"next"}} {
				_, errs, status := command(t, append(args, "--db", db, "--smtp", "smtp+insecure://127.0.0.1:1")...)
				wantTexts(t, errs, "has another name (a hard link)", "delete the other name", "cp FILE FILE.own")
				if status != 1 {
					t.Errorf("%v exits %d", args, status)
				}
			}
		}
		if err := os.Remove(other); err != nil {
			t.Fatal(err)
		}
		if _, errs, status := command(t, "next", "--db", path); status != 0 {
			t.Errorf("with one name again it exits %d: %s", status, errs)
		}
	})
}
