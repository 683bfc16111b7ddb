package store

import (
	"context"
	"time"

	"postrider/domain"
)

// BlockUser blocks a user for a reason shown to the user. The user's sessions end, and if the team has no unblocked
// member left, its runs are cancelled and it sends nothing. User.MayBlock says who may block whom; the command line may
// block anyone except the last admin. Refused means that it is not possible, and Invalid that the reason is missing.
func (s *Store) BlockUser(ctx context.Context, by domain.Actor, userID int64, why string, now time.Time) (u domain.User, err error) {
	if why, err = domain.CheckReason(why); err != nil {
		return u, err
	}
	err = s.tx(ctx, func(tx transaction) error {
		if u, err = mayBlock(ctx, tx, by, userID); err != nil {
			return err
		}
		if u.Blocked() {
			return domain.Refused{Why: domain.Say("This user is already blocked.")}
		}
		if u, err = block(ctx, tx, by, u, why, now); err != nil {
			return err
		}
		return cancelTeamRuns(ctx, tx, u.TeamID, now)
	})
	return u, err
}

// block blocks a user; the caller has checked that the actor may.
func block(ctx context.Context, tx transaction, by domain.Actor, u domain.User, why string, now time.Time) (domain.User, error) {
	u, err := scanUser(tx.row(ctx, `UPDATE users SET blocked_at = $1, blocked_by = $2, blocked_why = $3
		WHERE id = $4 RETURNING `+userColumns, now.UnixMilli(), by.Email, why, u.ID))
	if err != nil {
		return u, err
	}
	if u.Role == domain.RoleAdmin {
		if err := keepAdmin(ctx, tx, u); err != nil {
			return u, err
		}
	}
	if err := voidAccess(ctx, tx, u.ID); err != nil {
		return u, err
	}
	return u, insertAudit(ctx, tx, by, domain.AuditBlock, u.Email, why, now)
}

// BlockTeam blocks a user and all other members of the team, so that none of them goes on sending in the user's place.
// Managers and admins are not blocked along. Open invitations become void, and the team's runs are cancelled. It
// returns how many were blocked. Anyone who may block the user may do this. Refused means that nobody is left to block.
func (s *Store) BlockTeam(ctx context.Context, by domain.Actor, userID int64, why string, now time.Time) (u domain.User, blocked int, err error) {
	if why, err = domain.CheckReason(why); err != nil {
		return u, 0, err
	}
	err = s.tx(ctx, func(tx transaction) error {
		if u, err = mayBlock(ctx, tx, by, userID); err != nil {
			return err
		}
		all, err := blockable(ctx, tx, by, u, `blocked_at IS NULL`)
		if err != nil {
			return err
		}
		for _, one := range all {
			if _, err := block(ctx, tx, by, one, why, now); err != nil {
				return err
			}
		}
		if blocked = len(all); blocked == 0 {
			return domain.Refused{Why: domain.Say("Everyone in this team who can be blocked is already blocked.")}
		}
		if _, err := tx.exec(ctx, `DELETE FROM invitations WHERE team_id = $1`, u.TeamID); err != nil {
			return err
		}
		if err := cancelRuns(ctx, tx, `SELECT id FROM mailings WHERE team_id = $2`, u.TeamID, now); err != nil {
			return err
		}
		return auditTeam(ctx, tx, by, domain.AuditTeamBlock, u.TeamID, why, now)
	})
	return u, blocked, err
}

// UnblockTeam unblocks everyone who was blocked together with a user, and returns how many.
func (s *Store) UnblockTeam(ctx context.Context, by domain.Actor, userID int64, now time.Time) (u domain.User, unblocked int, err error) {
	err = s.tx(ctx, func(tx transaction) error {
		if u, err = mayBlock(ctx, tx, by, userID); err != nil {
			return err
		}
		if !u.Blocked() {
			return domain.Refused{Why: domain.Say("This user isn't blocked.")}
		}
		all, err := blockable(ctx, tx, by, u, `blocked_at = (SELECT blocked_at FROM users WHERE id = $2)`)
		if err != nil {
			return err
		}
		for _, one := range all {
			if _, err := unblock(ctx, tx, by, one, now); err != nil {
				return err
			}
		}
		unblocked = len(all)
		return auditTeam(ctx, tx, by, domain.AuditTeamUnblock, u.TeamID, "", now)
	})
	return u, unblocked, err
}

// blockable are those in a user's team that match the condition: the user, $2, and all others the actor may block.
// Even the command line, which may block anyone, does not block managers and admins along with others.
func blockable(ctx context.Context, tx transaction, by domain.Actor, u domain.User, condition query) (all []domain.User, err error) {
	rows := tx.rows(ctx, `SELECT `+userColumns+` FROM users WHERE team_id = $1
		AND (id = $2 OR role <> 'manager' AND role <> 'admin') AND id <> $3 AND `+condition+` ORDER BY id`, u.TeamID, u.ID, by.ID)
	return collect(rows, func(row scanner) (domain.User, error) { return scanUser(row) })
}

// auditTeam logs an action on a whole team.
func auditTeam(ctx context.Context, tx transaction, by domain.Actor, action domain.AuditAction, teamID int64, detail string, now time.Time) error {
	t, err := team(ctx, tx, teamID)
	if err != nil {
		return err
	}
	return insertAudit(ctx, tx, by, action, t.Name, detail, now)
}

// voidAccess permanently ends what a user holds: sessions, tokens, and invitations by others. Unblocking restores none
// of it.
func voidAccess(ctx context.Context, tx transaction, userID int64) error {
	for _, end := range []query{`DELETE FROM sessions WHERE user_id = $1`, `DELETE FROM devices WHERE user_id = $1`,
		`DELETE FROM tokens WHERE user_id = $1`, `DELETE FROM invitations WHERE invited_by = $1 AND used_at IS NULL`} {
		if _, err := tx.exec(ctx, end, userID); err != nil {
			return err
		}
	}
	return nil
}

// UnblockUser unblocks a user. Anyone who may block the user may do this.
func (s *Store) UnblockUser(ctx context.Context, by domain.Actor, userID int64, now time.Time) (u domain.User, err error) {
	err = s.tx(ctx, func(tx transaction) error {
		if u, err = mayBlock(ctx, tx, by, userID); err != nil {
			return err
		}
		if !u.Blocked() {
			return domain.Refused{Why: domain.Say("This user isn't blocked.")}
		}
		u, err = unblock(ctx, tx, by, u, now)
		return err
	})
	return u, err
}

func unblock(ctx context.Context, tx transaction, by domain.Actor, u domain.User, now time.Time) (domain.User, error) {
	u, err := scanUser(tx.row(ctx, `UPDATE users SET blocked_at = NULL, blocked_by = '', blocked_why = ''
		WHERE id = $1 RETURNING `+userColumns, u.ID))
	if err != nil {
		return u, err
	}
	return u, insertAudit(ctx, tx, by, domain.AuditUnblock, u.Email, "", now)
}

// mayBlock loads a user the actor may block or unblock. It also reads the actor's current role.
func mayBlock(ctx context.Context, tx transaction, by domain.Actor, userID int64) (domain.User, error) {
	u, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1`, userID))
	if err != nil || by.ID == 0 {
		return u, err
	}
	actor, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1`, by.ID))
	if err != nil {
		return u, err
	}
	return u, actor.MayBlock(u)
}

// cancelTeamRuns cancels the runs of a team that has no unblocked member left. CloseLeftovers closes their letters.
func cancelTeamRuns(ctx context.Context, tx transaction, teamID int64, now time.Time) error {
	var sends bool
	err := tx.row(ctx, `SELECT EXISTS (SELECT 1 FROM users WHERE team_id = $1 AND blocked_at IS NULL)`, teamID).Scan(&sends)
	if err != nil || sends {
		return err
	}
	return cancelRuns(ctx, tx, `SELECT id FROM mailings WHERE team_id = $2`, teamID, now)
}

// cancelRuns cancels the active runs of the mailings that the query selects; of is its $2.
func cancelRuns(ctx context.Context, tx transaction, mailings query, of int64, now time.Time) error {
	cancelled, err := collect(tx.rows(ctx, `UPDATE runs SET state = 'cancelled', finished_at = $1
		WHERE state IN ('building', 'sending') AND mailing_id IN (`+mailings+`) RETURNING mailing_id`, now.UnixMilli(), of), scanID)
	if err != nil {
		return err
	}
	for _, id := range cancelled {
		if err := complete(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// DisableMailing disables a mailing for a reason shown to its team: its run is cancelled, and none begins until it is
// enabled again.
func (s *Store) DisableMailing(ctx context.Context, by domain.Actor, id int64, why string, now time.Time) (m domain.Mailing, err error) {
	if why, err = domain.CheckReason(why); err != nil {
		return m, err
	}
	if err := by.MayStop(); err != nil {
		return m, err
	}
	err = s.tx(ctx, func(tx transaction) error {
		if m, err = mailingFor(ctx, tx, by, domain.View, id); err != nil {
			return err
		}
		if m.Disabled() {
			return domain.Refused{Why: domain.Say("This mailing is already disabled.")}
		}
		_, err = tx.exec(ctx, `UPDATE mailings SET disabled_at = $1, disabled_by = $2, disabled_why = $3 WHERE id = $4`,
			now.UnixMilli(), by.Email, why, id)
		if err != nil {
			return err
		}
		if err := cancelRuns(ctx, tx, `$2`, id, now); err != nil {
			return err
		}
		if err := insertAudit(ctx, tx, by, domain.AuditDisable, m.Name, why, now); err != nil {
			return err
		}
		m, err = mailing(ctx, tx, id)
		return err
	})
	return m, err
}

// EnableMailing enables a disabled mailing. Its latest missed occurrence runs if its deadline has not passed; the
// others are recorded as missed.
func (s *Store) EnableMailing(ctx context.Context, by domain.Actor, id int64, now time.Time) (m domain.Mailing, err error) {
	if err := by.MayStop(); err != nil {
		return m, err
	}
	err = s.tx(ctx, func(tx transaction) error {
		if m, err = mailingFor(ctx, tx, by, domain.View, id); err != nil {
			return err
		}
		if !m.Disabled() {
			return domain.Refused{Why: domain.Say("This mailing isn't disabled.")}
		}
		_, err = tx.exec(ctx, `UPDATE mailings SET disabled_at = NULL, disabled_by = '', disabled_why = '' WHERE id = $1`, id)
		if err != nil {
			return err
		}
		if err := insertAudit(ctx, tx, by, domain.AuditEnable, m.Name, "", now); err != nil {
			return err
		}
		m, err = mailing(ctx, tx, id)
		return err
	})
	return m, err
}

// keepAdmin refuses a change of a user if it leaves no admin who can sign in.
func keepAdmin(ctx context.Context, tx transaction, u domain.User) error {
	var left bool
	err := tx.row(ctx, `SELECT EXISTS (SELECT 1 FROM users
		WHERE role = 'admin' AND verified_at IS NOT NULL AND blocked_at IS NULL)`).Scan(&left)
	if err == nil && !left && u.Verified() {
		err = domain.Refused{Why: domain.Say("%s is the last admin. Make someone else an admin first.", u.Email)}
	}
	return err
}

// SetRole changes a user's role. Refused means that the user is the last admin.
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
