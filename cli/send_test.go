package cli

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/mail/mailtest"
	"postrider/store/storetest"
)

func TestSend(t *testing.T) {
	// pass runs send and returns its output and its error.
	pass := func(ctx context.Context, args ...string) (out, errs *output, err error) {
		out, errs = &output{}, &output{}
		p := program{System: System{Getenv: func(string) string { return "" }, Stdout: out, Stderr: errs}}
		return out, errs, p.run(ctx, append([]string{"send"}, args...))
	}
	t.Run("continues with the others if a mailing cannot be started, names it, and exits 1", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "p.db")
		dueAt(t, path, 3)
		db := storetest.OpenAt(t, path)
		due, err := db.Coming(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		broken := due[0]
		m := broken
		m.Name = "Another"
		if _, err := db.CreateMailing(t.Context(), domain.CommandLineActor(), m, m.NextAt); err != nil {
			t.Fatal(err)
		}
		file, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if _, err := file.Exec(`UPDATE mailings SET time_zone = 'No/Where' WHERE id = $1`, broken.ID); err != nil {
			t.Fatal(err)
		}
		relay := mailtest.New(t, mailtest.Config{})
		out, _, err := pass(t.Context(), "--db", path, "--smtp", relay.URL())
		if status(err) != exitError || !strings.Contains(err.Error(), fmt.Sprintf("mailing %d", broken.ID)) {
			t.Errorf("it exited %d with %v", status(err), err)
		}
		if relay.Count() != 3 || !strings.Contains(out.String(), "done, 3 recipients, 3 sent") {
			t.Errorf("%d letters went out, it printed %q", relay.Count(), out)
		}
	})
	t.Run("continues with what is due if the named mailing cannot be sent", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "p.db")
		dueAt(t, path, 3)
		relay := mailtest.New(t, mailtest.Config{})
		out, _, err := pass(t.Context(), "--db", path, "--smtp", relay.URL(), "--mailing", "99")
		if status(err) != exitError || !strings.Contains(err.Error(), "mailing 99") || relay.Count() != 3 {
			t.Errorf("it printed %q and exited %d with %v; %d letters", out, status(err), err, relay.Count())
		}
	})
	t.Run("when stopped it reports its progress and what is left, and exits 1", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "p.db")
		dueAt(t, path, 20)
		ctx, cancel := context.WithCancel(t.Context())
		relay := mailtest.New(t, mailtest.Config{Script: func(s mailtest.Step) mailtest.Action {
			if s.Stage == mailtest.Dot && s.Letter == 5 {
				cancel()
			}
			return mailtest.Action{}
		}})
		out, errs, err := pass(ctx, "--db", path, "--smtp", relay.URL(), "--smtp-connections", "1")
		left := 20 - relay.Count()
		if left == 0 || status(err) != exitError || !strings.Contains(err.Error(), fmt.Sprintf("%d emails are left", left)) {
			t.Errorf("it exited %d with %v, %d were left; it said %q", status(err), err, left, errs)
		}
		if want := fmt.Sprintf("20 recipients, %d sent, 0 failed, %d waiting", relay.Count(), left); !strings.Contains(out.String(), want) {
			t.Errorf("it printed %q, want %q", out, want)
		}
	})
}
