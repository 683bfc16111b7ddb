package store

import (
	"context"
	"time"

	"postrider/domain"
)

// keepLastAdmin refuses that an admin has been deleted, if others are left and none of them is an admin who can sign in.
func keepLastAdmin(ctx context.Context, tx transaction) error {
	var orphans bool
	err := tx.row(ctx, `SELECT EXISTS (SELECT 1 FROM users) AND NOT EXISTS (SELECT 1 FROM users
		WHERE role = 'admin' AND verified_at IS NOT NULL AND blocked_at IS NULL)`).Scan(&orphans)
	if err == nil && orphans {
		err = domain.Refused{Why: domain.Say("You are the last admin. Make somebody else admin first: there are other users.")}
	}
	return err
}

// keepAdmin refuses what has just been done to a user if no admin who can sign in is left.
func keepAdmin(ctx context.Context, tx transaction, u domain.User) error {
	var left bool
	err := tx.row(ctx, `SELECT EXISTS (SELECT 1 FROM users
		WHERE role = 'admin' AND verified_at IS NOT NULL AND blocked_at IS NULL)`).Scan(&left)
	if err == nil && !left && u.Verified() {
		err = domain.Refused{Why: domain.Say("%s is the last admin. Make somebody else admin first.", u.Email)}
	}
	return err
}

// SetRole gives a user another role. Refused says that the user is the last admin.
func (s *Store) SetRole(ctx context.Context, by domain.Actor, userID int64, role domain.Role, now time.Time) (u domain.User, err error) {
	if err := domain.CheckRole(role); err != nil {
		return u, err
	}
	err = s.tx(ctx, func(tx transaction) error {
		old, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1`, userID))
		if err != nil {
			return err
		}
		u, err = scanUser(tx.row(ctx, `UPDATE users SET role = $1 WHERE id = $2 RETURNING `+userColumns, role, userID))
		if err != nil || old.Role == role {
			return err
		}
		if old.Role == domain.RoleAdmin {
			if err := keepAdmin(ctx, tx, old); err != nil {
				return err
			}
		}
		return insertAudit(ctx, tx, by, domain.AuditRole, u.Email, string(old.Role)+" → "+string(role), now)
	})
	return u, err
}
