package store

import (
	"context"
	"crypto/subtle"
	"time"

	"postrider/domain"
)

// Confirmation is what confirms the address of a new account.
type Confirmation struct {
	Token    string // of the letter
	Browser  string // the secret of the browser in which the letter is read; "" when it has none
	Password string // needed where the account was begun in another browser
}

// Confirming returns the user whose address a token confirms, and whether the account was begun in this browser, so that
// its password is that of whoever reads the letter. ErrNotFound when the token is unknown, used, void or too old.
func (s *Store) Confirming(ctx context.Context, token, browser string, now time.Time) (u domain.User, here bool, err error) {
	var hash []byte
	u, err = scanUser(s.read.row(ctx, `SELECT `+userColumns+`, users.browser_hash FROM tokens
		JOIN users ON users.id = tokens.user_id WHERE `+usable, now.UnixMilli(), hashOf(token), domain.TokenVerify), &hash)
	return u, browser != "" && subtle.ConstantTimeCompare(hash, hashOf(browser)) == 1, err
}

// Confirm uses up a token and confirms its user's address. Where the account was begun in another browser, by somebody
// else perhaps, the password that is typed now becomes its password; Invalid says what is wrong with that one, and leaves
// the token usable. Other letters with tokens become worth nothing. ErrNotFound when the token is unknown, used, void or
// too old.
func (s *Store) Confirm(ctx context.Context, by domain.Actor, in Confirmation, now time.Time) (u domain.User, err error) {
	_, here, err := s.Confirming(ctx, in.Token, in.Browser, now)
	if err != nil {
		return u, err
	}
	hash := ""
	if !here {
		if why, ok := domain.CheckPassword(in.Password); !ok {
			return u, domain.Invalid{"password": why}
		}
		if hash, err = s.hashPassword(ctx, stranger, in.Password); err != nil {
			return u, err
		}
	}
	err = s.tx(ctx, func(tx transaction) error {
		// Had somebody signed up with the address meanwhile, the token would be void.
		if u, _, err = useToken(ctx, tx, domain.TokenVerify, in.Token, now); err != nil {
			return err
		}
		if u, err = s.confirmed(ctx, tx, by, u.ID, hash, now); err != nil {
			return err
		}
		by.ID, by.Email = u.ID, u.Email
		return insertAudit(ctx, tx, by, domain.AuditConfirm, u.Email, "", now)
	})
	return u, err
}

// confirmed notes that a user reads the mail of the account's address. A hash becomes that of the account's password, and
// ends its sessions. Letters with tokens become worth nothing, and so does the browser that has signed up. Where the first
// who confirms is to be the admin, this may make one.
func (s *Store) confirmed(ctx context.Context, tx transaction, by domain.Actor, userID int64, hash string, now time.Time) (u domain.User, err error) {
	if hash != "" {
		if _, err := tx.exec(ctx, `DELETE FROM sessions WHERE user_id = $1`, userID); err != nil {
			return u, err
		}
	}
	if err := voidTokens(ctx, tx, userID); err != nil {
		return u, err
	}
	_, err = tx.exec(ctx, `UPDATE users SET verified_at = coalesce(verified_at, $1), browser_hash = NULL,
		password_hash = CASE WHEN $2 = '' THEN password_hash ELSE $2 END, password_at = CASE WHEN $2 = '' THEN password_at ELSE $1 END
		WHERE id = $3`, now.UnixMilli(), hash, userID)
	if err != nil {
		return u, err
	}
	if err := s.makeFirstAdmin(ctx, tx, by, userID, now); err != nil {
		return u, err
	}
	return scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1`, userID))
}
