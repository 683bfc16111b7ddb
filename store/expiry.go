package store

import (
	"context"
	"time"

	"postrider/domain"
)

// expireChunk is how many rows of a kind one transaction deletes, so that other writers get their turn.
const expireChunk = 500

// expired lists everything that strangers can make grow: how long it is kept, and the statement that deletes up to $2
// rows older than $1, found by an index.
var expired = []struct {
	delete query
	kept   time.Duration
}{
	{`DELETE FROM throttles WHERE name IN (SELECT name FROM throttles WHERE seen_at < $1 AND until < $1 ORDER BY seen_at LIMIT $2)`, domain.ThrottleKept},
	{`DELETE FROM letter_counts WHERE id IN (SELECT id FROM letter_counts WHERE at < $1 ORDER BY at LIMIT $2)`, domain.LetterCounterKept},
	{`DELETE FROM tokens WHERE hash IN (SELECT hash FROM tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)`, 0},
	{`DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions WHERE seen_at <= $1 ORDER BY seen_at LIMIT $2)`, domain.SessionIdle},
	{`DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions WHERE created_at <= $1 ORDER BY created_at LIMIT $2)`, domain.SessionMax},
	{`DELETE FROM invitations WHERE id IN (SELECT id FROM invitations WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)`, domain.InvitationKept},
	{`UPDATE outbox SET state = 'expired', body = '' WHERE id IN (SELECT id FROM outbox WHERE state = 'waiting' AND expires_at <= $1 LIMIT $2)`, 0},
	{`DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE created_at < $1 AND state NOT IN ('waiting', 'claimed')
		ORDER BY created_at LIMIT $2)`, domain.SystemLetterKept},
	{`DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE action = 'sign-in failed' AND at < $1 ORDER BY at LIMIT $2)`, domain.FailedSignInKept},
	{`DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE action = 'more sign-ins failed' AND at < $1 ORDER BY at LIMIT $2)`, domain.FailedSignInKept},
	{`UPDATE audit SET address = '' WHERE id IN (SELECT id FROM audit WHERE at < $1 AND address <> '' ORDER BY at LIMIT $2)`, domain.AuditAddressKept},
}

// Expire deletes a chunk of everything that is kept only for a time, and reports whether there may be more. It can be
// interrupted at any point and continued later.
func (s *Store) Expire(ctx context.Context, now time.Time) (more bool, err error) {
	for _, e := range expired {
		err := s.tx(ctx, func(tx transaction) error {
			res, err := tx.exec(ctx, e.delete, now.Add(-e.kept).UnixMilli(), expireChunk)
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			more = more || n == expireChunk
			return err
		})
		if err != nil {
			return false, err
		}
	}
	full, err := s.expireUnconfirmed(ctx, now)
	return more || full, err
}

// expireUnconfirmed deletes accounts whose address was not confirmed in time, with their audit log entries, since they
// never had an owner. Blocked accounts stay, and so do those with a letter that is still valid.
func (s *Store) expireUnconfirmed(ctx context.Context, now time.Time) (more bool, err error) {
	err = s.tx(ctx, func(tx transaction) error {
		rows := tx.rows(ctx, `DELETE FROM users WHERE id IN (SELECT id FROM users WHERE verified_at IS NULL
			AND created_at < $1 AND blocked_at IS NULL AND NOT EXISTS (SELECT 1 FROM tokens WHERE user_id = users.id
				AND used_at IS NULL AND expires_at > $2) ORDER BY created_at LIMIT $3) RETURNING `+userColumns,
			now.Add(-domain.UnconfirmedKept).UnixMilli(), now.UnixMilli(), expireChunk)
		overdue, err := collect(rows, func(row scanner) (domain.User, error) { return scanUser(row) })
		if err != nil {
			return err
		}
		for _, u := range overdue {
			if _, err := closeTeamIfEmpty(ctx, tx, u.TeamID, now); err != nil {
				return err
			}
			if _, err := tx.exec(ctx, `DELETE FROM audit WHERE actor_id = $1`, u.ID); err != nil {
				return err
			}
		}
		more = len(overdue) == expireChunk
		return nil
	})
	return more, err
}
