package store

import (
	"context"
	"errors"
	"time"

	"postrider/domain"
)

// AcceptInvitation uses up an invitation and makes the user of a stranger, in the team; the letter with the token has proved
// the address. ErrNotFound when it cannot be used, also with the token of the link that the inviter has seen; Invalid when
// what was typed is wrong, Refused when the address has an account: then JoinTeam does it, or when the team may have no more
// members.
func (s *Store) AcceptInvitation(ctx context.Context, by domain.Actor, token string, in domain.SignUp, now time.Time) (u domain.User, err error) {
	i, err := s.Invitation(ctx, token, now)
	if err == nil && !i.Proves {
		err = domain.ErrNotFound
	}
	if err != nil {
		return u, err
	}
	in.Email = i.Email
	if err := in.Check(); err != nil {
		return u, err
	}
	hash, err := s.hashPassword(ctx, stranger, in.Password)
	if err != nil {
		return u, err
	}
	err = s.tx(ctx, func(tx transaction) error {
		if i, err = useInvitation(ctx, tx, token, now); err != nil {
			return err
		}
		if !i.Proves {
			return domain.ErrNotFound
		}
		if i.Known {
			return domain.Refused{Why: domain.Say("There is an account with this address. Sign in, then open the link again.")}
		}
		if u, err = s.claimInvitedAccount(ctx, tx, by, in, i, hash, now); err != nil {
			return err
		}
		if err := checkMembers(ctx, tx, i.TeamID); err != nil {
			return err
		}
		by.ID, by.Email = u.ID, u.Email
		return insertAudit(ctx, tx, by, domain.AuditJoin, u.Email, i.Team, now)
	})
	return u, err
}

// useInvitation uses up an invitation, in the statement that also looks whether it can be used.
func useInvitation(ctx context.Context, tx transaction, token string, now time.Time) (i domain.Invitation, err error) {
	var id int64
	err = tx.row(ctx, `UPDATE invitations SET used_at = $1 WHERE `+usableInvitation+` RETURNING id`,
		now.UnixMilli(), hashOf(token)).Scan(&id)
	if err != nil {
		return i, err
	}
	return invitation(ctx, tx, id, token)
}

// claimInvitedAccount makes the invited user. Where somebody has signed up with the address and never confirmed it, that account
// becomes the one of whom the letter has reached: password and all.
func (s *Store) claimInvitedAccount(ctx context.Context, tx transaction, by domain.Actor, in domain.SignUp, i domain.Invitation, hash string, now time.Time) (u domain.User, err error) {
	a, err := domain.ParseAddress(in.Email)
	if err != nil {
		return u, err
	}
	old, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE email_key = $1`, a.Key()))
	if errors.Is(err, domain.ErrNotFound) {
		return scanUser(tx.row(ctx, `INSERT INTO users
			(team_id, email, email_key, name, role, language, time_zone, password_hash, verified_at, created_at)
			VALUES ($1, $2, $3, $4, 'user', $5, $6, $7, $8, $9) RETURNING `+userColumns,
			i.TeamID, in.Email, a.Key(), in.Name, in.Language, in.TimeZone, hash, now.UnixMilli(), now.UnixMilli()))
	}
	if err != nil {
		return u, err
	}
	if err := carry(ctx, tx, old); err != nil {
		return u, err
	}
	if err := moveUser(ctx, tx, old, i.TeamID, now); err != nil {
		return u, err
	}
	if _, err := s.confirmed(ctx, tx, by, old.ID, hash, now); err != nil {
		return u, err
	}
	return scanUser(tx.row(ctx, `UPDATE users SET name = $1, language = $2, time_zone = $3 WHERE id = $4
		RETURNING `+userColumns, in.Name, in.Language, in.TimeZone, old.ID))
}

// JoinTeam uses up an invitation of the actor's address and moves the actor into the team. The address was proved when the
// account was confirmed, so that the link does as well as the letter. Refused says what the actor would leave behind with
// nobody to look after it, or that the team may have no more members, ErrNotFound that the invitation cannot be used or is somebody else's.
func (s *Store) JoinTeam(ctx context.Context, by domain.Actor, token string, now time.Time) (i domain.Invitation, err error) {
	err = s.tx(ctx, func(tx transaction) error {
		if i, err = useInvitation(ctx, tx, token, now); err != nil {
			return err
		}
		me, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1
			AND verified_at IS NOT NULL AND blocked_at IS NULL`, by.ID))
		if err != nil {
			return err
		}
		if accountKey(me.Email) != accountKey(i.Email) {
			return domain.ErrNotFound
		}
		kept, err := belongings(ctx, tx, me)
		if err != nil {
			return err
		}
		if err := i.Admits(me, kept); err != nil {
			return err
		}
		if err := carry(ctx, tx, me); err != nil {
			return err
		}
		if err := moveUser(ctx, tx, me, i.TeamID, now); err != nil {
			return err
		}
		if err := checkMembers(ctx, tx, i.TeamID); err != nil {
			return err
		}
		return insertAudit(ctx, tx, by, domain.AuditJoin, me.Email, i.Team, now)
	})
	return i, err
}
