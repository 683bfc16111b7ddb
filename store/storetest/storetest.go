// Package storetest creates a real store for a test, and fills it.
package storetest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
)

// Password is the password of every user created here.
const Password = "correct horse battery"

// PasswordHash is the stored hash of Password, for tests that create many users without the store: hashing is slow.
const PasswordHash = "$argon2id$v=19$m=64,t=1,p=1$Mp+vMEqWvmxujAW5r5g8VA$Hs6pNSXpTfhjxKpYIWCru4upKfenMx8wFnOY20iZMu8"

// cheap is for tests that are not about hashing.
var cheap = store.HashCost{Memory: 64, Passes: 1}

// Open returns an empty, migrated store with its own file, and closes it when the test ends.
func Open(t testing.TB) *store.Store {
	t.Helper()
	return OpenAt(t, filepath.Join(t.TempDir(), "postrider.db"))
}

// OpenAt is Open with a file of the test's choice, which need not be empty.
func OpenAt(t testing.TB, path string) *store.Store {
	t.Helper()
	begin(t, path)
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	s.HashCost = cheap
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// empty is the content of a migrated file without data. It is created once: with the race detector, a migration takes
// longer than most tests.
var empty = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "postrider-empty")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "postrider.db")
	s, err := store.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil { // a checkpoint: everything moves from the journal to the file
		return nil, err
	}
	return os.ReadFile(path)
})

// begin creates a migrated file if there is none.
func begin(t testing.TB, path string) {
	t.Helper()
	if _, err := os.Stat(path); err == nil {
		return
	}
	file, err := empty()
	if err == nil {
		err = os.WriteFile(path, file, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// User adds a verified user with the role "user" and a team of their own.
func User(t testing.TB, s *store.Store, email string) domain.User {
	t.Helper()
	in := domain.SignUp{Email: email, Name: "User " + email, Password: Password, Language: "en", TimeZone: "UTC"}
	u, err := s.AddUser(t.Context(), in, domain.RoleUser, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// Client adds a client.
func Client(t testing.TB, s *store.Store, teamID int64, email string) domain.Client {
	t.Helper()
	c, err := s.CreateClient(t.Context(), domain.CommandLineActor(), domain.Client{TeamID: teamID, Email: email, FullName: "Client " + email}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Message adds a message.
func Message(t testing.TB, s *store.Store, teamID int64, subject, body string) domain.Message {
	t.Helper()
	m, err := s.CreateMessage(t.Context(), domain.CommandLineActor(), domain.Message{TeamID: teamID, Subject: subject, Body: body}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Mailing adds a mailing of a new message to all clients of a team, saved at now. The schedule is as typed in the form.
func Mailing(t testing.TB, s *store.Store, teamID int64, now time.Time, starts, ends, zone string, every domain.Periodicity) domain.Mailing {
	t.Helper()
	schedule, err := domain.NewSchedule(starts, ends, zone, string(every))
	if err != nil {
		t.Fatal(err)
	}
	msg := Message(t, s, teamID, "Hello, {{name|friend}}", "Dear {{first_name|friend}}")
	m, err := s.CreateMailing(t.Context(), domain.CommandLineActor(), domain.Mailing{TeamID: teamID, Name: "Mailing " + starts, MessageID: msg.ID,
		Audience: domain.AudienceAll, Schedule: schedule}, now)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
