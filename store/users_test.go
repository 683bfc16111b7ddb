package store_test

import (
	"errors"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

var now = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

func signUp(t *testing.T, s *store.Store, email, token string) {
	t.Helper()
	in := domain.SignUp{Email: email, Name: "Ann", Password: storetest.Password, Language: "en", TimeZone: "UTC"}
	confirm := domain.SystemLetter{Subject: "confirm", Body: token, ExpiresAt: now.Add(time.Hour)}
	known := domain.SystemLetter{Subject: "known", Body: "-", ExpiresAt: now.Add(time.Hour)}
	if err := s.SignUp(t.Context(), in, store.Joining{Token: token, Confirm: confirm, Known: known}, now); err != nil {
		t.Fatal(err)
	}
}

func TestSignUp(t *testing.T) {
	t.Run("makes the first user an admin and the second a user", func(t *testing.T) {
		s := storetest.Open(t)
		signUp(t, s, "first@example.com", "t1")
		signUp(t, s, "second@example.com", "t2")
		for email, want := range map[string]domain.Role{"first@example.com": domain.RoleAdmin, "second@example.com": domain.RoleUser} {
			u, err := s.UserByEmail(t.Context(), email)
			if err != nil || u.Role != want {
				t.Errorf("%s has role %q, %v; want %q", email, u.Role, err, want)
			}
		}
	})
	t.Run("gives each user a team of their own", func(t *testing.T) {
		s := storetest.Open(t)
		a, b := storetest.User(t, s, "a@example.com"), storetest.User(t, s, "b@example.com")
		if a.TeamID == b.TeamID {
			t.Error("two users who signed up share a team")
		}
	})
	t.Run("lets a token confirm once, and a new one void the old", func(t *testing.T) {
		s := storetest.Open(t)
		signUp(t, s, "ann@example.com", "old")
		signUp(t, s, "ANN@Example.com", "new")
		if _, err := s.Verify(t.Context(), "old", "", now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the voided token gave %v", err)
		}
		if _, err := s.Verify(t.Context(), "new", "", now); err != nil {
			t.Errorf("the new token gave %v", err)
		}
		if _, err := s.Verify(t.Context(), "new", "", now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the token worked twice: %v", err)
		}
	})
	t.Run("lets no password of a stranger count when the owner of the address confirms it", func(t *testing.T) {
		s := storetest.Open(t)
		signUp(t, s, "ann@example.com", "first")
		other := domain.SignUp{Email: "ann@example.com", Password: "another long password", Language: "en", TimeZone: "UTC"}
		if err := s.SignUp(t.Context(), other, store.Joining{Token: "second"}, now); err != nil {
			t.Fatal(err)
		}
		if choose, err := s.Verify(t.Context(), "second", "reset", now); err != nil || !choose {
			t.Fatalf("asked for a password: %t, %v", choose, err)
		}
		for _, password := range []string{storetest.Password, other.Password, ""} {
			if _, err := s.SignIn(t.Context(), "ann@example.com", password, "", now); !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("%q signs in: %v", password, err)
			}
		}
		if err := s.ResetPassword(t.Context(), domain.Actor{}, "reset", "the third and chosen one", now); err != nil {
			t.Fatal(err)
		}
		if u, err := s.SignIn(t.Context(), "ann@example.com", "the third and chosen one", "", now); err != nil || !u.Verified() {
			t.Errorf("the chosen one: %+v, %v", u, err)
		}
	})
	t.Run("keeps the password of who signs up twice with the same", func(t *testing.T) {
		s := storetest.Open(t)
		signUp(t, s, "ann@example.com", "first")
		signUp(t, s, "ann@example.com", "second")
		if choose, err := s.Verify(t.Context(), "second", "reset", now); err != nil || choose {
			t.Fatalf("asked for a password: %t, %v", choose, err)
		}
		if _, err := s.SignIn(t.Context(), "ann@example.com", storetest.Password, "", now); err != nil {
			t.Error(err)
		}
	})
	t.Run("lets no token confirm after 24 hours", func(t *testing.T) {
		s := storetest.Open(t)
		signUp(t, s, "ann@example.com", "late")
		if _, err := s.Verify(t.Context(), "late", "", now.Add(domain.VerifyValid)); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("writes a different letter to an address that is known, and makes no second user", func(t *testing.T) {
		s := storetest.Open(t)
		storetest.User(t, s, "ann@example.com")
		signUp(t, s, "ann@example.com", "again")
		l, err := s.ClaimLetter(t.Context(), 1, now)
		if err != nil || l.Subject != "known" || l.To.Email != "ann@example.com" {
			t.Errorf("the letter is %+v, %v", l, err)
		}
	})
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
