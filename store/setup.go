package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"postrider/domain"
)

// confirmedAdmin is true where there is an admin who has proved the address. A blocked one counts: a block shall not open the
// house to the next stranger.
const confirmedAdmin = `EXISTS (SELECT 1 FROM users AS admins WHERE admins.role = 'admin' AND admins.verified_at IS NOT NULL)`

// HasAdmin reports whether there is an admin who has confirmed the address. Until then the installation waits to be set up.
func (s *Store) HasAdmin(ctx context.Context) (has bool, err error) {
	if s.adminSeen.Load() {
		return true, nil
	}
	err = s.read.row(ctx, `SELECT `+confirmedAdmin).Scan(&has)
	if err == nil && has {
		s.adminSeen.Store(true) // only DeleteAccount can take the last one away
	}
	return has, mapError(err)
}

func hasAdmin(ctx context.Context, tx transaction) (has bool, err error) {
	err = tx.row(ctx, `SELECT `+confirmedAdmin).Scan(&has)
	return has, err
}

// makeFirstAdmin makes a user admin who has just proved the address, if the first one who does is to be the admin and there
// is none. It belongs into the transaction that sets verified_at.
func (s *Store) makeFirstAdmin(ctx context.Context, tx transaction, by domain.Actor, userID int64, now time.Time) error {
	if !s.FirstIsAdmin {
		return nil
	}
	var email, role string
	err := tx.row(ctx, `SELECT email, role FROM users WHERE id = $1 AND verified_at IS NOT NULL AND NOT EXISTS
		(SELECT 1 FROM users AS admins WHERE admins.role = 'admin' AND admins.verified_at IS NOT NULL)`, userID).Scan(&email, &role)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := tx.exec(ctx, `UPDATE users SET role = 'admin' WHERE id = $1`, userID); err != nil {
		return err
	}
	by.ID, by.Email = userID, email
	return insertAudit(ctx, tx, by, domain.AuditRole, email, role+" → "+string(domain.RoleAdmin), now)
}

// OpenSetup keeps the hash of a set-up token, which voids the one before, and reports whether the installation waits to be
// set up. Where there is an admin it keeps nothing.
func (s *Store) OpenSetup(ctx context.Context, token string) (waits bool, err error) {
	if has, err := s.HasAdmin(ctx); err != nil || has {
		return false, err
	}
	err = s.tx(ctx, func(tx transaction) error {
		_, err := tx.exec(ctx, `INSERT INTO settings (name, value) VALUES ('setup', $1)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value`, hashOf(token))
		return err
	})
	return err == nil, err
}

// SetupUsable returns nil when the installation can be set up with the token, ErrNotFound otherwise.
func (s *Store) SetupUsable(ctx context.Context, token string) error {
	var isUsable bool
	err := s.read.row(ctx, `SELECT EXISTS (SELECT 1 FROM settings WHERE name = 'setup' AND value = $1 AND NOT `+confirmedAdmin+`)`,
		hashOf(token)).Scan(&isUsable)
	if err == nil && !isUsable {
		err = domain.ErrNotFound
	}
	return mapError(err)
}

// SetUp uses up the set-up token and makes the first admin, whose address counts as confirmed: whoever can read the terminal
// owns the machine, and there may be no relay yet. ErrNotFound says that the token is unknown, used or void, or that there is
// an admin by now; Invalid says what is wrong with what was typed, and leaves the token usable.
func (s *Store) SetUp(ctx context.Context, by domain.Actor, token string, in domain.SignUp, now time.Time) (u domain.User, err error) {
	if err := s.SetupUsable(ctx, token); err != nil {
		return u, err
	}
	a, err := in.Check()
	if err != nil {
		return u, err
	}
	hash, err := s.hashPassword(ctx, thisProgram, in.Password)
	if err != nil {
		return u, err
	}
	err = s.tx(ctx, func(tx transaction) error {
		used, err := changes(tx.exec(ctx, `DELETE FROM settings WHERE name = 'setup' AND value = $1 AND NOT `+confirmedAdmin, hashOf(token)))
		if err == nil && !used {
			err = domain.ErrNotFound
		}
		if err != nil {
			return err
		}
		if u, err = insertConfirmed(ctx, tx, in, a, hash, domain.RoleAdmin, now); err != nil {
			return err
		}
		by.ID, by.Email = u.ID, u.Email
		return insertAudit(ctx, tx, by, domain.AuditSetUp, u.Email, "", now)
	})
	return u, takenAddress(err)
}

// insertConfirmed makes a user who need not confirm the address. Somebody else's sign-up that never confirmed it goes, with
// all that was typed there, so that nobody can keep an address from its owner by signing up with it.
func insertConfirmed(ctx context.Context, tx transaction, in domain.SignUp, a domain.Address, hash string, role domain.Role, now time.Time) (u domain.User, err error) {
	if err := deletePending(ctx, tx, a, now); err != nil {
		return u, err
	}
	if u, err = insertUser(ctx, tx, in, a, hash, now); err != nil {
		return u, err
	}
	return scanUser(tx.row(ctx, `UPDATE users SET role = $1, verified_at = $2 WHERE id = $3 RETURNING `+userColumns,
		role, now.UnixMilli(), u.ID))
}

// deletePending deletes the account of an address that nobody has confirmed, unless it is blocked.
func deletePending(ctx context.Context, tx transaction, a domain.Address, now time.Time) error {
	var teamID int64
	err := tx.row(ctx, `DELETE FROM users WHERE email_key = $1 AND verified_at IS NULL AND blocked_at IS NULL
		RETURNING team_id`, a.Key()).Scan(&teamID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = closeTeamIfEmpty(ctx, tx, teamID, now)
	return err
}

// takenAddress says in words that there is an account with the address.
func takenAddress(err error) error {
	if isUnique(err) {
		return domain.Invalid{"email": domain.Say("A user with this address already exists.")}
	}
	return err
}
