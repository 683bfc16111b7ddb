package store

import (
	"context"
	"errors"
	"time"

	"postrider/domain"
)

// Passing are the letters that announce a team's new owner. The store addresses them.
type Passing struct{ ToNew, ToOld domain.SystemLetter }

// PassTeam makes another member the owner of the actor's team. Only the owner can do that, with the password, so that
// nobody who finds an open browser can take the team. Invalid means that the password is wrong; TooMany means wait;
// ErrNotFound means that the user is not in the team; ErrForbidden means that the actor does not own it; Refused says
// why the user cannot own it.
func (s *Store) PassTeam(ctx context.Context, by domain.Actor, userID int64, password string, l Passing, now time.Time) (u domain.User, err error) {
	if _, err := s.confirmPassword(ctx, by, "password", password, now); err != nil {
		return u, err
	}
	err = s.tx(ctx, func(tx transaction) error {
		me, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1`, by.ID))
		if err != nil {
			return err
		}
		mine, err := team(ctx, tx, me.TeamID)
		if err != nil {
			return err
		}
		if !me.Owns(mine) {
			return domain.ErrForbidden
		}
		u, err = scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1 AND team_id = $2`, userID, me.TeamID))
		if err != nil {
			return err
		}
		return passTeam(ctx, tx, by, u, mine, l, now)
	})
	return u, err
}

// AppointOwner makes a user the owner of the user's team. The caller makes sure that the actor is an admin. Refused
// says why the user cannot own it.
func (s *Store) AppointOwner(ctx context.Context, by domain.Actor, userID int64, l Passing, now time.Time) (u domain.User, err error) {
	err = s.tx(ctx, func(tx transaction) error {
		if u, err = scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1`, userID)); err != nil {
			return err
		}
		theirs, err := team(ctx, tx, u.TeamID)
		if err != nil {
			return err
		}
		return passTeam(ctx, tx, by, u, theirs, l, now)
	})
	return u, err
}

func passTeam(ctx context.Context, tx transaction, by domain.Actor, u domain.User, t domain.Team, l Passing, now time.Time) error {
	if err := u.MayOwn(t); err != nil {
		return err
	}
	old, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1`, t.OwnerID))
	if err != nil && !errors.Is(err, domain.ErrNotFound) {
		return err
	}
	if err := setOwner(ctx, tx, t.ID, u.ID); err != nil {
		return err
	}
	if err := tell(ctx, tx, u, l.ToNew, now); err != nil {
		return err
	}
	if err := tell(ctx, tx, old, l.ToOld, now); err != nil {
		return err
	}
	return insertAudit(ctx, tx, by, domain.AuditOwner, u.Email, t.Name, now)
}

func setOwner(ctx context.Context, tx transaction, teamID, userID int64) error {
	_, err := tx.exec(ctx, `UPDATE teams SET owner_id = $1 WHERE id = $2`, userID, teamID)
	return err
}

// tell queues a letter to a user. An unconfirmed address gets none.
func tell(ctx context.Context, tx transaction, u domain.User, l domain.SystemLetter, now time.Time) error {
	if !u.Verified() {
		return nil
	}
	l.To = domain.Recipient{Email: envelope(u.Email), Name: u.Name}
	return sendLetter(ctx, tx, l, now)
}

// memberOf is a user of the actor's team, or of any team if the actor is an admin; ErrNotFound when there is none.
func memberOf(ctx context.Context, tx transaction, me domain.User, userID int64) (domain.User, error) {
	u, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1`, userID))
	if err == nil && u.TeamID != me.TeamID && me.Role != domain.RoleAdmin {
		err = domain.ErrNotFound
	}
	return u, err
}
