package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"postrider/domain"
)

// insertToken saves the hash of a token and voids the user's older ones of that kind. For user 0, meaning nobody, it
// does the same work and saves nothing. email is the address that the token confirms, if it is not the user's.
func insertToken(ctx context.Context, tx transaction, userID int64, kind domain.TokenKind, token, email string, now time.Time) error {
	if _, err := tx.exec(ctx, `DELETE FROM tokens WHERE user_id = $1 AND kind = $2`, userID, kind); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `INSERT INTO tokens (hash, kind, expires_at, email, user_id)
		SELECT $1, CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS TEXT), id FROM users WHERE id = $5`,
		hashOf(token), kind, now.Add(kind.Valid()).UnixMilli(), email, userID)
	return err
}

// usable is true of a token with the hash $2 and the kind $3 that is valid at $1. Blocked users cannot use any.
const usable = `expires_at > $1 AND hash = $2 AND kind = $3 AND used_at IS NULL
	AND EXISTS (SELECT 1 FROM users WHERE users.id = tokens.user_id AND users.blocked_at IS NULL)`

// TokenUsable returns nil when the token is still valid, and ErrNotFound otherwise.
func (s *Store) TokenUsable(ctx context.Context, kind domain.TokenKind, token string, now time.Time) error {
	var isUsable bool
	err := s.read.row(ctx, `SELECT EXISTS (SELECT 1 FROM tokens WHERE `+usable+`)`, now.UnixMilli(), hashOf(token), kind).Scan(&isUsable)
	if err == nil && !isUsable {
		err = domain.ErrNotFound
	}
	return mapError(err)
}

// useToken uses up a token, in the same statement that checks it, and returns its user and the address it carries.
// ErrNotFound means that the token is unknown, used, void or expired.
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

// voidTokens voids the tokens in all letters to a user.
func voidTokens(ctx context.Context, tx transaction, userID int64) error {
	_, err := tx.exec(ctx, `DELETE FROM tokens WHERE user_id = $1`, userID)
	return err
}

// SendToken queues a letter with a token for the user with that address: a password reset for anyone who is not
// blocked, or a confirmation for an unconfirmed address. For every other address it does the same work without effect,
// so that nobody learns who has an account. The same goes for a letter over the limits: an older one then stays valid.
// by is a stranger. Invalid means that the text is not an address.
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
			u = domain.User{} // same work, no effect
		}
		if err := insertToken(ctx, tx, u.ID, kind, token, "", now); err != nil {
			return err
		}
		l.To.Email = envelope(u.Email) // as the account has it, not as typed
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

// hashOf is what the tables store of a token or session id, so that a stolen file gives no access.
func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
