package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"postrider/domain"
)

// SignIn returns the user with that address and password. An unknown address and a wrong password are both
// ErrNotFound, in the same time. TooMany says to wait, ErrBusy that too many sign in at once. The user may be unverified
// or blocked: the caller decides. The audit log tells of those who do not come in, but not of tries that had to wait.
func (s *Store) SignIn(ctx context.Context, email, password, address string, now time.Time) (domain.User, error) {
	key := accountKey(email)
	account, network := "account:"+key, "address:"+address
	if err := s.try(ctx, tries{account: freeFailures, network: freeAddressFailures}, now); err != nil {
		return domain.User{}, err
	}
	var hash string
	u, err := scanUser(s.read.QueryRowContext(ctx,
		`SELECT `+userColumns+`, users.password_hash FROM users WHERE email_key = $1`, key), &hash)
	if err != nil && !errors.Is(err, domain.ErrNotFound) {
		return domain.User{}, err
	}
	fits, old, err := s.checkPassword(ctx, password, hash)
	if errors.Is(err, ErrBusy) {
		return domain.User{}, errors.Join(err, s.notTried(ctx, account, network))
	}
	if err != nil {
		return domain.User{}, err
	}
	if !fits {
		return domain.User{}, errors.Join(domain.ErrNotFound, s.noteFailure(ctx, email, "", address, now))
	}
	renewed := ""
	if old {
		if renewed, err = s.hashPassword(ctx, password); err != nil && !errors.Is(err, ErrBusy) {
			return domain.User{}, err
		}
	}
	if err := s.forgive(ctx, account, network, renewal{u.ID, hash, renewed}); err != nil {
		return domain.User{}, err
	}
	switch {
	case u.Blocked():
		err = s.noteFailure(ctx, email, "blocked", address, now)
	case !u.Verified():
		err = s.noteFailure(ctx, email, "not confirmed", address, now)
	}
	return u, err
}

// maxTyped is how much of a typed address the audit log keeps, in bytes: more is no address.
const maxTyped = 254

// noteFailure writes down whom a stranger has tried to be, and why that failed if the password was right.
func (s *Store) noteFailure(ctx context.Context, email, why, address string, now time.Time) error {
	typed := strings.ToValidUTF8(email[:min(len(email), maxTyped)], "")
	return s.tx(ctx, func(tx *sql.Tx) error {
		return insertAudit(ctx, tx, domain.Actor{Address: address}, domain.AuditSignInFailed, typed, why, now)
	})
}

// notTried takes back a try whose password was never looked at.
func (s *Store) notTried(ctx context.Context, names ...string) error {
	return s.tx(ctx, func(tx *sql.Tx) error {
		for _, name := range names {
			if err := takeBack(ctx, tx, name); err != nil {
				return err
			}
		}
		return nil
	})
}

// renewal is a hash with old parameters and the one that shall stand for it; none when that is empty.
type renewal struct {
	userID    int64
	old, hash string
}

// forgive forgets the failures of an account whose password was right, and renews its hash, unless the password has been
// changed meanwhile.
func (s *Store) forgive(ctx context.Context, account, network string, renew renewal) error {
	return s.tx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM throttles WHERE name = $1`, account); err != nil {
			return err
		}
		if err := takeBack(ctx, tx, network); err != nil || renew.hash == "" {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE users SET password_hash = $1 WHERE id = $2 AND password_hash = $3`,
			renew.hash, renew.userID, renew.old)
		return err
	})
}
