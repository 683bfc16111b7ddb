package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"postrider/domain"
)

// insertToken keeps the hash of a token and voids the user's older ones of that kind. For nobody, a user of 0, it does the
// same work and keeps nothing. email is the address that the token confirms, when it is not the user's.
func insertToken(ctx context.Context, tx transaction, userID int64, kind domain.TokenKind, token, email string, now time.Time) error {
	if _, err := tx.exec(ctx, `DELETE FROM tokens WHERE user_id = $1 AND kind = $2`, userID, kind); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `INSERT INTO tokens (hash, kind, expires_at, email, user_id)
		SELECT $1, CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS TEXT), id FROM users WHERE id = $5`,
		hashOf(token), kind, now.Add(kind.Valid()).UnixMilli(), email, userID)
	return err
}

// usable is true of a token of the hash $2 and the kind $3 that can be used at $1. Who is blocked can use none.
const usable = `expires_at > $1 AND hash = $2 AND kind = $3 AND used_at IS NULL
	AND EXISTS (SELECT 1 FROM users WHERE users.id = tokens.user_id AND users.blocked_at IS NULL)`

// TokenUsable returns nil when the token can still be used, ErrNotFound otherwise.
func (s *Store) TokenUsable(ctx context.Context, kind domain.TokenKind, token string, now time.Time) error {
	var isUsable bool
	err := s.read.row(ctx, `SELECT EXISTS (SELECT 1 FROM tokens WHERE `+usable+`)`, now.UnixMilli(), hashOf(token), kind).Scan(&isUsable)
	if err == nil && !isUsable {
		err = domain.ErrNotFound
	}
	return mapError(err)
}

// useToken uses up a token, in the statement that also looks whether it can be used, and returns its user and the address
// that it carries. ErrNotFound says that the token is unknown, used, void or too old.
func useToken(ctx context.Context, tx transaction, kind domain.TokenKind, token string, now time.Time) (u domain.User, email string, err error) {
	var userID int64
	err = tx.row(ctx, `UPDATE tokens SET used_at = $1 WHERE `+usable+` RETURNING user_id, email`,
		now.UnixMilli(), hashOf(token), kind).Scan(&userID, &email)
	if err != nil {
		return u, "", err
	}
	u, err = scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1`, userID))
	return u, email, err
}

// voidTokens makes the letters worth nothing that a user has been sent.
func voidTokens(ctx context.Context, tx transaction, userID int64) error {
	_, err := tx.exec(ctx, `DELETE FROM tokens WHERE user_id = $1`, userID)
	return err
}

// SendToken puts a letter with a token into the outbox for the user with that address: one that sets a new password for
// everybody who is not blocked, one that confirms the address for those who have not confirmed it. For every other address
// it does the same work, and nothing comes of it, so that nobody learns who has an account; nor when no letter may go: an
// older one then stays good. by is a stranger. Invalid says that it is no address.
func (s *Store) SendToken(ctx context.Context, by domain.Actor, kind domain.TokenKind, email, token string, l domain.SystemLetter, now time.Time) error {
	a, err := domain.CheckAddress("email", email)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx transaction) error {
		u, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE email_key = $1`, a.Key()))
		if err != nil && !errors.Is(err, domain.ErrNotFound) {
			return err
		}
		if u.Blocked() || kind == domain.TokenVerify && u.Verified() {
			u = domain.User{}
		}
		counted, ok, err := countLetter(ctx, tx, asked(a, u, by.Address), now)
		if err != nil {
			return err
		}
		if !ok {
			u = domain.User{} // the same work, and nothing comes of it either
		}
		if err := insertToken(ctx, tx, u.ID, kind, token, "", now); err != nil {
			return err
		}
		l.To.Email = envelope(u.Email) // of the account, and not as it was typed
		if u.Verified() {
			l.To.Name = u.Name
		}
		id, err := insertLetter(ctx, tx, l, now)
		if err != nil || u.ID != 0 {
			return err
		}
		if err := dropLetter(ctx, tx, id); err != nil || !ok {
			return err
		}
		_, err = tx.exec(ctx, `DELETE FROM letter_counts WHERE id = $1`, counted)
		return err
	})
}

// hashOf is what the tables keep of a token or a session id, so that a stolen file opens no door.
func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
