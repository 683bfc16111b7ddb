package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"postrider/domain"
)

// Belongings returns what is deleted along with a user's account.
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
	Email     string // the account's own address, typed again
	Password  string
	TeamStays bool // the user was told that the team has other members
}

// DeleteAccount permanently deletes the actor's account. The last member takes the team along: its runs are cancelled,
// it disappears at once, and DeleteSome deletes its data later. Invalid says what is wrong with the address or the
// password; TooMany means wait; Refused means that the last admin cannot go while others remain, that an owner must
// hand over the team first, or that the team would be deleted without the user knowing.
func (s *Store) DeleteAccount(ctx context.Context, by domain.Actor, in Leaving, now time.Time) error {
	if accountKey(in.Email) != accountKey(by.Email) {
		return domain.Invalid{"email": domain.Say("This isn't the address of your account.")}
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
			return domain.Refused{Why: domain.Say("The other members have since left the team. Check again what will be deleted.")}
		}
		return insertAudit(ctx, tx, by, domain.AuditAccountDelete, u.Email, team, now)
	})
}

// forgetAccount removes the address of a deleted account from other records: letters to it, invitations it has
// accepted, and what it stopped as a manager. The audit log keeps the address.
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

// keepLastAdmin refuses the deletion of an admin if it leaves other users but no admin who can sign in.
func keepLastAdmin(ctx context.Context, tx transaction) error {
	var orphans bool
	err := tx.row(ctx, `SELECT EXISTS (SELECT 1 FROM users) AND NOT EXISTS (SELECT 1 FROM users
		WHERE role = 'admin' AND verified_at IS NOT NULL AND blocked_at IS NULL)`).Scan(&orphans)
	if err == nil && orphans {
		err = domain.Refused{Why: domain.Say("You're the last admin, and there are other users. Make someone else an admin first.")}
	}
	return err
}

// closeTeamIfEmpty updates a team after a member has left it. If nobody is left, the team is closed and its name
// returned.
func closeTeamIfEmpty(ctx context.Context, tx transaction, teamID int64, now time.Time) (closed string, err error) {
	if err := cancelTeamRuns(ctx, tx, teamID, now); err != nil {
		return "", err
	}
	err = tx.row(ctx, `UPDATE teams SET deleted_at = $1 WHERE id = $2
		AND NOT EXISTS (SELECT 1 FROM users WHERE team_id = teams.id) RETURNING name`, now.UnixMilli(), teamID).Scan(&closed)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	_, err = tx.exec(ctx, `UPDATE mailings SET deleted_at = coalesce(deleted_at, $1), next_at = NULL WHERE team_id = $2`, now.UnixMilli(), teamID)
	if err != nil {
		return "", err
	}
	_, err = tx.exec(ctx, `DELETE FROM invitations WHERE team_id = $1`, teamID)
	return closed, err
}

// deleteChunk is how many rows one transaction deletes, so that other writers get their turn.
const deleteChunk = 2000

// DeleteSome deletes a chunk of the data of closed teams, and reports whether there may be more. It can be interrupted
// at any point and continued later.
func (s *Store) DeleteSome(ctx context.Context) (more bool, err error) {
	var teamID int64
	err = s.read.row(ctx, `SELECT id FROM teams WHERE deleted_at IS NOT NULL ORDER BY id LIMIT 1`).Scan(&teamID)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, mapError(err)
	}
	err = s.tx(ctx, func(tx transaction) error {
		room := deleteChunk
		for _, some := range []query{ // referenced rows are deleted last
			`DELETE FROM attempts WHERE id IN (SELECT attempts.id FROM mailings
				JOIN attempts ON attempts.mailing_id = mailings.id WHERE mailings.team_id = $1 LIMIT $2)`,
			`DELETE FROM deliveries WHERE id IN (SELECT deliveries.id FROM runs
				JOIN deliveries ON deliveries.run_id = runs.id WHERE runs.team_id = $1 LIMIT $2)`,
			`DELETE FROM runs WHERE id IN (SELECT id FROM runs WHERE team_id = $1 LIMIT $2)`,
			`DELETE FROM mailing_clients WHERE (mailing_id, client_id) IN (SELECT mailing_id, client_id FROM mailings
				JOIN mailing_clients ON mailing_clients.mailing_id = mailings.id WHERE mailings.team_id = $1 LIMIT $2)`,
			`DELETE FROM mailings WHERE id IN (SELECT id FROM mailings WHERE team_id = $1 LIMIT $2)`,
			`DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE team_id = $1 LIMIT $2)`,
			`DELETE FROM clients WHERE id IN (SELECT id FROM clients WHERE team_id = $1 LIMIT $2)`,
			`DELETE FROM teams WHERE id IN (SELECT id FROM teams WHERE id = $1 LIMIT $2)`,
		} {
			res, err := tx.exec(ctx, some, teamID, room)
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if room -= int(n); err != nil || room == 0 {
				return err
			}
		}
		return nil
	})
	return err == nil, err
}
