package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"postrider/domain"
)

// confirmedAdmin is true if there is an admin with a confirmed address. A blocked one counts, so that blocking the
// admin does not open the installation to the next stranger.
const confirmedAdmin = `EXISTS (SELECT 1 FROM users AS admins WHERE admins.role = 'admin' AND admins.verified_at IS NOT NULL)`

// HasAdmin reports whether there is an admin with a confirmed address. Until then the installation is not set up.
func (s *Store) HasAdmin(ctx context.Context) (has bool, err error) {
	if s.adminSeen.Load() {
		return true, nil
	}
	err = s.read.row(ctx, `SELECT `+confirmedAdmin).Scan(&has)
	if err == nil && has {
		s.adminSeen.Store(true) // only DeleteAccount can remove the last one
	}
	return has, mapError(err)
}

func hasAdmin(ctx context.Context, tx transaction) (has bool, err error) {
	err = tx.row(ctx, `SELECT `+confirmedAdmin).Scan(&has)
	return has, err
}

// makeFirstAdmin makes a user who has just confirmed the address the admin, if the first to do so becomes admin and
// there is none. It belongs in the transaction that sets verified_at.
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

// OpenSetup saves the hash of a set-up token, which voids the one before, and reports whether the installation needs to
// be set up. If there is an admin, it saves nothing.
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

// SetupUsable returns nil when the token can set up the installation, and ErrNotFound otherwise.
func (s *Store) SetupUsable(ctx context.Context, token string) error {
	var isUsable bool
	err := s.read.row(ctx, `SELECT EXISTS (SELECT 1 FROM settings WHERE name = 'setup' AND value = $1 AND NOT `+confirmedAdmin+`)`,
		hashOf(token)).Scan(&isUsable)
	if err == nil && !isUsable {
		err = domain.ErrNotFound
	}
	return mapError(err)
}

// SetUp uses up the set-up token and creates the first admin. The address counts as confirmed, because anyone who can
// read the terminal owns the machine, and there may be no relay yet. ErrNotFound means that the token is unknown, used
// or void, or that there is an admin now. Invalid says what is wrong with the input, and the token stays usable.
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

// insertConfirmed creates a user who need not confirm the address. An unconfirmed sign-up with the address is deleted
// with all its details, so that nobody can keep an address from its owner by signing up with it.
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

// deletePending deletes the unconfirmed account of an address, unless it is blocked.
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

// takenAddress turns a uniqueness error into the message that the address has an account.
func takenAddress(err error) error {
	if isUnique(err) {
		return domain.Invalid{"email": domain.Say("A user with this address already exists.")}
	}
	return err
}
