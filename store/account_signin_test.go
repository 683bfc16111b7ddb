package store_test

import (
	"errors"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store/storetest"
)

func TestBlockedDuringSignIn(t *testing.T) {
	s := storetest.Open(t)
	_, by := person(t, s, "admin@example.com", domain.RoleAdmin)
	u, err := s.SignIn(t.Context(), storetest.User(t, s, "ann@example.com").Email, storetest.Password, "", now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.BlockUser(t.Context(), by, u.ID, "spam", now); err != nil {
		t.Fatal(err)
	}
	in := domain.Session{UserID: u.ID, PasswordAt: u.PasswordAt, CreatedAt: now, SeenAt: now}
	if err := s.CreateSession(t.Context(), "session", in); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestSignIn(t *testing.T) {
	t.Run("knows the right password and nothing else", func(t *testing.T) {
		s := storetest.Open(t)
		u := storetest.User(t, s, "ann@example.com")
		got, err := s.SignIn(t.Context(), "ANN@example.com", storetest.Password, "::1", now)
		if err != nil || got.ID != u.ID {
			t.Errorf("the right password gave %v, %v", got, err)
		}
		for _, try := range [][2]string{{"ann@example.com", "wrong password"}, {"bob@example.com", storetest.Password}, {"no address", "x"}} {
			if _, err := s.SignIn(t.Context(), try[0], try[1], "::1", now); !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("%v gave %v", try, err)
			}
		}
	})
	t.Run("makes an account wait after five failures, and longer after each more", func(t *testing.T) {
		s := storetest.Open(t)
		storetest.User(t, s, "ann@example.com")
		at := now
		for range 5 {
			_, err := s.SignIn(t.Context(), "ann@example.com", "wrong password", "::1", at)
			if !errors.Is(err, domain.ErrNotFound) {
				t.Fatalf("a free failure gave %v", err)
			}
		}
		last := time.Duration(0)
		for range 4 {
			var many domain.TooMany
			_, err := s.SignIn(t.Context(), "ann@example.com", storetest.Password, "::2", at)
			if !errors.As(err, &many) || many.RetryAfter <= last {
				t.Fatalf("got %v, after a wait of %s", err, last)
			}
			last = many.RetryAfter
			at = at.Add(last)
			if _, err := s.SignIn(t.Context(), "ann@example.com", "wrong password", "::2", at); !errors.Is(err, domain.ErrNotFound) {
				t.Fatalf("after the wait: %v", err)
			}
		}
		at = at.Add(15 * time.Minute)
		if _, err := s.SignIn(t.Context(), "ann@example.com", storetest.Password, "::1", at); err != nil {
			t.Errorf("the right password after the wait gave %v", err)
		}
	})
}
