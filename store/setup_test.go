package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"postrider/domain"
	"postrider/migrations"
	"postrider/store"
	"postrider/store/storetest"
)

func TestFirstAdmin(t *testing.T) {
	join := func(s *store.Store, email string, firstOnly bool) error {
		letter := domain.SystemLetter{ExpiresAt: now.Add(time.Hour)}
		return s.SignUp(t.Context(), newAccount(email), store.Joining{FirstOnly: firstOnly, Token: "of " + email, Browser: "browser", Confirm: letter, Known: letter}, now)
	}
	t.Run("is the first to confirm, not the first to sign up, and only if no stranger can come", func(t *testing.T) {
		for _, private := range []bool{false, true} {
			s := storetest.Open(t)
			s.FirstIsAdmin = private
			for _, email := range []string{"one@example.com", "two@example.com", "three@example.com"} {
				if err := join(s, email, false); err != nil {
					t.Fatal(err)
				}
				if role := roleOf(t, s, email); role != domain.RoleUser {
					t.Errorf("%s is %s before anything is confirmed", email, role)
				}
			}
			for _, email := range []string{"two@example.com", "one@example.com"} {
				if _, err := confirm(t, s, "of "+email, "browser", "", now); err != nil {
					t.Fatal(err)
				}
			}
			want := domain.RoleUser
			if private {
				want = domain.RoleAdmin
			}
			if one, two := roleOf(t, s, "one@example.com"), roleOf(t, s, "two@example.com"); one != domain.RoleUser || two != want {
				t.Errorf("private %t: the later one is %s, the first one %s", private, one, two)
			}
		}
	})
	t.Run("is one when many confirm at once, and then sign-ups meant for the first are refused", func(t *testing.T) {
		s := storetest.Open(t)
		s.FirstIsAdmin = true
		results := make(chan error, 6)
		for i := range cap(results) {
			if err := join(s, fmt.Sprintf("u%d@example.com", i), true); err != nil {
				t.Fatal(err)
			}
		}
		for i := range cap(results) {
			go func() {
				_, err := confirm(t, s, fmt.Sprintf("of u%d@example.com", i), "browser", "", now)
				results <- err
			}()
		}
		admins := 0
		for range cap(results) {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
		for i := range cap(results) {
			if roleOf(t, s, fmt.Sprintf("u%d@example.com", i)) == domain.RoleAdmin {
				admins++
			}
		}
		if admins != 1 {
			t.Errorf("%d admins", admins)
		}
		if err := join(s, "late@example.com", true); !errors.Is(err, domain.ErrForbidden) {
			t.Errorf("a later one: %v", err)
		}
		page, err := s.Audit(t.Context(), store.AuditQuery{Action: domain.AuditRole})
		if err != nil || len(page.Rows) != 1 || page.Rows[0].Detail != "user → admin" {
			t.Errorf("the log says %+v, %v", page.Rows, err)
		}
	})
	t.Run("cannot bypass the sign-up mode where strangers can come", func(t *testing.T) {
		s := storetest.Open(t)
		if err := join(s, "first@example.com", true); !errors.Is(err, domain.ErrForbidden) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("is the user added by the command line while there is none, whoever else has signed up", func(t *testing.T) {
		s := storetest.Open(t)
		if err := join(s, "owner@example.com", false); err != nil { // someone else, with the owner's address
			t.Fatal(err)
		}
		storetest.User(t, s, "mallory@example.com")
		u, err := s.AddUser(t.Context(), newAccount("owner@example.com"), "", now)
		if err != nil || u.Role != domain.RoleAdmin || !u.Verified() {
			t.Fatalf("%+v, %v", u, err)
		}
		if _, err := confirm(t, s, "of owner@example.com", "browser", "", now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the stranger's letter: %v", err)
		}
		if u, err = s.AddUser(t.Context(), newAccount("next@example.com"), "", now); err != nil || u.Role != domain.RoleUser {
			t.Errorf("the next one is %+v, %v", u, err)
		}
		var wrong domain.Invalid
		if _, err := s.AddUser(t.Context(), newAccount("owner@example.com"), "", now); !errors.As(err, &wrong) {
			t.Errorf("the same again: %v", err)
		}
	})
	t.Run("does not change a blocked sign-up", func(t *testing.T) {
		s := storetest.Open(t)
		if err := join(s, "late@example.com", false); err != nil {
			t.Fatal(err)
		}
		if _, err := s.BlockUser(t.Context(), domain.CommandLineActor(), 1, "spam", now); err != nil {
			t.Fatal(err)
		}
		var wrong domain.Invalid
		if _, err := s.AddUser(t.Context(), newAccount("late@example.com"), "", now); !errors.As(err, &wrong) {
			t.Errorf("got %v", err)
		}
	})
}

// A database from when the first to sign up became admin without confirming, and a block did not void letters.
func TestFirstAdminOfOldDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.db")
	old, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	provider, err := goose.NewProvider(goose.DialectSQLite3, old, migrations.Files)
	if err == nil {
		_, err = provider.UpTo(t.Context(), 13)
	}
	for _, do := range []string{
		`INSERT INTO teams (id, name, created_at) VALUES (1, 'x', 1), (2, 'y', 1)`,
		`INSERT INTO users (id, team_id, email, email_key, name, role, language, time_zone, password_hash, created_at, verified_at, blocked_at)
			VALUES (1, 1, 'pending@example.com', 'pending@example.com', '', 'admin', 'en', 'UTC', '', 1, NULL, NULL),
			(2, 2, 'blocked@example.com', 'blocked@example.com', '', 'user', 'en', 'UTC', '', 1, 1, 1)`,
		`INSERT INTO tokens (hash, kind, user_id, expires_at) VALUES (x'01', 'verify', 1, 9), (x'02', 'reset', 2, 9)`,
		`INSERT INTO invitations (team_id, invited_by, email, email_key, hash, created_at, expires_at)
			VALUES (1, 1, 'a@example.com', 'a@example.com', x'01', 1, 9), (2, 2, 'a@example.com', 'a@example.com', x'02', 1, 9)`,
	} {
		if err == nil {
			_, err = old.ExecContext(t.Context(), do)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	s := storetest.OpenAt(t, path)
	if role := roleOf(t, s, "pending@example.com"); role != domain.RoleUser {
		t.Errorf("the pending one is %s", role)
	}
	if has, err := s.HasAdmin(t.Context()); err != nil || has {
		t.Errorf("an admin: %t, %v", has, err)
	}
	for table, want := range map[string]int{"tokens": 1, "invitations": 1} {
		var n int
		if err := old.QueryRowContext(t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil || n != want {
			t.Errorf("%d %s, %v; want %d", n, table, err, want)
		}
	}
}
