package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"strings"
	"time"

	"postrider/domain"
)

const userColumns = `users.id, users.team_id, users.email, users.name, users.role, users.language, users.time_zone,
	users.verified_at, users.blocked_at, users.created_at`

func scanUser(row scanner, more ...any) (domain.User, error) {
	var u domain.User
	to := []any{&u.ID, &u.TeamID, &u.Email, &u.Name, &u.Role, &u.Language, &u.TimeZone,
		instant{&u.VerifiedAt}, instant{&u.BlockedAt}, instant{&u.CreatedAt}}
	return u, translate(row.Scan(append(to, more...)...))
}

// User returns a user; ErrNotFound when there is none.
func (s *Store) User(ctx context.Context, id int64) (domain.User, error) {
	return scanUser(s.read.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1`, id))
}

// UserByEmail returns the user with that address, whatever its case; ErrNotFound when there is none.
func (s *Store) UserByEmail(ctx context.Context, email string) (domain.User, error) {
	a, err := domain.ParseAddress(email)
	if err != nil {
		return domain.User{}, domain.ErrNotFound
	}
	return scanUser(s.read.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users WHERE email_key = $1`, a.Key()))
}

// SignUp makes a team and its first user, and puts the letter with the token into the outbox. An address that is
// verified already gets the letter known instead, and one that is not gets a fresh token. All three take the same
// time and look the same from outside. The first user of all becomes admin.
func (s *Store) SignUp(ctx context.Context, in domain.SignUp, token string, confirm, known domain.SystemLetter, now time.Time) error {
	if err := in.Check(); err != nil {
		return err
	}
	a, err := domain.ParseAddress(in.Email)
	if err != nil {
		return err
	}
	confirm.To.Email, known.To.Email = a.Envelope(), a.Envelope()
	hash, err := s.hashPassword(ctx, in.Password)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx *sql.Tx) error {
		u, err := scanUser(tx.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users WHERE email_key = $1`, a.Key()))
		if errors.Is(err, domain.ErrNotFound) {
			u, err = insertUser(ctx, tx, in, a, hash, now)
		}
		if err != nil {
			return err
		}
		if u.Verified() {
			return insertLetter(ctx, tx, known, now)
		}
		if err := insertToken(ctx, tx, u.ID, domain.TokenVerify, token, now.Add(domain.VerifyValid)); err != nil {
			return err
		}
		return insertLetter(ctx, tx, confirm, now)
	})
}

// AddUser makes a user with a team of its own who need not confirm the address.
func (s *Store) AddUser(ctx context.Context, in domain.SignUp, role domain.Role, now time.Time) (domain.User, error) {
	if err := in.Check(); err != nil {
		return domain.User{}, err
	}
	a, err := domain.ParseAddress(in.Email)
	if err != nil {
		return domain.User{}, err
	}
	hash, err := s.hashPassword(ctx, in.Password)
	if err != nil {
		return domain.User{}, err
	}
	var u domain.User
	err = s.tx(ctx, func(tx *sql.Tx) error {
		if u, err = insertUser(ctx, tx, in, a, hash, now); err != nil {
			return err
		}
		u, err = scanUser(tx.QueryRowContext(ctx, `UPDATE users SET role = $1, verified_at = $2 WHERE id = $3
			RETURNING `+userColumns, role, now.UnixMilli(), u.ID))
		return err
	})
	if isUnique(err) {
		err = domain.Invalid{"email": domain.Say("There is a user with this address already.")}
	}
	return u, err
}

func insertUser(ctx context.Context, tx *sql.Tx, in domain.SignUp, a domain.Address, hash string, now time.Time) (domain.User, error) {
	name := strings.TrimSpace(in.Name)
	team := name
	if team == "" {
		team = a.Local
	}
	var teamID int64
	err := tx.QueryRowContext(ctx, `INSERT INTO teams (name, created_at) VALUES ($1, $2) RETURNING id`,
		team, now.UnixMilli()).Scan(&teamID)
	if err != nil {
		return domain.User{}, err
	}
	return scanUser(tx.QueryRowContext(ctx, `INSERT INTO users
		(team_id, email, email_key, name, role, language, time_zone, password_hash, created_at)
		SELECT $1, $2, $3, $4, CASE WHEN EXISTS (SELECT 1 FROM users) THEN 'user' ELSE 'admin' END, $5, $6, $7, $8
		RETURNING `+userColumns,
		teamID, in.Email, a.Key(), name, in.Language, in.TimeZone, hash, now.UnixMilli()))
}

// SetLanguage saves the language that a user reads.
func (s *Store) SetLanguage(ctx context.Context, userID int64, lang string) error {
	return s.tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE users SET language = $1 WHERE id = $2`, lang, userID)
		return err
	})
}

// insertToken keeps the hash of a token and voids the user's older ones of that kind.
func insertToken(ctx context.Context, tx *sql.Tx, userID int64, kind domain.TokenKind, token string, expires time.Time) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM tokens WHERE user_id = $1 AND kind = $2`, userID, kind); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO tokens (hash, kind, user_id, expires_at) VALUES ($1, $2, $3, $4)`,
		hashOf(token), kind, userID, expires.UnixMilli())
	return err
}

// TokenUsable returns nil when the token can still be used, ErrNotFound otherwise.
func (s *Store) TokenUsable(ctx context.Context, kind domain.TokenKind, token string, now time.Time) error {
	var one int
	return translate(s.read.QueryRowContext(ctx, `SELECT 1 FROM tokens
		WHERE hash = $1 AND kind = $2 AND used_at IS NULL AND expires_at > $3`,
		hashOf(token), kind, now.UnixMilli()).Scan(&one))
}

// Verify uses up a token and confirms its user's address; ErrNotFound when the token is unknown, used or too old.
func (s *Store) Verify(ctx context.Context, token string, now time.Time) error {
	return s.tx(ctx, func(tx *sql.Tx) error {
		var userID int64
		err := tx.QueryRowContext(ctx, `UPDATE tokens SET used_at = $1
			WHERE hash = $2 AND kind = $3 AND used_at IS NULL AND expires_at > $4 RETURNING user_id`,
			now.UnixMilli(), hashOf(token), domain.TokenVerify, now.UnixMilli()).Scan(&userID)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE users SET verified_at = $1 WHERE id = $2 AND verified_at IS NULL`,
			now.UnixMilli(), userID)
		return err
	})
}

// hashOf is what the tables keep of a token or a session id, so that a stolen file opens no door.
func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
