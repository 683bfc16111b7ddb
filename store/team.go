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

// Members returns the users of a team, in the order in which they got their accounts.
func (s *Store) Members(ctx context.Context, teamID int64) ([]domain.Member, error) {
	rows := s.read.rows(ctx, `SELECT `+userColumns+`, users.signed_in_at FROM users WHERE team_id = $1 ORDER BY id`, teamID)
	return collect(rows, func(row scanner) (m domain.Member, err error) {
		m.User, err = scanUser(row, instant{&m.SignedInAt})
		return m, err
	})
}

// NameTeam gives the actor's team another name; Invalid says what is wrong with it.
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

// TeamName returns the name of a team; ErrNotFound when there is none.
func (s *Store) TeamName(ctx context.Context, teamID int64) (name string, err error) {
	err = s.read.row(ctx, `SELECT name FROM teams WHERE id = $1`, teamID).Scan(&name)
	return name, mapError(err)
}

// TeamUsers returns the users of a team, in the order in which they came.
func (s *Store) TeamUsers(ctx context.Context, teamID int64) ([]domain.User, error) {
	return collect(s.read.rows(ctx, `SELECT `+userColumns+` FROM users WHERE team_id = $1 ORDER BY id`, teamID), func(row scanner) (domain.User, error) { return scanUser(row) })
}
