package store

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postrider/domain"
)

// HashForTest is what the tables keep of a token.
func HashForTest(token string) []byte { return hashOf(token) }

// AddFunctionsForTest adds the SQLite functions that migrations use, as Open does.
func AddFunctionsForTest() error { return addFunctions() }

// set executes a write that no method offers.
func (s *Store) set(t testing.TB, q query, args ...any) {
	t.Helper()
	err := s.tx(t.Context(), func(tx transaction) error {
		_, err := tx.exec(t.Context(), q, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// UniqueClientsForTest is how many distinct addresses the clients of all teams have.
func (s *Store) UniqueClientsForTest(t *testing.T) (n int) {
	t.Helper()
	if err := s.read.row(t.Context(), `SELECT `+uniqueClients).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// CountForTest is the number that a query returns.
func (s *Store) CountForTest(t *testing.T, q query, args ...any) int {
	t.Helper()
	return s.count(t, q, args...)
}

// UnverifyForTest makes a user's address unconfirmed again.
func (s *Store) UnverifyForTest(t *testing.T, userID int64) {
	t.Helper()
	s.set(t, `UPDATE users SET verified_at = NULL WHERE id = $1`, userID)
}

// MoveForTest moves a user to another team.
func (s *Store) MoveForTest(t *testing.T, userID, teamID int64) {
	t.Helper()
	s.set(t, `UPDATE users SET team_id = $1 WHERE id = $2`, teamID, userID)
}

// SignedInForTest sets when a user signed in.
func (s *Store) SignedInForTest(t *testing.T, userID int64, at time.Time) {
	t.Helper()
	s.set(t, `UPDATE users SET signed_in_at = $1 WHERE id = $2`, at.UnixMilli(), userID)
}

// NameForTest renames a user.
func (s *Store) NameForTest(t *testing.T, userID int64, name string) {
	t.Helper()
	s.set(t, `UPDATE users SET name = $1 WHERE id = $2`, name, userID)
}

// SentForTest adds sent letters to a team's count.
func (s *Store) SentForTest(t *testing.T, teamID int64, at time.Time, n int) {
	t.Helper()
	s.set(t, `INSERT INTO team_days (team_id, day, sent) VALUES ($1, $2, $3)`, teamID, domain.Day(at).UnixMilli(), n)
}

// LoggedForTest writes an audit log entry.
func (s *Store) LoggedForTest(t *testing.T, by domain.Actor, action domain.AuditAction, subject, detail string, at time.Time) {
	t.Helper()
	err := s.tx(t.Context(), func(tx transaction) error { return insertAudit(t.Context(), tx, by, action, subject, detail, at) })
	if err != nil {
		t.Fatal(err)
	}
}

// planOf is SQLite's plan for a query.
func planOf(t *testing.T, s *Store, q query, args ...any) string {
	t.Helper()
	steps, err := collect(s.write.rows(t.Context(), `EXPLAIN QUERY PLAN `+q, args...), func(row scanner) (text string, err error) {
		var id, parent, unused int
		return text, row.Scan(&id, &parent, &unused, &text)
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(steps, "; ")
}

// count is the number that a query returns.
func (s *Store) count(t *testing.T, q query, args ...any) (n int) {
	t.Helper()
	if err := s.read.row(t.Context(), q, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// expire deletes everything that has expired, and returns the number of steps.
func (s *Store) expire(t *testing.T, at time.Time) (steps int) {
	t.Helper()
	for more := true; more; steps++ {
		var err error
		if more, err = s.Expire(t.Context(), at); err != nil {
			t.Fatal(err)
		}
	}
	return steps
}

func opened(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "p.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// kept is the stored password hash.
func (s *Store) kept(t *testing.T, email string) (hash string) {
	t.Helper()
	if err := s.read.row(t.Context(), `SELECT password_hash FROM users WHERE email_key = $1`, email).Scan(&hash); err != nil {
		t.Fatal(err)
	}
	return hash
}

const password = "correct horse battery"
