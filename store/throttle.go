package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"postrider/domain"
)

// How many tries are free before waiting begins: wrong passwords of an account, or from a device that it knows, and from a
// network address (of a wider network: domain.NetworkTries), letters that strangers ask for from a network address, and
// changes of a user's address.
const (
	freeFailures        = 5
	freeAddressFailures = 50
	freeAddressLetters  = 30
	freeChanges         = 3
)

// How long the waiting grows, and how soon one try is forgotten: an office behind one address is not shut out for good
// by a wrong password a day.
const (
	maxWait   = 15 * time.Minute
	forgetOne = 30 * time.Minute
)

// tries is what is counted: how many are free, by name.
type tries map[string]int

// TryLetter counts a letter that a stranger asks for, from whatever mailbox's owner; see countLetter for those that go out.
// TooMany says to wait. It is the same whether there is such an account or not.
func (s *Store) TryLetter(ctx context.Context, address string, now time.Time) error {
	return s.try(ctx, tries{"letters from:" + address: freeAddressLetters}, now)
}

// accountKey is what accounts are found by. What is no address is one of no account.
func accountKey(email string) string {
	a, err := domain.ParseAddress(email)
	if err != nil {
		return "not an address: " + domain.FoldASCII(email[:min(len(email), 100)])
	}
	return a.Key()
}

// try counts one more try under each name before it is made, so that many at once are no way around. TooMany, and nothing
// is counted, when one of the names has to wait.
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

// countSince counts one more under a name. It returns how many there are since the first, which was less than the stretch of
// time ago.
func countSince(ctx context.Context, tx transaction, name string, stretch time.Duration, now time.Time) (n int, since time.Time, err error) {
	err = tx.row(ctx, `INSERT INTO throttles (name, failures, until, seen_at)
		VALUES ($1, 1, 0, $2) ON CONFLICT (name) DO UPDATE SET
			failures = CASE WHEN throttles.seen_at > $3 THEN throttles.failures + 1 ELSE 1 END,
			seen_at = CASE WHEN throttles.seen_at > $3 THEN throttles.seen_at ELSE excluded.seen_at END
		RETURNING failures, seen_at`, name, now.UnixMilli(), now.Add(-stretch).UnixMilli()).Scan(&n, instant{&since})
	return n, since, err
}

// takeBack undoes a try, which was none.
func takeBack(ctx context.Context, tx transaction, name string) error {
	_, err := tx.exec(ctx, `UPDATE throttles SET failures = failures - 1, until = 0 WHERE name = $1`, name)
	return err
}

// wait is how long to wait after so many tries beyond the free ones: 1 s, doubling, at most 15 minutes.
func wait(beyond int) time.Duration {
	if beyond < 0 {
		return 0
	}
	return min(time.Second<<min(beyond, 20), maxWait)
}
