package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"postrider/domain"
)

// How many tries are free before waits begin: wrong passwords per account, per known device and per network address
// (for wider networks see domain.NetworkTries); letters requested by strangers per network address; and changes of a
// user's address.
const (
	freeFailures        = 5
	freeAddressFailures = 50
	freeAddressLetters  = 30
	freeChanges         = 3
)

// How long waits can get, and how soon one try is forgotten: a wrong password a day must not lock out an office behind
// one address for good.
const (
	maxWait   = 15 * time.Minute
	forgetOne = 30 * time.Minute
)

// tries maps the names of counters to their number of free tries.
type tries map[string]int

// TryLetter counts a letter that a stranger requests, to anyone; countLetter counts those that go out. TooMany means
// wait. It does not depend on whether the account exists.
func (s *Store) TryLetter(ctx context.Context, address string, now time.Time) error {
	return s.try(ctx, tries{"letters from:" + address: freeAddressLetters}, now)
}

// accountKey is what accounts are looked up by. Text that is not an address matches no account.
func accountKey(email string) string {
	a, err := domain.ParseAddress(email)
	if err != nil {
		return "not an address: " + domain.FoldASCII(email[:min(len(email), 100)])
	}
	return a.Key()
}

// try counts one more try on each counter before it is made, so that concurrent tries are no way around the limit. If
// one of the counters has to wait, it returns TooMany and counts nothing.
func (s *Store) try(ctx context.Context, all tries, now time.Time) error {
	return s.tx(ctx, func(tx transaction) error {
		for name, free := range all {
			if err := tryOne(ctx, tx, name, free, now); err != nil {
				return err
			}
		}
		return nil
	})
}

func tryOne(ctx context.Context, tx transaction, name string, free int, now time.Time) error {
	var made int
	var until, seen time.Time
	err := tx.row(ctx, `SELECT failures, until, seen_at FROM throttles WHERE name = $1`, name).
		Scan(&made, instant{&until}, instant{&seen})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if now.Before(until) {
		return domain.TooMany{RetryAfter: until.Sub(now)}
	}
	forgotten := int(now.Sub(seen) / forgetOne)
	seen = seen.Add(time.Duration(forgotten) * forgetOne)
	if made -= forgotten; made <= 0 {
		made, seen = 0, now
	}
	_, err = tx.exec(ctx, `INSERT INTO throttles (name, failures, until, seen_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (name) DO UPDATE SET failures = excluded.failures, until = excluded.until, seen_at = excluded.seen_at`,
		name, made+1, now.Add(wait(made+1-free)).UnixMilli(), seen.UnixMilli())
	return err
}

// countSince adds one to a counter. It returns the count since the first one, and starts over when that is a full
// stretch of time ago.
func countSince(ctx context.Context, tx transaction, name string, stretch time.Duration, now time.Time) (n int, since time.Time, err error) {
	err = tx.row(ctx, `INSERT INTO throttles (name, failures, until, seen_at)
		VALUES ($1, 1, 0, $2) ON CONFLICT (name) DO UPDATE SET
			failures = CASE WHEN throttles.seen_at > $3 THEN throttles.failures + 1 ELSE 1 END,
			seen_at = CASE WHEN throttles.seen_at > $3 THEN throttles.seen_at ELSE excluded.seen_at END
		RETURNING failures, seen_at`, name, now.UnixMilli(), now.Add(-stretch).UnixMilli()).Scan(&n, instant{&since})
	return n, since, err
}

// takeBack uncounts a try that was not one.
func takeBack(ctx context.Context, tx transaction, name string) error {
	_, err := tx.exec(ctx, `UPDATE throttles SET failures = failures - 1, until = 0 WHERE name = $1`, name)
	return err
}

// wait is the wait after that many tries beyond the free ones: 1 s, doubling, at most 15 minutes.
func wait(beyond int) time.Duration {
	if beyond < 0 {
		return 0
	}
	return min(time.Second<<min(beyond, 20), maxWait)
}
