package jobs_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"testing"
	"time"

	"postrider/domain"
	"postrider/jobs"
	"postrider/mail/mailtest"
	"postrider/store"
	"postrider/store/storetest"
)

// TestReplaced makes a process without the lock take over from a sender that is sending.
func TestReplaced(t *testing.T) {
	s := newSite(t, plan{clients: 200, server: mailtest.Config{Script: mailtest.Slow(2 * time.Millisecond)}})
	m := s.mailing(0)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.sender.RunLocked(ctx) }()
	s.relay.WaitFor(20, patience)
	epoch, uncertain, err := s.store.TakeOver(t.Context(), s.clock())
	if err != nil || uncertain > connections {
		t.Fatalf("%d are uncertain, %v", uncertain, err)
	}
	s.wait("the first sender to say so", func() bool {
		return s.logged.count("another process sends the letters of this database although this one has its lock") == 1
	})
	if n := s.relay.Connections(); n > 2*connections {
		t.Errorf("%d connections", n)
	}
	went := s.relay.Count()
	if err := s.sender.Tick(t.Context()); err != nil { // there is work, but it is left alone
		t.Error(err)
	}
	claimed, err := s.store.Claim(t.Context(), epoch, 500, s.clock())
	if err != nil || len(claimed) < 200-went || s.relay.Count() != went {
		t.Errorf("the other one gets %d of %d letters, %v; %d more went out", len(claimed), 200-went, err, s.relay.Count()-went)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("told to stop it ends with %v", err)
	}
	if run := s.until(m, "the run", func(domain.Run) bool { return true }); run.State != domain.RunSending {
		t.Errorf("the run is %s", run.State)
	}
}

func TestTryLock(t *testing.T) {
	s := newSite(t, plan{})
	link := t.TempDir() + "/link.db"
	if err := os.Symlink(s.path, link); err != nil {
		t.Fatal(err)
	}
	other := storetest.OpenAt(t, link)
	first, ok, err := jobs.TryLock(s.store)
	if err != nil || !ok {
		t.Fatalf("got it: %v, %v", ok, err)
	}
	for _, remove := range []bool{false, true} {
		if remove && runtime.GOOS != "linux" {
			break // where the file next to it is the only lock
		}
		if remove {
			if err := os.Remove(s.path + ".sender"); err != nil {
				t.Fatal(err)
			}
		}
		if _, ok, err := jobs.TryLock(other); ok || err != nil {
			t.Errorf("by a link, without the file beside it %v: got it %v, %v", remove, ok, err)
		}
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := jobs.TryLock(other); !ok || err != nil {
		t.Errorf("after it was given back: got it %v, %v", ok, err)
	}
}

// TestMovedDatabase moves the database away while nobody is checking.
func TestMovedDatabase(t *testing.T) {
	s := newSite(t, plan{clients: 3})
	if err := os.Rename(s.path, s.path+".away"); err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{"ready": s.store.Ready(t.Context()), "look": s.store.Look(), "gone": s.store.Gone()} {
		if !errors.Is(err, store.ErrGone) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := os.Stat(s.path); !os.IsNotExist(err) {
		t.Errorf("there is a file again: %v", err)
	}
	if err := os.Rename(s.path+".away", s.path); err != nil {
		t.Fatal(err)
	}
	if err := s.store.Ready(t.Context()); err != nil || s.store.Gone() != nil {
		t.Errorf("back: %v, %v", err, s.store.Gone())
	}
}
