package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"postrider/domain"
)

// How many failed sign-ins are free before waiting begins, for one account and from one network address, and how long
// the waiting grows.
const (
	freeFailures        = 5
	freeAddressFailures = 50
	maxWait             = 15 * time.Minute
	forgetAfter         = 24 * time.Hour
)

// SignIn returns the user with that address and password. An unknown address and a wrong password are both
// ErrNotFound, in the same time. TooMany says to wait. The user may be unverified or blocked: the caller decides.
func (s *Store) SignIn(ctx context.Context, email, password, address string, now time.Time) (domain.User, error) {
	key := "" // of what is no address: no account has it
	if a, err := domain.ParseAddress(email); err == nil {
		key = a.Key()
	}
	limits := map[string]int{"account:" + key: freeFailures, "address:" + address: freeAddressFailures}
	if err := s.throttled(ctx, limits, now); err != nil {
		return domain.User{}, err
	}
	var hash string
	u, err := scanUser(s.read.QueryRowContext(ctx,
		`SELECT `+userColumns+`, users.password_hash FROM users WHERE email_key = $1`, key), &hash)
	if err != nil && !errors.Is(err, domain.ErrNotFound) {
		return domain.User{}, err
	}
	fits, old, err := s.checkPassword(ctx, password, hash)
	if err != nil {
		return domain.User{}, err
	}
	if !fits {
		return domain.User{}, errors.Join(domain.ErrNotFound, s.countFailure(ctx, limits, now))
	}
	return u, s.forgive(ctx, u.ID, "account:"+key, password, old)
}

func (s *Store) throttled(ctx context.Context, limits map[string]int, now time.Time) error {
	for name := range limits {
		var until time.Time
		err := s.read.QueryRowContext(ctx, `SELECT until FROM throttles WHERE name = $1`, name).Scan(instant{&until})
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if now.Before(until) {
			return domain.TooMany{RetryAfter: until.Sub(now)}
		}
	}
	return nil
}

func (s *Store) countFailure(ctx context.Context, limits map[string]int, now time.Time) error {
	return s.tx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM throttles WHERE seen_at < $1`,
			now.Add(-forgetAfter).UnixMilli()); err != nil {
			return err
		}
		for name, free := range limits {
			var failures int
			err := tx.QueryRowContext(ctx, `INSERT INTO throttles (name, failures, until, seen_at) VALUES ($1, 1, 0, $2)
				ON CONFLICT (name) DO UPDATE SET failures = throttles.failures + 1, seen_at = excluded.seen_at
				RETURNING failures`, name, now.UnixMilli()).Scan(&failures)
			if err != nil {
				return err
			}
			until := now.Add(wait(failures - free))
			if _, err := tx.ExecContext(ctx, `UPDATE throttles SET until = $1 WHERE name = $2`, until.UnixMilli(), name); err != nil {
				return err
			}
		}
		return nil
	})
}

// wait is how long to wait after so many failures beyond the free ones: 1 s, doubling, at most 15 minutes.
func wait(beyond int) time.Duration {
	if beyond < 0 {
		return 0
	}
	return min(time.Second<<min(beyond, 20), maxWait)
}

// forgive forgets the failures of an account whose password was right, and renews a hash with old parameters.
func (s *Store) forgive(ctx context.Context, userID int64, account, password string, old bool) error {
	var hash string
	if old {
		var err error
		if hash, err = s.hashPassword(ctx, password); err != nil {
			return err
		}
	}
	return s.tx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM throttles WHERE name = $1`, account); err != nil || !old {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE users SET password_hash = $1 WHERE id = $2`, hash, userID)
		return err
	})
}
