package store

import (
	"context"
	"crypto/subtle"
	"errors"
	"strings"
	"time"

	"postrider/domain"
)

// Joining is what a sign-up needs besides what was typed.
type Joining struct {
	By        domain.Actor // only the network address is known
	FirstOnly bool         // only the future first admin may sign up
	Token     string
	Browser   string              // a secret of the browser; together with the password typed there, it confirms the account
	Confirm   domain.SystemLetter // with the token
	Known     domain.SystemLetter // for an address that has an account
}

// SignUp creates a team and its first user, and queues the letter with the token.
//
// If the address has a confirmed or blocked account, the letter known is sent instead. An unconfirmed account gets a
// fresh token and the details typed last, which voids the letter of an earlier sign-up. The letter goes to the address
// as the account has it. All cases take the same time and look the same from outside. That includes a sign-up over the
// letter limits: nothing changes then, and an older letter stays valid. ErrForbidden means that a sign-up cannot make
// the admin.
func (s *Store) SignUp(ctx context.Context, in domain.SignUp, j Joining, now time.Time) error {
	a, err := in.Check()
	if err != nil {
		return err
	}
	hash, err := s.hashPassword(ctx, stranger, in.Password)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx transaction) error {
		u, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE email_key = $1`, a.Key()))
		if err != nil && !errors.Is(err, domain.ErrNotFound) {
			return err
		}
		_, sent, err := countLetter(ctx, tx, asked(a, u, j.By.Address), now)
		if err == nil && u.ID == 0 && sent {
			u, err = s.join(ctx, tx, in, j, a, hash, now)
		}
		if err != nil || !sent {
			return err
		}
		j.Confirm.To.Email, j.Known.To.Email = envelope(u.Email), envelope(u.Email)
		if u.Verified() || u.Blocked() {
			return sendLetter(ctx, tx, j.Known, now)
		}
		_, err = tx.exec(ctx, `UPDATE users SET name = $1, language = $2, time_zone = $3, password_hash = $4, browser_hash = $5
			WHERE id = $6`, strings.TrimSpace(in.Name), in.Language, in.TimeZone, hash, hashOf(j.Browser), u.ID)
		if err != nil {
			return err
		}
		if err := insertToken(ctx, tx, u.ID, domain.TokenVerify, j.Token, "", now); err != nil {
			return err
		}
		return sendLetter(ctx, tx, j.Confirm, now)
	})
}

// join creates the user of a sign-up, with the limits of a new team.
func (s *Store) join(ctx context.Context, tx transaction, in domain.SignUp, j Joining, a domain.Address, hash string, now time.Time) (u domain.User, err error) {
	if j.FirstOnly {
		if has, err := hasAdmin(ctx, tx); err != nil || has || !s.FirstIsAdmin {
			return u, errors.Join(err, domain.ErrForbidden)
		}
	}
	if u, err = insertUser(ctx, tx, in, a, hash, now); err != nil {
		return u, err
	}
	if _, err := limitTeam(ctx, tx, u.TeamID, s.NewTeam); err != nil {
		return u, err
	}
	return u, insertAudit(ctx, tx, u.Actor(j.By.Address), domain.AuditSignUp, u.Email, "", now)
}

// Confirmation is what confirms the address of a new account.
type Confirmation struct {
	Token    string // from the letter
	Browser  string // the secret of the browser that opened the letter; "" when it has none
	Password string // required if the account was created in another browser
}

// Confirming returns the user whose address a token confirms, and whether the account was created in this browser,
// which means that the reader of the letter chose its password. ErrNotFound means that the token is unknown, used, void
// or expired.
func (s *Store) Confirming(ctx context.Context, token, browser string, now time.Time) (u domain.User, here bool, err error) {
	var hash []byte
	u, err = scanUser(s.read.row(ctx, `SELECT `+userColumns+`, users.browser_hash FROM tokens
		JOIN users ON users.id = tokens.user_id WHERE `+usable, now.UnixMilli(), hashOf(token), domain.TokenVerify), &hash)
	return u, browser != "" && subtle.ConstantTimeCompare(hash, hashOf(browser)) == 1, err
}

// Confirm uses up a token and confirms its user's address. If the account was created in another browser, perhaps by
// someone else, the password entered now replaces its password. Invalid says what is wrong with that password, and the
// token stays usable. The user's other tokens become void. ErrNotFound means that the token is unknown, used, void or
// expired.
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
		// A newer sign-up with the address would have voided the token.
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

// confirmed records that a user reads mail at the account's address. A non-empty hash becomes the account's password
// and ends its sessions. Tokens become void, and the sign-up browser is forgotten. If the first user to confirm becomes
// the admin, this may make one.
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
