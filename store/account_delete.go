package store

import (
	"context"
	"time"

	"postrider/domain"
)

// Belongings tells what goes with the account of a user.
func (s *Store) Belongings(ctx context.Context, u domain.User) (b domain.Belongings, err error) {
	return belongings(ctx, s.read, u)
}

func belongings(ctx context.Context, q reader, u domain.User) (b domain.Belongings, err error) {
	err = q.row(ctx, `SELECT name, EXISTS (SELECT 1 FROM users WHERE team_id = teams.id AND users.id <> $1),
		clients, (SELECT count(*) FROM messages WHERE team_id = teams.id),
		(SELECT count(*) FROM mailings WHERE team_id = teams.id AND deleted_at IS NULL), coalesce(owner_id = $1, FALSE)
		FROM teams WHERE id = $2`, u.ID, u.TeamID).
		Scan(&b.Team, &b.Colleague, &b.Clients, &b.Messages, &b.Mailings, &b.Owner)
	return b, mapError(err)
}

// Leaving is what the deletion of an account needs.
type Leaving struct {
	Email     string // the account's own, typed again
	Password  string
	TeamStays bool // the user was told that somebody else is in the team
}

// DeleteAccount deletes the actor's account for good. The last one of a team takes it along: its runs are cancelled and
// nobody sees it any more; DeleteSome then deletes what it kept. Invalid says what is wrong with the address or with the
// password, TooMany to wait, Refused that the last admin cannot go before the others, nor an owner before the team has
// another one, or that the team would go too, of which the user does not know.
func (s *Store) DeleteAccount(ctx context.Context, by domain.Actor, in Leaving, now time.Time) error {
	if accountKey(in.Email) != accountKey(by.Email) {
		return domain.Invalid{"email": domain.Say("This is not the address of your account.")}
	}
	hash, err := s.confirmPassword(ctx, by, "password", in.Password, now)
	if err != nil {
		return err
	}
	defer s.adminSeen.Store(false)
	return s.tx(ctx, func(tx transaction) error {
		u, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1 AND password_hash = $2`, by.ID, hash))
		if err != nil {
			return err
		}
		kept, err := belongings(ctx, tx, u)
		if err != nil {
			return err
		}
		if kept.Owner && kept.Colleague {
			return domain.Refused{Why: domain.OwnerStays(kept.Team)}
		}
		if _, err := tx.exec(ctx, `DELETE FROM users WHERE id = $1`, u.ID); err != nil {
			return err
		}
		if u.Role == domain.RoleAdmin {
			if err := keepLastAdmin(ctx, tx); err != nil {
				return err
			}
		}
		if err := forgetAccount(ctx, tx, u); err != nil {
			return err
		}
		team, err := closeTeamIfEmpty(ctx, tx, u.TeamID, now)
		if err != nil {
			return err
		}
		if team != "" && in.TeamStays {
			return domain.Refused{Why: domain.Say("The other members have left the team meanwhile. Read again what will be deleted.")}
		}
		return insertAudit(ctx, tx, by, domain.AuditAccountDelete, u.Email, team, now)
	})
}

// forgetAccount takes the address of a deleted account out of what is not its own: letters to it, invitations that it has
// followed, and what it has stopped as a manager. The audit log keeps it.
func forgetAccount(ctx context.Context, tx transaction, u domain.User) error {
	_, err := tx.exec(ctx, `DELETE FROM outbox WHERE email = $1 AND state <> 'claimed'`, envelope(u.Email))
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `DELETE FROM invitations WHERE email_key = $1 AND used_at IS NOT NULL`, accountKey(u.Email))
	if err != nil {
		return err
	}
	for _, forget := range []query{
		`UPDATE mailings SET disabled_by = $1 WHERE disabled_by = $2`,
		`UPDATE users SET blocked_by = $1 WHERE blocked_by = $2`,
	} {
		if _, err := tx.exec(ctx, forget, domain.DeletedAccount, u.Email); err != nil {
			return err
		}
	}
	return nil
}
