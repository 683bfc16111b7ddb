package e2e

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"postrider/mail/mailtest"
)

const goneWords = "the database is gone: nothing is sent or saved"

// ask returns the status and the text of a page.
func (p *program) ask(path string) (int, string) {
	p.t.Helper()
	answer, err := http.Get(p.url + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func wantTexts(t *testing.T, in string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(in, text) {
			t.Errorf("%q is missing in %q", text, in)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestDatabaseGone takes the database away from a service that is sending.
func TestDatabaseGone(t *testing.T) {
	const letters = 2000
	for name, take := range map[string]func(t *testing.T, path string) (back func()){
		"deleted": func(t *testing.T, path string) func() {
			must(t, os.Remove(path))
			return nil
		},
		"moved away, and back": func(t *testing.T, path string) func() {
			must(t, os.Rename(path, path+".away"))
			return func() { must(t, os.Rename(path+".away", path)) }
		},
		"replaced by another file": func(t *testing.T, path string) func() {
			must(t, os.Rename(path, path+".away"))
			old, err := os.ReadFile(path + ".away")
			must(t, err)
			must(t, os.WriteFile(path, old, 0o600))
			return nil
		},
		"with its folder moved away, and back": func(t *testing.T, path string) func() {
			must(t, os.Rename(filepath.Dir(path), filepath.Dir(path)+".away"))
			return func() { must(t, os.Rename(filepath.Dir(path)+".away", filepath.Dir(path))) }
		},
		"whose write-ahead log was deleted": func(t *testing.T, path string) func() {
			must(t, os.Remove(path+"-wal"))
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "data")
			must(t, os.Mkdir(dir, 0o700))
			path := filepath.Join(dir, "postrider.db")
			mailing := preparedAt(t, path, letters, always)
			relay := mailtest.New(t, mailtest.Config{Script: mailtest.Slow(5 * time.Millisecond)})
			p := serve(t, "--db", path, "--smtp", relay.URL())
			relay.WaitFor(20, patience)
			back := take(t, path)
			after := relay.Count()
			wait(t, "the log to tell", func() bool { return p.said(goneWords) == 1 })
			for _, page := range []string{"/", "/login", "/blog", "/mailings", "/signup", "/feed.xml", "/nowhere"} {
				status, body := p.ask(page)
				wantTexts(t, body, "The database file was deleted, moved or replaced while the service was running")
				if status != http.StatusServiceUnavailable {
					t.Errorf("%s is %d", page, status)
				}
			}
			if status, body := p.ask("/readyz"); status != http.StatusServiceUnavailable || body != "the database file was deleted, moved or replaced" {
				t.Errorf("/readyz is %d %q", status, body)
			}
			if status, _ := p.ask("/healthz"); status != http.StatusOK {
				t.Errorf("/healthz is %d", status)
			}
			if n := relay.Count(); n > after+2*connections {
				t.Errorf("%d letters went out afterwards", n-after)
			}
			if _, err := os.Stat(path); name == "deleted" && !os.IsNotExist(err) {
				t.Errorf("there is a file again: %v", err)
			}
			if back != nil {
				back()
				wait(t, "the log to tell", func() bool { return p.said("the database is back") == 1 })
				survived(t, path, mailing, letters)
				arrived(t, relay.Letters(), letters, 0)
				if status, _ := p.ask("/"); status != http.StatusOK {
					t.Errorf("back, the home page is %d", status)
				}
			}
			if back == nil {
				if p.end(syscall.SIGTERM); p.cmd.ProcessState.ExitCode() != 1 || p.said("postrider: the database is gone") != 1 {
					t.Errorf("told to stop it exits %d", p.cmd.ProcessState.ExitCode())
				}
				p.err = nil // otherwise stop would report it
			}
			if p.said("level=ERROR") != 1 || p.said(goneWords) != 1 {
				t.Errorf("%d errors in the log, %d of them about the file", p.said("level=ERROR"), p.said(goneWords))
			}
		})
	}
	t.Run("a new database is told, and where", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "new.db")
		_, errs, _ := command(t, "next", "--db", path)
		wantTexts(t, errs, "created a new database at "+path)
		if _, errs, _ := command(t, "next", "--db", path); errs != "" {
			t.Errorf("the second time: %s", errs)
		}
	})
}
