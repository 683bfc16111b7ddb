package jobs_test

import (
	"bytes"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"postrider/domain"
	"postrider/jobs"
	"postrider/store"
	"postrider/store/storetest"
)

func TestResidue(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "postrider.db")
	s := storetest.OpenAt(t, path)
	u := storetest.User(t, s, "owner@example.com")
	job := &jobs.Residue{Store: s, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	size := func() int64 {
		t.Helper()
		j, err := s.Journal()
		if err != nil {
			t.Fatal(err)
		}
		return j.Size
	}
	change := func() {
		t.Helper()
		storetest.Client(t, s, u.TeamID, store.NewToken()+"@example.com")
	}
	change()
	job.Tick(t.Context())
	if size() == 0 {
		t.Error("it is truncated although something has just been written")
	}
	job.Tick(t.Context())
	if size() != 0 {
		t.Error("nobody writes, and it is not truncated")
	}
	looks := 0
	for ; looks < 100; looks++ { // someone keeps writing
		change()
		if job.Tick(t.Context()); size() == 0 {
			break
		}
	}
	if looks != 29 {
		t.Errorf("while somebody writes, it was truncated after %d looks", looks+1)
	}
	t.Run("wipes deleted data", func(t *testing.T) {
		gone, err := s.CreateClient(t.Context(), domain.CommandLineActor(), domain.Client{TeamID: u.TeamID, Email: "zq-gone@example.com", FullName: "Zq Gone"}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if err := s.DeleteClient(t.Context(), domain.CommandLineActor(), gone.ID, time.Now()); err != nil {
			t.Fatal(err)
		}
		for range 300 { // not more often than that
			job.Tick(t.Context())
		}
		for _, file := range []string{path, path + "-wal"} {
			data, err := os.ReadFile(file)
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			if bytes.Contains(data, []byte("zq-gone@")) || bytes.Contains(data, []byte("Zq Gone")) {
				t.Errorf("%s still holds it", filepath.Base(file))
			}
		}
		if done, err := s.WipeResidue(t.Context()); err != nil || done {
			t.Errorf("there was something left to wipe: %v, %v", done, err)
		}
	})
}

// The sender forgets deleted clients after the configured time, and updates the shown number of clients once an hour.
func TestForgetsDeletedClients(t *testing.T) {
	t.Parallel()
	const month = 30 * 24 * time.Hour
	s := newSite(t, plan{clients: 2, sender: func(c *jobs.Config) { c.ForgetAfter = month }})
	m := s.mailing(0)
	s.run()
	s.until(m, "the end of the run", over)
	page, err := s.store.Clients(t.Context(), s.user.TeamID, store.ClientQuery{})
	if err != nil {
		t.Fatal(err)
	}
	gone := page.Rows[0]
	if err := s.store.DeleteClient(t.Context(), domain.CommandLineActor(), gone.ID, s.clock()); err != nil {
		t.Fatal(err)
	}
	named := func() (n int) {
		for _, a := range s.log(m) {
			if a.Recipient.Email == gone.Email && a.Reply.Text != "" {
				n++
			}
		}
		return n
	}
	s.advance(month - time.Hour)
	if err := s.sender.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	if named() != 1 {
		t.Error("the client is forgotten before the time")
	}
	s.advance(time.Hour)
	if err := s.sender.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := named(); n != 0 || len(s.log(m)) != 2 {
		t.Errorf("the log names the client %d times in %d lines", n, len(s.log(m)))
	}
}
