package jobs_test

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"postrider/domain"
	"postrider/jobs"
	"postrider/store"
	"postrider/store/storetest"
)

// The job deletes expired data at once, and stops when told to.
func TestExpiry(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	storetest.User(t, s, "admin@example.com")
	in := domain.SignUp{Email: "begun@example.com", Password: storetest.Password, Language: "en", TimeZone: "UTC"}
	letter := domain.SystemLetter{Subject: "s", Body: "b", ExpiresAt: now.Add(time.Hour)}
	if err := s.SignUp(t.Context(), in, store.Joining{Token: "t", Confirm: letter}, now); err != nil {
		t.Fatal(err)
	}
	there := func() bool {
		_, err := s.UserByEmail(context.WithoutCancel(t.Context()), in.Email)
		return err == nil
	}
	var log bytes.Buffer
	e := &jobs.Expiry{Store: s, Log: slog.New(slog.NewTextHandler(&log, nil)), Now: func() time.Time { return now }}
	e.Tick(t.Context())
	if !there() {
		t.Fatal("it was deleted at once")
	}
	now = now.Add(domain.UnconfirmedKept + time.Second)
	running, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { e.Run(running); close(done) }()
	for there() {
		select {
		case <-done:
			t.Fatal("it has ended by itself")
		case <-time.After(time.Millisecond):
		}
	}
	stop()
	<-done
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	e.Tick(t.Context())
	e.Tick(t.Context())
	if n := bytes.Count(log.Bytes(), []byte("level=ERROR")); n != 1 {
		t.Errorf("a database that is shut was told of %d times: %s", n, log.String())
	}
}
