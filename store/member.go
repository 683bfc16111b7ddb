package store

import (
	"context"
	"time"

	"postrider/domain"
)

// memberOf is a user of the actor's team, or for an admin of any; ErrNotFound when there is none.
func memberOf(ctx context.Context, tx transaction, me domain.User, userID int64) (domain.User, error) {
	u, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1`, userID))
	if err == nil && u.TeamID != me.TeamID && me.Role != domain.RoleAdmin {
		err = domain.ErrNotFound
	}
	return u, err
}

// RemoveMember puts a member of a team into a fresh team of their own, and tells them by a letter, which is addressed here.
// What they made stays, and so do their account and their sessions. The team is the actor's own, or for an admin any.
// ErrNotFound when the user is not in the team by now, ErrForbidden when the actor does not own it, Refused for its owner.
func (s *Store) RemoveMember(ctx context.Context, by domain.Actor, userID int64, l domain.SystemLetter, now time.Time) (out domain.User, err error) {
	err = s.tx(ctx, func(tx transaction) error {
		me, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1`, by.ID))
		if err != nil {
			return err
		}
		if out, err = memberOf(ctx, tx, me, userID); err != nil {
			return err
		}
		left, err := team(ctx, tx, out.TeamID)
		if err != nil {
			return err
		}
		if err := me.MayRemove(out, left); err != nil {
			return err
		}
		if err := moveToNewTeam(ctx, tx, out, s.NewTeam, now); err != nil {
			return err
		}
		if err := tell(ctx, tx, out, l, now); err != nil {
			return err
		}
		return insertAudit(ctx, tx, by, domain.AuditRemove, out.Email, left.Name, now)
	})
	return out, err
}

// LeaveTeam puts the actor into a fresh team of their own. Refused says that nobody else is in the team, or that the actor
// owns it.
func (s *Store) LeaveTeam(ctx context.Context, by domain.Actor, now time.Time) error {
	return s.tx(ctx, func(tx transaction) error {
		me, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1`, by.ID))
		if err != nil {
			return err
		}
		kept, err := belongings(ctx, tx, me)
		if err != nil {
			return err
		}
		if !kept.Colleague {
			return domain.Refused{Why: domain.Say("Nobody else is in the team, so you cannot leave it. You can delete your account with everything in it.")}
		}
		if kept.Owner {
			return domain.Refused{Why: domain.OwnerStays(kept.Team)}
		}
		if err := moveToNewTeam(ctx, tx, me, s.NewTeam, now); err != nil {
			return err
		}
		return insertAudit(ctx, tx, by, domain.AuditLeave, me.Email, kept.Team, now)
	})
}

// moveToNewTeam moves a user into a fresh team, which the user owns, named as at sign-up. It has the tightest limits of all that the user has been
// under, and, but for an admin's, those of a new team: leaving is no way out of a quota.
func moveToNewTeam(ctx context.Context, tx transaction, u domain.User, newTeam domain.Quota, now time.Time) error {
	name := u.Name
	if a, err := domain.ParseAddress(u.Email); name == "" && err == nil {
		name = a.Local
	}
	var fresh int64
	err := tx.row(ctx, `INSERT INTO teams (name, created_at) VALUES ($1, $2) RETURNING id`, name, now.UnixMilli()).Scan(&fresh)
	if err != nil {
		return err
	}
	limits, err := carried(ctx, tx, u)
	if err != nil {
		return err
	}
	if u.Role != domain.RoleAdmin {
		limits = limits.Tightest(newTeam)
	}
	if _, err := limitTeam(ctx, tx, fresh, limits); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, `DELETE FROM user_limits WHERE user_id = $1`, u.ID); err != nil {
		return err
	}
	if err := moveUser(ctx, tx, u, fresh, now); err != nil {
		return err
	}
	return setOwner(ctx, tx, fresh, u.ID)
}

// moveUser puts a user into another team. The invitations that the user has made end with the membership, and a team in
// which nobody is left goes.
func moveUser(ctx context.Context, tx transaction, u domain.User, teamID int64, now time.Time) error {
	if _, err := tx.exec(ctx, `UPDATE users SET team_id = $1 WHERE id = $2`, teamID, u.ID); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, `DELETE FROM invitations WHERE invited_by = $1`, u.ID); err != nil {
		return err
	}
	_, err := closeTeamIfEmpty(ctx, tx, u.TeamID, now)
	return err
}
