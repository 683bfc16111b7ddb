package store_test

import (
	"errors"
	"maps"
	"path/filepath"
	"testing"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestDeleteAccount(t *testing.T) {
	t.Run("deletes all of a team's data in chunks, continues after a restart, and leaves other teams alone", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "postrider.db")
		s := storetest.OpenAt(t, path)
		other, _ := person(t, s, "other@example.com", domain.RoleUser)
		full(t, s, other)
		before := counted(t, path)
		u, by := person(t, s, "ann@example.com", domain.RoleUser)
		if err := storetest.AddClients(t.Context(), path, u.TeamID, 5000, now); err != nil {
			t.Fatal(err)
		}
		full(t, s, u)
		for table, n := range counted(t, path) {
			if n == before[table] && table != "tokens" && table != "sessions" && table != "devices" && table != "user_limits" {
				t.Errorf("the team has nothing in %s", table)
			}
		}
		if err := s.DeleteAccount(t.Context(), by, store.Leaving{Email: u.Email, Password: storetest.Password}, now); err != nil {
			t.Fatal(err)
		}
		if _, err := s.UserByEmail(t.Context(), u.Email); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the user is there: %v", err)
		}
		total := func() (n int) {
			for _, rows := range counted(t, path) {
				n += rows
			}
			return n
		}
		steps, left := 0, total()
		for more := true; more; steps++ {
			if steps == 3 { // as after a crash
				again, err := store.Open(t.Context(), path)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = again.Close() })
				s = again
			}
			var err error
			if more, err = s.DeleteSome(t.Context()); err != nil {
				t.Fatal(err)
			}
			now := total()
			if left-now > 2000 {
				t.Errorf("%d rows at once", left-now)
			}
			left = now
		}
		if steps < 6 {
			t.Errorf("it took only %d steps", steps)
		}
		if after := counted(t, path); !maps.Equal(before, after) {
			t.Errorf("before the team there was %v, after it %v", before, after)
		}
		storetest.CheckIntegrity(t, path)
		if got := lines(t, s, domain.AuditAccountDelete); len(got) != 1 || got[0] != "ann@example.com: ann@example.com (User ann@example.com)" {
			t.Errorf("the log holds %q", got)
		}
	})
	t.Run("stops everything in progress", func(t *testing.T) {
		s := storetest.Open(t)
		u, by := person(t, s, "ann@example.com", domain.RoleUser)
		storetest.Client(t, s, u.TeamID, "one@example.com")
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T12:00", "", "UTC", domain.Daily)
		_, starting := s.StartDue(t.Context(), "Postrider <postrider@localhost>", now)
		_, snapshot := s.SnapshotRecipients(t.Context(), now)
		claimed, claiming := s.Claim(t.Context(), 1, 9, now)
		if err := errors.Join(starting, snapshot, claiming); err != nil || len(claimed) != 1 {
			t.Fatalf("%d letters, %v", len(claimed), err)
		}
		if err := s.DeleteAccount(t.Context(), by, store.Leaving{Email: u.Email, Password: storetest.Password}, now); err != nil {
			t.Fatal(err)
		}
		if may, err := s.MayGo(t.Context(), claimed[0].RunID, 1, now); may || err != nil {
			t.Errorf("a letter may go: %v, %v", may, err)
		}
		if coming, err := s.Coming(t.Context()); len(coming) != 0 || err != nil {
			t.Errorf("mailings wait: %v, %v", coming, err)
		}
		if _, err := s.Mailing(t.Context(), domain.CommandLineActor(), domain.View, m.ID); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the mailing is there: %v", err)
		}
		for more := true; more; {
			var err error
			if more, err = s.DeleteSome(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		done := []store.Done{{Claimed: claimed[0], At: now, Result: domain.Result{Stage: domain.StageDot, Outcome: domain.OutcomeSent}}}
		if cleared, _, err := s.Commit(t.Context(), done, claimed, now); err != nil || cleared[claimed[0].ID] {
			t.Errorf("the end of a letter that is gone: %v, %v", cleared, err)
		}
	})
	t.Run("checks the address before the password", func(t *testing.T) {
		s := storetest.Open(t)
		u, by := person(t, s, "ann@example.com", domain.RoleUser)
		for _, try := range [][2]string{{"", storetest.Password}, {"bob@example.com", storetest.Password}, {u.Email, "wrong password"}} {
			var wrong domain.Invalid
			if err := s.DeleteAccount(t.Context(), by, store.Leaving{Email: try[0], Password: try[1]}, now); !errors.As(err, &wrong) {
				t.Errorf("%q: %v", try, err)
			}
		}
		if _, err := s.User(t.Context(), u.ID); err != nil {
			t.Error(err)
		}
	})
}
