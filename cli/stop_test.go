package cli

import (
	"fmt"
	"net"
	"path/filepath"
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
	"postrider/store"
	"postrider/store/storetest"
)

// dueAt makes a database with a mailing to n clients that is due now.
func dueAt(t *testing.T, path string, n int) {
	t.Helper()
	db, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	u := storetest.User(t, db, "owner@example.com")
	for i := range n {
		storetest.Client(t, db, u.TeamID, fmt.Sprintf("client%d@example.com", i))
	}
	now := time.Now()
	storetest.Mailing(t, db, u.TeamID, now, domain.LocalTimeOf(now, time.UTC).String(), "", "UTC", domain.Once)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestStop(t *testing.T) {
	t.Run("no letter is started while a request delays the shutdown", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "p.db")
		dueAt(t, path, 20)
		second, hold := make(chan struct{}), make(chan struct{})
		relay := mailtest.New(t, mailtest.Config{Script: func(s mailtest.Step) mailtest.Action {
			if s.Stage == mailtest.Dot && s.Letter == 2 {
				close(second)
				return mailtest.Action{Hold: hold}
			}
			return mailtest.Action{}
		}})
		address, _, stop := started(t, nil, "--db", path, "--addr", "127.0.0.1:0", "--smtp", relay.URL(), "--smtp-connections", "1")
		<-second
		slow, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer slow.Close()
		if _, err := fmt.Fprintf(slow, "GET / HTTP/1.1\r\nHost: "); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- stop() }()
		for closed := false; !closed; { // once the port is closed, the program is stopping
			c, err := net.Dial("tcp", address)
			if closed = err != nil; !closed {
				_ = c.Close()
			}
		}
		close(hold)
		if err := <-ended; err != nil {
			t.Errorf("it ended with %v", err)
		}
		if n := relay.Count(); n != 2 {
			t.Errorf("%d letters went out, two were begun before the end", n)
		}
	})
}
