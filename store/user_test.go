package store_test

import (
	"errors"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestSignIn(t *testing.T) {
	t.Run("accepts only the right password", func(t *testing.T) {
		s := storetest.Open(t)
		u := storetest.User(t, s, "ann@example.com")
		got, err := s.SignIn(t.Context(), store.Origin{Address: "::1"}, "ANN@example.com", storetest.Password, now)
		if err != nil || got.ID != u.ID {
			t.Errorf("the right password gave %v, %v", got, err)
		}
		for _, try := range [][2]string{{"ann@example.com", "wrong password"}, {"bob@example.com", storetest.Password}, {"no address", "x"}} {
			if _, err := s.SignIn(t.Context(), store.Origin{Address: "::1"}, try[0], try[1], now); !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("%v gave %v", try, err)
			}
		}
	})
	t.Run("makes an account wait after five failures, longer after each further one", func(t *testing.T) {
		s := storetest.Open(t)
		storetest.User(t, s, "ann@example.com")
		at := now
		for range 5 {
			_, err := s.SignIn(t.Context(), store.Origin{Address: "::1"}, "ann@example.com", "wrong password", at)
			if !errors.Is(err, domain.ErrNotFound) {
				t.Fatalf("a free failure gave %v", err)
			}
		}
		last := time.Duration(0)
		for range 4 {
			var many domain.TooMany
			_, err := s.SignIn(t.Context(), store.Origin{Address: "::2"}, "ann@example.com", storetest.Password, at)
			if !errors.As(err, &many) || many.RetryAfter <= last {
				t.Fatalf("got %v, after a wait of %s", err, last)
			}
			last = many.RetryAfter
			at = at.Add(last)
			if _, err := s.SignIn(t.Context(), store.Origin{Address: "::2"}, "ann@example.com", "wrong password", at); !errors.Is(err, domain.ErrNotFound) {
				t.Fatalf("after the wait: %v", err)
			}
		}
		at = at.Add(15 * time.Minute)
		if _, err := s.SignIn(t.Context(), store.Origin{Address: "::1"}, "ann@example.com", storetest.Password, at); err != nil {
			t.Errorf("the right password after the wait gave %v", err)
		}
	})
}

func TestSignUp(t *testing.T) {
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
		signUp(t, s, "ANN@Example.com", "too soon")
		now := now.Add(time.Hour)
		if _, err := confirm(t, s, "too soon", "browser of too soon", "", now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("a token that was not sent gave %v", err)
		}
		signUpAt(t, s, "ANN@Example.com", "new", now)
		if _, err := confirm(t, s, "old", "browser of old", "", now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the voided token gave %v", err)
		}
		u, err := confirm(t, s, "new", "browser of new", "", now)
		if err != nil || !u.Verified() || u.Email != "ann@example.com" {
			t.Errorf("the new token gave %+v, %v", u, err)
		}
		if _, err := confirm(t, s, "new", "browser of new", "", now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the token worked twice: %v", err)
		}
		if got := lines(t, s, domain.AuditConfirm); len(got) != 1 || got[0] != "ann@example.com: ann@example.com ()" {
			t.Errorf("the log says %q", got)
		}
	})
	t.Run("keeps the password typed last in the browser that confirms, and no earlier one", func(t *testing.T) {
		s := storetest.Open(t)
		signUp(t, s, "ann@example.com", "first")
		other := domain.SignUp{Email: "ann@example.com", Name: "Eve", Password: "another long password", Language: "ru", TimeZone: "Europe/Berlin"}
		now := now.Add(time.Hour)
		if err := s.SignUp(t.Context(), other, store.Joining{Token: "second", Browser: "browser of second"}, now); err != nil {
			t.Fatal(err)
		}
		u, err := confirm(t, s, "second", "browser of second", "", now)
		if err != nil || u.Name != "Eve" || u.Language != "ru" || u.TimeZone != "Europe/Berlin" {
			t.Errorf("the user is %+v, %v", u, err)
		}
		for password, fits := range map[string]bool{storetest.Password: false, "": false, other.Password: true} {
			if _, err := s.SignIn(t.Context(), store.Origin{}, "ann@example.com", password, now); (err == nil) != fits {
				t.Errorf("%q: %v", password, err)
			}
		}
	})
	t.Run("asks for a password in any other browser, which replaces the existing one", func(t *testing.T) {
		s := storetest.Open(t)
		signUp(t, s, "ann@example.com", "token")
		for _, browser := range []string{"", "another", "token"} {
			var wrong domain.Invalid
			if _, err := confirm(t, s, "token", browser, "short", now); !errors.As(err, &wrong) || wrong["password"].Key == "" {
				t.Errorf("in %q: %v", browser, err)
			}
		}
		if u, here, err := s.Confirming(t.Context(), "token", "another", now); err != nil || here || u.Verified() {
			t.Errorf("%+v, %t, %v", u, here, err)
		}
		u, err := confirm(t, s, "token", "another", "the chosen password", now)
		if err != nil || !u.Verified() || !u.PasswordAt.Equal(now) {
			t.Fatalf("%+v, %v", u, err)
		}
		for password, fits := range map[string]bool{storetest.Password: false, "the chosen password": true} {
			if _, err := s.SignIn(t.Context(), store.Origin{}, "ann@example.com", password, now); (err == nil) != fits {
				t.Errorf("%q: %v", password, err)
			}
		}
	})
	t.Run("changes nothing when no second letter may go: the first one confirms the first input", func(t *testing.T) {
		s := storetest.Open(t)
		signUp(t, s, "ann@example.com", "first")
		other := domain.SignUp{Email: "ann@example.com", Password: "another long password", Language: "en", TimeZone: "UTC"}
		if err := s.SignUp(t.Context(), other, store.Joining{Token: "second", Browser: "browser of second"}, now.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, here, err := s.Confirming(t.Context(), "first", "browser of second", now.Add(time.Minute)); err != nil || here {
			t.Errorf("the second browser is known: %t, %v", here, err)
		}
		if _, err := confirm(t, s, "first", "browser of first", "", now.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		for password, fits := range map[string]bool{storetest.Password: true, other.Password: false} {
			if _, err := s.SignIn(t.Context(), store.Origin{}, "ann@example.com", password, now.Add(time.Minute)); (err == nil) != fits {
				t.Errorf("%q: %v", password, err)
			}
		}
	})
	t.Run("forgets the browser on confirmation, whichever letter it came from", func(t *testing.T) {
		later := now.Add(time.Hour) // than the letter of the sign-up
		for name, use := range map[string]func(s *store.Store) error{
			"confirming": func(s *store.Store) error { _, err := confirm(t, s, "token", "browser of token", "", now); return err },
			"a new password": func(s *store.Store) error {
				if err := s.SendToken(t.Context(), domain.Actor{}, domain.TokenReset, "ann@example.com", "reset", domain.SystemLetter{}, later); err != nil {
					return err
				}
				_, err := s.ResetPassword(t.Context(), domain.Actor{}, "reset", "the chosen password", later)
				return err
			},
			"an invitation": func(s *store.Store) error {
				invite(t, s, storetest.User(t, s, "host@example.com"), "ann@example.com", "invitation")
				_, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "invitation", newcomer(), later)
				return err
			},
		} {
			s := storetest.Open(t)
			storetest.User(t, s, "first@example.com") // becomes the admin
			signUp(t, s, "ann@example.com", "token")
			if n := s.CountForTest(t, `SELECT count(*) FROM users WHERE browser_hash IS NOT NULL`); n != 1 {
				t.Fatalf("%d browsers are known", n)
			}
			if err := use(s); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if n := s.CountForTest(t, `SELECT count(*) FROM users WHERE browser_hash IS NOT NULL`) + s.CountForTest(t, `SELECT count(*) FROM tokens`); n != 0 {
				t.Errorf("%s leaves a browser or a token", name)
			}
		}
	})
	t.Run("does not let a token confirm after 24 hours", func(t *testing.T) {
		s := storetest.Open(t)
		signUp(t, s, "ann@example.com", "late")
		if _, err := confirm(t, s, "late", "browser of late", "", now.Add(domain.VerifyValid)); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("sends a blocked user no token, and does not change the account", func(t *testing.T) {
		s := storetest.Open(t)
		signUp(t, s, "ann@example.com", "token")
		signUp(t, s, "bob@example.com", "token of bob")
		u, err := s.UserByEmail(t.Context(), "bob@example.com")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.BlockUser(t.Context(), domain.Actor{}, u.ID, "because", now); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if l, err := s.ClaimLetter(t.Context(), 1, now); err != nil || l.Subject != "confirm" {
				t.Errorf("the letter is %+v, %v", l, err)
			}
		}
		now := now.Add(time.Hour)
		signUpAt(t, s, "bob@example.com", "again", now)
		if _, _, err := s.Confirming(t.Context(), "again", "browser of again", now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("there is a token: %v", err)
		}
		if l, err := s.ClaimLetter(t.Context(), 1, now); err != nil || l.Subject != "known" {
			t.Errorf("the letter is %+v, %v", l, err)
		}
	})
	t.Run("sends a different letter to a known address, and creates no second user", func(t *testing.T) {
		s := storetest.Open(t)
		storetest.User(t, s, "ann@example.com")
		signUp(t, s, "ann@example.com", "again")
		l, err := s.ClaimLetter(t.Context(), 1, now)
		if err != nil || l.Subject != "known" || l.To.Email != "ann@example.com" {
			t.Errorf("the letter is %+v, %v", l, err)
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
	t.Run("is gone after it is deleted", func(t *testing.T) {
		start("two")
		if err := s.DeleteSession(t.Context(), "two"); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Session(t.Context(), "two", now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
}
