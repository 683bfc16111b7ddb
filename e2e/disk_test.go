//go:build linux

package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"postrider/locale"
	"postrider/mail/mailtest"
	"postrider/store/storetest"
)

// smallDisk is a file system of 16 MiB.
func smallDisk(t *testing.T) string {
	t.Helper()
	long(t)
	if os.Geteuid() != 0 {
		t.Skip("only root may mount the small disk that this test fills")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=16m"); err != nil {
		t.Fatalf("mount: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir
}

// fillDisk writes a file until not one more byte fits.
func fillDisk(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
}

func TestDiskFull(t *testing.T) {
	const letters = 2000
	dir := smallDisk(t)
	path, filler := filepath.Join(dir, "postrider.db"), filepath.Join(dir, "filler")
	mailing := preparedAt(t, path, letters, always)
	relay := mailtest.New(t, mailtest.Config{Script: mailtest.Slow(2 * time.Millisecond)})
	p := serve(t, "--db", path, "--smtp", relay.URL())
	s := storetest.OpenAt(t, path)
	relay.WaitFor(100, patience)
	fillDisk(t, filler)
	wait(t, "commits to fail again and again", func() bool { return p.said("results cannot be written down") >= 4 })
	b := stranger(t, p.url, locale.English)
	for _, page := range []string{"/", "/login", "/signup"} {
		b.get(page).says(200, "")
	}
	b.get("/login").send("/login", map[string]string{"email": "owner@example.com", "password": storetest.Password}).
		says(503, "write to the database right now")
	run, err := s.Runs(t.Context(), mailing.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	kept, gone := run[0].Counts.Sent, relay.Count()
	if gone > kept+connections {
		t.Errorf("%d letters have left and only %d are written down", gone, kept)
	}
	if gone == letters {
		t.Fatal("all was sent before the disk was full; more letters are needed")
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	survived(t, path, mailing, letters)
	arrived(t, relay.Letters(), letters, 0)
	storetest.CheckIntegrity(t, path)
	b.get("/login").send("/login", map[string]string{"email": "owner@example.com", "password": storetest.Password}).says(200, "")
	t.Logf("the disk was full with %d written down and %d gone", kept, gone)
}

// A full disk cannot store letters, and /readyz says so until there is space again.
func TestNotReadyOnFullDisk(t *testing.T) {
	dir := smallDisk(t)
	path, filler := filepath.Join(dir, "postrider.db"), filepath.Join(dir, "filler")
	preparedAt(t, path, 1, always)
	p := serve(t, "--db", path)
	b := stranger(t, p.url, locale.English)
	b.get("/readyz").says(200, "ok")
	fillDisk(t, filler)
	wait(t, "the service to say that it is not ready", func() bool { return b.get("/readyz").status == 503 })
	b.get("/healthz").says(200, "ok")
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	wait(t, "the service to be ready again", func() bool { return b.get("/readyz").status == 200 })
	if n := p.said("not ready"); n != 1 {
		t.Errorf("the log says %d times that it is not ready", n)
	}
}
