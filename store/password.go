package store

import (
	"context"
	"errors"
	"strconv"
	"time"

	"postrider/domain"
)

// confirmPassword checks the password of somebody who is signed in, and returns its hash. Invalid says at the field that
// it is wrong, TooMany to wait: who finds an open browser shall not guess for long, nor shut its owner out by guessing.
func (s *Store) confirmPassword(ctx context.Context, by domain.Actor, field, password string, now time.Time) (hash string, err error) {
	name := insideTries + strconv.FormatInt(by.ID, 10)
	if err := s.try(ctx, tries{name: freeFailures}, now); err != nil {
		return "", err
	}
	err = s.read.row(ctx, `SELECT password_hash FROM users WHERE id = $1`, by.ID).Scan(&hash)
	if err != nil {
		return "", mapError(err)
	}
	fits, _, err := s.checkPassword(ctx, accountKey(by.Email), password, hash)
	if errors.Is(err, ErrBusy) {
		return "", errors.Join(err, s.notTried(ctx, tries{name: freeFailures}))
	}
	if err != nil {
		return "", err
	}
	if !fits {
		return "", errors.Join(domain.Invalid{field: domain.Say("This is not your password.")}, s.notePasswordWrong(ctx, by, now))
	}
	return hash, s.tx(ctx, func(tx transaction) error {
		_, err := tx.exec(ctx, `DELETE FROM throttles WHERE name = $1`, name)
		return err
	})
}

// insideTries begins the name of what somebody who is signed in has tried on the own password.
const insideTries = "inside:"

func (s *Store) notePasswordWrong(ctx context.Context, by domain.Actor, now time.Time) error {
	return s.tx(ctx, func(tx transaction) error {
		return insertAudit(ctx, tx, by, domain.AuditPasswordWrong, by.Email, "", now)
	})
}

// NewPassword is what a change of the password needs.
type NewPassword struct {
	Current, Password string
	Session, Fresh    string // the id of the session that stays, and the one that it gets
}

// ChangePassword gives a user who is signed in another password. All other sessions end, the own one gets a fresh id, and
// letters with tokens become worth nothing. Invalid says what is wrong, also with the current password; TooMany to wait.
func (s *Store) ChangePassword(ctx context.Context, by domain.Actor, in NewPassword, now time.Time) error {
	if why, ok := domain.CheckPassword(in.Password); !ok {
		return domain.Invalid{"password": why}
	}
	old, err := s.confirmPassword(ctx, by, "current", in.Current, now)
	if err != nil {
		return err
	}
	hash, err := s.hashPassword(ctx, accountKey(by.Email), in.Password)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx transaction) error {
		changed, err := changes(tx.exec(ctx, `UPDATE users SET password_hash = $1, password_at = $2
			WHERE id = $3 AND password_hash = $4`, hash, now.UnixMilli(), by.ID, old))
		if err == nil && !changed {
			err = domain.ErrConflict
		}
		if err != nil {
			return err
		}
		kept, err := changes(tx.exec(ctx, `UPDATE sessions SET hash = $1 WHERE hash = $2 AND user_id = $3`,
			hashOf(in.Fresh), hashOf(in.Session), by.ID))
		if err == nil && !kept {
			err = domain.ErrNotFound // it has been ended meanwhile
		}
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `DELETE FROM sessions WHERE user_id = $1 AND hash <> $2`, by.ID, hashOf(in.Fresh))
		if err != nil {
			return err
		}
		if err := voidTokens(ctx, tx, by.ID); err != nil {
			return err
		}
		return insertAudit(ctx, tx, by, domain.AuditPasswordChange, by.Email, "", now)
	})
}

// ResetPassword uses up a token and gives its user another password. All sessions of the user end, other letters with
// tokens become worth nothing, and the address is confirmed, because that is where the letter was read. ErrNotFound when
// the token is unknown, used or too old; Invalid says what is wrong with the password, and leaves the token usable.
func (s *Store) ResetPassword(ctx context.Context, by domain.Actor, token, password string, now time.Time) (u domain.User, err error) {
	if err := s.TokenUsable(ctx, domain.TokenReset, token, now); err != nil {
		return u, err
	}
	if why, ok := domain.CheckPassword(password); !ok {
		return u, domain.Invalid{"password": why}
	}
	hash, err := s.hashPassword(ctx, stranger, password)
	if err != nil {
		return u, err
	}
	err = s.tx(ctx, func(tx transaction) error {
		u, _, err = useToken(ctx, tx, domain.TokenReset, token, now)
		if err != nil {
			return err
		}
		if u, err = s.confirmed(ctx, tx, by, u.ID, hash, now); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `DELETE FROM throttles WHERE name = $1`, accountTries+accountKey(u.Email)); err != nil {
			return err
		}
		by.ID, by.Email = u.ID, u.Email
		return insertAudit(ctx, tx, by, domain.AuditPasswordReset, u.Email, "", now)
	})
	return u, err
}
