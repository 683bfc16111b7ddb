package store_test

import (
	"errors"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store/storetest"
)

func TestSession(t *testing.T) {
	s := storetest.Open(t)
	u := storetest.User(t, s, "ann@example.com")
	start := func(id string) {
		err := s.CreateSession(t.Context(), id, domain.Session{UserID: u.ID, CreatedAt: now, SeenAt: now})
		if err != nil {
			t.Fatal(err)
		}
		if row, err := s.UserRow(t.Context(), u.ID, now); err != nil || !row.SignedInAt.Equal(now) {
			t.Errorf("signed in at %v, %v", row.SignedInAt, err)
		}
	}
	start("one")
	t.Run("ends 12 hours after its last use", func(t *testing.T) {
		used := now.Add(11 * time.Hour)
		if _, _, err := s.Session(t.Context(), "one", used); err != nil {
			t.Fatal(err)
		}
		if _, got, err := s.Session(t.Context(), "one", used.Add(11*time.Hour)); err != nil || got.ID != u.ID {
			t.Errorf("11 hours after its last use: %v", err)
		}
		if _, _, err := s.Session(t.Context(), "one", used.Add(24*time.Hour)); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("13 hours after its last use: %v", err)
		}
	})
	t.Run("is gone when it is deleted", func(t *testing.T) {
		start("two")
		if err := s.DeleteSession(t.Context(), "two"); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Session(t.Context(), "two", now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
}
