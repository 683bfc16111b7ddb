package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"postrider/domain"
)

// touchEvery is how exactly the last use of a session is known: a write for each request would be a waste.
const touchEvery = time.Minute

// Session returns a living session and its user; ErrNotFound when there is none. It notes that it was used.
func (s *Store) Session(ctx context.Context, id string, now time.Time) (domain.Session, domain.User, error) {
	var in domain.Session
	var kept string
	u, err := scanUser(s.read.QueryRowContext(ctx, `SELECT `+userColumns+`,
		sessions.user_id, sessions.kept, sessions.agent, sessions.address, sessions.created_at, sessions.seen_at
		FROM sessions JOIN users ON users.id = sessions.user_id WHERE sessions.hash = $1`, hashOf(id)),
		&in.UserID, &kept, &in.Agent, &in.Address, instant{&in.CreatedAt}, instant{&in.SeenAt})
	if err != nil {
		return in, u, err
	}
	if err := json.Unmarshal([]byte(kept), &in.Values); err != nil {
		return in, u, err
	}
	if !in.Alive(now) {
		return domain.Session{}, domain.User{}, domain.ErrNotFound
	}
	if now.Sub(in.SeenAt) < touchEvery {
		return in, u, nil
	}
	if err := s.touch(ctx, id, now); err != nil && !errors.Is(err, ErrUnavailable) {
		return in, u, err
	}
	return in, u, nil // a full disk keeps nobody from reading
}

func (s *Store) touch(ctx context.Context, id string, now time.Time) error {
	return s.tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE sessions SET seen_at = $1 WHERE hash = $2`, now.UnixMilli(), hashOf(id))
		return err
	})
}

// CreateSession keeps a new session under the hash of its id, notes the sign-in, and drops those that have ended.
func (s *Store) CreateSession(ctx context.Context, id string, in domain.Session) error {
	kept, err := json.Marshal(in.Values)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE seen_at < $1 OR created_at < $2`,
			in.CreatedAt.Add(-domain.SessionIdle).UnixMilli(), in.CreatedAt.Add(-domain.SessionMax).UnixMilli()); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE users SET signed_in_at = $1 WHERE id = $2`,
			in.CreatedAt.UnixMilli(), in.UserID); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO sessions (hash, user_id, kept, agent, address, created_at, seen_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			hashOf(id), in.UserID, string(kept), in.Agent, in.Address, in.CreatedAt.UnixMilli(), in.SeenAt.UnixMilli())
		return err
	})
}

// SetSessionValues replaces the small values of a session.
func (s *Store) SetSessionValues(ctx context.Context, id string, values map[string]string) error {
	kept, err := json.Marshal(values)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE sessions SET kept = $1 WHERE hash = $2`, string(kept), hashOf(id))
		return err
	})
}

// DeleteSession ends a session; one that is not there has ended already.
func (s *Store) DeleteSession(ctx context.Context, id string) error {
	return s.tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE hash = $1`, hashOf(id))
		return err
	})
}
