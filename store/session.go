package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"postrider/domain"
)

// touchEvery is how precisely the last use of a session is recorded, to avoid a write for each request. touchTime is
// how long that write may delay a page.
const (
	touchEvery = time.Minute
	touchTime  = 250 * time.Millisecond
)

// Session returns a valid session and its user, and records its use; ErrNotFound when there is none.
func (s *Store) Session(ctx context.Context, id string, now time.Time) (domain.Session, domain.User, error) {
	var in domain.Session
	var kept string
	u, err := scanUser(s.read.row(ctx, `SELECT `+userColumns+`,
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
	if err := s.touch(ctx, id, now); err != nil && !errors.Is(err, ErrUnavailable) && !errors.Is(err, context.DeadlineExceeded) {
		return in, u, err
	}
	return in, u, nil // a full disk or a lock held elsewhere must not keep anyone from reading
}

func (s *Store) touch(ctx context.Context, id string, now time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, touchTime)
	defer cancel()
	return s.tx(ctx, func(tx transaction) error {
		_, err := tx.exec(ctx, `UPDATE sessions SET seen_at = $1 WHERE hash = $2`, now.UnixMilli(), hashOf(id))
		return err
	})
}

// CreateSession saves a new session under the hash of its id, and records that its user has signed in from that device.
// ErrNotFound means that the user is deleted or blocked, or has changed the password since it was checked.
func (s *Store) CreateSession(ctx context.Context, id string, in domain.Session) error {
	kept, err := json.Marshal(in.Values)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx transaction) error {
		by := domain.Actor{ID: in.UserID, Address: in.Address}
		err := tx.row(ctx, `UPDATE users SET signed_in_at = $1 WHERE id = $2 AND blocked_at IS NULL
			AND password_at IS NOT DISTINCT FROM $3 RETURNING email`,
			in.CreatedAt.UnixMilli(), in.UserID, millis(in.PasswordAt)).Scan(&by.Email)
		if err != nil {
			return err
		}
		if err := insertAudit(ctx, tx, by, domain.AuditSignIn, by.Email, "", in.CreatedAt); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `INSERT INTO sessions (hash, user_id, kept, agent, address, created_at, seen_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			hashOf(id), in.UserID, string(kept), in.Agent, in.Address, in.CreatedAt.UnixMilli(), in.SeenAt.UnixMilli())
		if err != nil || in.Device == "" {
			return err
		}
		return rememberDevice(ctx, tx, in.UserID, in.OldDevice, in.Device, in.CreatedAt)
	})
}

// SetSessionValues replaces the small values of a session.
func (s *Store) SetSessionValues(ctx context.Context, id string, values map[string]string) error {
	kept, err := json.Marshal(values)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx transaction) error {
		_, err := tx.exec(ctx, `UPDATE sessions SET kept = $1 WHERE hash = $2`, string(kept), hashOf(id))
		return err
	})
}

// DeleteSession ends a session. A missing session is not an error.
func (s *Store) DeleteSession(ctx context.Context, id string) error {
	return s.tx(ctx, func(tx transaction) error {
		_, err := tx.exec(ctx, `DELETE FROM sessions WHERE hash = $1`, hashOf(id))
		return err
	})
}

// SignOut ends the actor's session.
func (s *Store) SignOut(ctx context.Context, by domain.Actor, id string, now time.Time) error {
	return s.tx(ctx, func(tx transaction) error {
		ended, err := changes(tx.exec(ctx, `DELETE FROM sessions WHERE hash = $1 AND user_id = $2`, hashOf(id), by.ID))
		if err != nil || !ended {
			return err
		}
		return insertAudit(ctx, tx, by, domain.AuditSignOut, by.Email, "", now)
	})
}

// PublicID names a session where others may see it, such as in a list. It cannot be used to sign in.
func PublicID(id string) string { return base64.RawURLEncoding.EncodeToString(hashOf(id)) }

// Sessions returns the valid sessions of a user, most recently used first.
func (s *Store) Sessions(ctx context.Context, userID int64, now time.Time) ([]domain.Session, error) {
	rows := s.read.rows(ctx, `SELECT hash, user_id, agent, address, created_at, seen_at FROM sessions
		WHERE user_id = $1 AND seen_at > $2 AND created_at > $3 ORDER BY seen_at DESC, created_at DESC, hash`, userID,
		now.Add(-domain.SessionIdle).UnixMilli(), now.Add(-domain.SessionMax).UnixMilli())
	return collect(rows, func(row scanner) (in domain.Session, err error) {
		var hash []byte
		err = row.Scan(&hash, &in.UserID, &in.Agent, &in.Address, instant{&in.CreatedAt}, instant{&in.SeenAt})
		in.PublicID = base64.RawURLEncoding.EncodeToString(hash)
		return in, err
	})
}

// EndSession ends one of the actor's sessions by its public id; ErrNotFound when there is none.
func (s *Store) EndSession(ctx context.Context, by domain.Actor, publicID string, now time.Time) error {
	hash, err := base64.RawURLEncoding.DecodeString(publicID)
	if err != nil {
		return domain.ErrNotFound
	}
	n, err := s.endSessions(ctx, by, `DELETE FROM sessions WHERE user_id = $1 AND hash = $2`, hash, now)
	if err == nil && n == 0 {
		err = domain.ErrNotFound
	}
	return err
}

// EndOtherSessions ends all of the actor's sessions except the one with the id, and returns how many.
func (s *Store) EndOtherSessions(ctx context.Context, by domain.Actor, id string, now time.Time) (int, error) {
	return s.endSessions(ctx, by, `DELETE FROM sessions WHERE user_id = $1 AND hash <> $2`, hashOf(id), now)
}

func (s *Store) endSessions(ctx context.Context, by domain.Actor, which query, hash []byte, now time.Time) (n int, err error) {
	err = s.tx(ctx, func(tx transaction) error {
		res, err := tx.exec(ctx, which, by.ID, hash)
		if err != nil {
			return err
		}
		ended, err := res.RowsAffected()
		if n = int(ended); err != nil || n == 0 {
			return err
		}
		return insertAudit(ctx, tx, by, domain.AuditSessionsEnd, by.Email, strconv.Itoa(n), now)
	})
	return n, err
}
