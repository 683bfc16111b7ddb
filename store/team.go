package store

import (
	"context"
	"time"

	"postrider/domain"
)

// Team returns a team; ErrNotFound when there is none.
func (s *Store) Team(ctx context.Context, id int64) (domain.Team, error) {
	return team(ctx, s.read, id)
}

func team(ctx context.Context, q reader, id int64) (t domain.Team, err error) {
	err = q.row(ctx, `SELECT id, name, coalesce((SELECT users.id FROM users
		WHERE users.id = teams.owner_id AND users.team_id = teams.id), 0), created_at FROM teams WHERE id = $1 AND deleted_at IS NULL`, id).
		Scan(&t.ID, &t.Name, &t.OwnerID, instant{&t.CreatedAt})
	return t, mapError(err)
}

// Members returns the users of a team, ordered by the age of their accounts.
func (s *Store) Members(ctx context.Context, teamID int64) ([]domain.Member, error) {
	rows := s.read.rows(ctx, `SELECT `+userColumns+`, users.signed_in_at FROM users WHERE team_id = $1 ORDER BY id`, teamID)
	return collect(rows, func(row scanner) (m domain.Member, err error) {
		m.User, err = scanUser(row, instant{&m.SignedInAt})
		return m, err
	})
}

// NameTeam renames the actor's team. Invalid says what is wrong with the name.
func (s *Store) NameTeam(ctx context.Context, by domain.Actor, name string, now time.Time) error {
	name, err := domain.CheckTeamName(name)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx transaction) error {
		var old string
		err := tx.row(ctx, `SELECT name FROM teams WHERE id = (SELECT team_id FROM users WHERE id = $1)`, by.ID).Scan(&old)
		if err != nil || old == name {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE teams SET name = $1 WHERE id = (SELECT team_id FROM users WHERE id = $2)`, name, by.ID)
		if err != nil {
			return err
		}
		return insertAudit(ctx, tx, by, domain.AuditTeamName, name, old, now)
	})
}

// RemoveMember moves a member of a team to a new team of their own, and informs them by a letter, which it addresses.
// What they created stays, and so do their account and sessions. The team is the actor's own, or any if the actor is an
// admin. ErrNotFound means that the user is not in the team any more; ErrForbidden, that the actor does not own it;
// Refused, that the user does.
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

// LeaveTeam moves the actor to a new team of their own. Refused means that nobody else is in the team, or that the
// actor owns it.
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
			return domain.Refused{Why: domain.Say("You're the only member, so you can't leave the team. You can delete your account and everything in it.")}
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

// moveToNewTeam moves a user to a new team, which the user owns, named as at sign-up. It gets the tightest limits the
// user has had and, except for admins, those of a new team: leaving must not be a way around a quota.
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

// moveUser moves a user to another team. Invitations that the user made end with the membership, and a team with no
// members left is closed.
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
