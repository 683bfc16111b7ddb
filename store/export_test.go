package store

import (
	"database/sql"
	"testing"
	"time"

	"postrider/domain"
)

// HashForTest is what the tables keep of a token.
func HashForTest(token string) []byte { return hashOf(token) }

// set writes what no method does by itself.
func (s *Store) set(t *testing.T, query string, args ...any) {
	t.Helper()
	err := s.tx(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// UniqueClientsForTest is how many addresses the clients of all teams have.
func (s *Store) UniqueClientsForTest(t *testing.T) (n int) {
	t.Helper()
	if err := s.read.QueryRowContext(t.Context(), `SELECT `+uniqueClients).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// CountForTest is the number that a query gives.
func (s *Store) CountForTest(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	if err := s.read.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// UnverifyForTest takes the confirmation of the address back.
func (s *Store) UnverifyForTest(t *testing.T, userID int64) {
	t.Helper()
	s.set(t, `UPDATE users SET verified_at = NULL WHERE id = $1`, userID)
}

// MoveForTest puts a user into another team.
func (s *Store) MoveForTest(t *testing.T, userID, teamID int64) {
	t.Helper()
	s.set(t, `UPDATE users SET team_id = $1 WHERE id = $2`, teamID, userID)
}

// SignedInForTest notes when a user has signed in.
func (s *Store) SignedInForTest(t *testing.T, userID int64, at time.Time) {
	t.Helper()
	s.set(t, `UPDATE users SET signed_in_at = $1 WHERE id = $2`, at.UnixMilli(), userID)
}

// NameForTest gives a user another name.
func (s *Store) NameForTest(t *testing.T, userID int64, name string) {
	t.Helper()
	s.set(t, `UPDATE users SET name = $1 WHERE id = $2`, name, userID)
}

// SentForTest counts letters of a team.
func (s *Store) SentForTest(t *testing.T, teamID int64, at time.Time, n int) {
	t.Helper()
	s.set(t, `INSERT INTO team_days (team_id, day, sent) VALUES ($1, $2, $3)`, teamID, domain.Day(at).UnixMilli(), n)
}

// LoggedForTest writes a line of the audit log.
func (s *Store) LoggedForTest(t *testing.T, by domain.Actor, action domain.AuditAction, subject, detail string, at time.Time) {
	t.Helper()
	err := s.tx(t.Context(), func(tx *sql.Tx) error { return insertAudit(t.Context(), tx, by, action, subject, detail, at) })
	if err != nil {
		t.Fatal(err)
	}
}

// UnconfirmForTest makes a user one who has not confirmed the address.
func (s *Store) UnconfirmForTest(t *testing.T, userID int64) {
	t.Helper()
	s.set(t, `UPDATE users SET verified_at = NULL WHERE id = $1`, userID)
}
