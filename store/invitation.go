package store

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"time"

	"postrider/domain"
)

// invitationColumns end with whether the address has an account that belongs to its owner alone: a confirmed one, or
// one with a role, which a link must not hand to its holder.
const invitationColumns = `invitations.id, invitations.team_id, teams.name, invitations.email, inviters.email, inviters.name,
	invitations.created_at, invitations.expires_at,
	inviters.team_id <> invitations.team_id OR inviters.blocked_at IS NOT NULL,
	EXISTS (SELECT 1 FROM users WHERE users.email_key = invitations.email_key
		AND (users.verified_at IS NOT NULL OR users.role <> 'user'))`

const invitationTables = ` FROM invitations JOIN teams ON teams.id = invitations.team_id
	JOIN users AS inviters ON inviters.id = invitations.invited_by `

// usableInvitation is true of an invitation with the token hash $2 that is valid at $1: the inviter is still in the
// team, and neither the inviter nor the invited user is blocked. For the link, which other people can have, it ignores
// the account of the invited user, because that would reveal it.
const usableInvitation = `invitations.used_at IS NULL AND invitations.expires_at > $1
	AND (invitations.hash = $2 OR invitations.link_hash = $2)
	AND EXISTS (SELECT 1 FROM users WHERE users.id = invitations.invited_by AND users.team_id = invitations.team_id
		AND users.blocked_at IS NULL)
	AND (invitations.link_hash = $2 OR NOT EXISTS (SELECT 1 FROM users
		WHERE users.email_key = invitations.email_key AND users.blocked_at IS NOT NULL))`

func scanInvitation(row scanner, more ...any) (i domain.Invitation, err error) {
	to := []any{&i.ID, &i.TeamID, &i.Team, &i.Email, &i.By, &i.ByName, instant{&i.CreatedAt}, instant{&i.ExpiresAt}, &i.Void, &i.Known}
	return i, mapError(row.Scan(append(to, more...)...))
}

// invitation is the invitation found by one of its tokens.
func invitation(ctx context.Context, q reader, id int64, token string) (domain.Invitation, error) {
	var proves bool
	i, err := scanInvitation(q.row(ctx, `SELECT `+invitationColumns+`, invitations.hash = $1`+invitationTables+
		`WHERE invitations.id = $2`, hashOf(token), id), &proves)
	i.Proves = proves
	return i, err
}

// Invitations returns a team's unused invitations, newest first, including expired ones.
func (s *Store) Invitations(ctx context.Context, teamID int64) ([]domain.Invitation, error) {
	rows := s.read.rows(ctx, `SELECT `+invitationColumns+invitationTables+
		`WHERE invitations.team_id = $1 AND invitations.used_at IS NULL ORDER BY invitations.created_at DESC, invitations.id DESC`, teamID)
	return collect(rows, func(row scanner) (domain.Invitation, error) { return scanInvitation(row) })
}

// Invitation returns the invitation of a token, from its letter or its link. ErrNotFound means that the token is
// unknown, used, void or expired, or for the letter's token also that the invited user's account is blocked.
func (s *Store) Invitation(ctx context.Context, token string, now time.Time) (domain.Invitation, error) {
	var proves bool
	i, err := scanInvitation(s.read.row(ctx, `SELECT `+invitationColumns+`, invitations.hash = $2`+invitationTables+`WHERE `+usableInvitation,
		now.UnixMilli(), hashOf(token)), &proves)
	i.Proves = proves
	return i, err
}

// AskInvitation sends the letter of an invitation again, with a new token, at the request of someone with its link:
// only that letter proves that they read mail to the address. For a blocked account it does the same work without
// effect. The same goes for a letter over the limits: the older one then stays valid. ErrNotFound means that the link
// cannot be used, and TooMany means wait.
func (s *Store) AskInvitation(ctx context.Context, link, token, address string, l domain.SystemLetter, now time.Time) error {
	i, err := s.Invitation(ctx, link, now)
	if err == nil && i.Proves {
		err = domain.ErrNotFound
	}
	if err != nil {
		return err
	}
	a, err := domain.ParseAddress(i.Email)
	if err != nil {
		return err
	}
	if err := s.TryLetter(ctx, address, now); err != nil {
		return err
	}
	return s.tx(ctx, func(tx transaction) error {
		u, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE email_key = $1`, accountKey(i.Email)))
		if err != nil && !errors.Is(err, domain.ErrNotFound) {
			return err
		}
		_, sent, err := countLetter(ctx, tx, asked(a, u, address), now)
		if err != nil {
			return err
		}
		if !sent { // same work, no effect
			id, err := insertInvited(ctx, tx, i, l, now)
			if err != nil {
				return err
			}
			return dropLetter(ctx, tx, id)
		}
		err = tx.row(ctx, `UPDATE invitations SET hash = $1 WHERE link_hash = $2 AND used_at IS NULL RETURNING id`,
			hashOf(token), hashOf(link)).Scan(&i.ID)
		if err != nil {
			return err
		}
		id, err := insertInvited(ctx, tx, i, l, now)
		if err != nil || !u.Blocked() {
			return err
		}
		return dropLetter(ctx, tx, id)
	})
}

// Invite invites an address to the actor's team and queues the letter with the token, which it addresses. The returned
// invitation has the token of the link that the actor may pass on. An older invitation of the same address to the team
// becomes void. Invalid says what is wrong with the address; Refused means that too many invitations are open; TooMany
// means wait; ErrForbidden means that the actor's own address is not confirmed.
func (s *Store) Invite(ctx context.Context, by domain.Actor, email, token string, l domain.SystemLetter, now time.Time) (i domain.Invitation, err error) {
	a, err := domain.CheckAddress("email", email)
	if err != nil {
		return i, err
	}
	err = s.tx(ctx, func(tx transaction) error {
		me, err := inviter(ctx, tx, by)
		if err != nil {
			return err
		}
		if err := mayInvite(ctx, tx, me.TeamID, a, now); err != nil {
			return err
		}
		i, err = insertInvitation(ctx, tx, me, email, a, token, now)
		if err != nil {
			return err
		}
		return sendInvitation(ctx, tx, by, domain.AuditInvite, i, a, l, now)
	})
	return i, err
}

// inviter is the actor as a user who may invite. ErrForbidden means that they are blocked or have not confirmed their
// address.
func inviter(ctx context.Context, tx transaction, by domain.Actor) (domain.User, error) {
	me, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1`, by.ID))
	if err == nil && (!me.Verified() || me.Blocked()) {
		err = domain.ErrForbidden
	}
	return me, err
}

// RenewInvitation gives an invitation of the actor's team new tokens, which voids the old ones, and sends the letter
// again.
func (s *Store) RenewInvitation(ctx context.Context, by domain.Actor, id int64, token string, l domain.SystemLetter, now time.Time) (i domain.Invitation, err error) {
	err = s.tx(ctx, func(tx transaction) error {
		me, err := inviter(ctx, tx, by)
		if err != nil {
			return err
		}
		var email string
		err = tx.row(ctx, `SELECT email FROM invitations WHERE id = $1 AND team_id = $2 AND used_at IS NULL`, id, me.TeamID).Scan(&email)
		if err != nil {
			return err
		}
		a, err := domain.ParseAddress(email)
		if err != nil {
			return err
		}
		if err := mayInvite(ctx, tx, me.TeamID, a, now); err != nil {
			return err
		}
		i, err = insertInvitation(ctx, tx, me, email, a, token, now)
		if err != nil {
			return err
		}
		return sendInvitation(ctx, tx, by, domain.AuditInviteRenew, i, a, l, now)
	})
	return i, err
}

// mayInvite refuses an address whose owner is in the team, an invitation over the team's limit of open ones, one to a
// team that is full, and the same address twice within an hour.
func mayInvite(ctx context.Context, tx transaction, teamID int64, a domain.Address, now time.Time) error {
	var member bool
	var open int
	var last time.Time
	err := tx.row(ctx, `SELECT EXISTS (SELECT 1 FROM users WHERE team_id = $1 AND email_key = $2),
		(SELECT count(*) FROM invitations WHERE team_id = $1 AND email_key <> $2 AND used_at IS NULL),
		(SELECT max(created_at) FROM invitations WHERE team_id = $1 AND email_key = $2 AND used_at IS NULL)`, teamID, a.Key()).
		Scan(&member, &open, instant{&last})
	if err != nil {
		return err
	}
	q, err := quota(ctx, tx, teamID, now)
	if err != nil {
		return err
	}
	most := domain.MaxInvitations
	if q.MaxInvitations != nil {
		most = min(most, *q.MaxInvitations)
	}
	switch {
	case now.Sub(last) < time.Hour: // its letter is on its way, and another would not be sent
		return domain.TooMany{RetryAfter: last.Add(time.Hour).Sub(now), Why: domain.Say("This address was invited less than an hour ago, and we send it at most one email an hour.")}
	case member:
		return domain.Invalid{"email": domain.Say("Someone with this address is already in the team.")}
	case open >= most:
		return domain.Refused{Why: domain.Say("You can have up to %d open invitations. Withdraw one first.", most)}
	case q.MaxMembers != nil && q.Members >= *q.MaxMembers:
		return domain.Refused{Why: domain.Say("The team has reached its member limit of %d. Its members can ask the person who runs this service for a higher one.", *q.MaxMembers)}
	}
	return nil
}

func insertInvitation(ctx context.Context, tx transaction, me domain.User, email string, a domain.Address, token string, now time.Time) (i domain.Invitation, err error) {
	var id int64
	link := NewToken()
	err = tx.row(ctx, `INSERT INTO invitations (team_id, invited_by, email, email_key, hash, link_hash, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (team_id, email_key) DO UPDATE SET invited_by = excluded.invited_by,
		email = excluded.email, hash = excluded.hash, link_hash = excluded.link_hash, created_at = excluded.created_at,
		expires_at = excluded.expires_at, used_at = NULL
		RETURNING id`, me.TeamID, me.ID, email, a.Key(), hashOf(token), hashOf(link), now.UnixMilli(),
		now.Add(domain.InvitationValid).UnixMilli()).Scan(&id)
	if err != nil {
		return i, err
	}
	i, err = invitation(ctx, tx, id, "")
	i.Link = link
	return i, err
}

// sendInvitation queues the letter, unless the team has sent too many. A mailbox that has had too many letters gets
// none, and the inviter is not told: anyone with the link can ask for the letter later.
func sendInvitation(ctx context.Context, tx transaction, by domain.Actor, act domain.AuditAction, i domain.Invitation, a domain.Address, l domain.SystemLetter, now time.Time) error {
	if err := countInvitation(ctx, tx, i.TeamID, now); err != nil {
		return err
	}
	c := cause{pool: poolMembers, to: a, address: by.Address}
	wait, err := poolFull(ctx, tx, c, now)
	if err == nil && wait > 0 {
		err = domain.TooMany{RetryAfter: wait}
	}
	if err != nil {
		return err
	}
	_, sent, err := countLetter(ctx, tx, c, now)
	if err != nil {
		return err
	}
	if sent {
		if _, err := insertInvited(ctx, tx, i, l, now); err != nil {
			return err
		}
	}
	return insertAudit(ctx, tx, by, act, i.Email, i.Team, now)
}

// insertInvited queues the letter of an invitation. If the address has an account, it goes to the address as the
// account has it.
func insertInvited(ctx context.Context, tx transaction, i domain.Invitation, l domain.SystemLetter, now time.Time) (id int64, err error) {
	u, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE email_key = $1`, accountKey(i.Email)))
	if err != nil && !errors.Is(err, domain.ErrNotFound) {
		return 0, err
	}
	l.To.Email, l.ExpiresAt = envelope(cmp.Or(u.Email, i.Email)), i.ExpiresAt
	return insertLetter(ctx, tx, l, now)
}

// countInvitation counts a letter in the team's current hour; TooMany when that exceeds the limit.
func countInvitation(ctx context.Context, tx transaction, teamID int64, now time.Time) error {
	sent, since, err := countSince(ctx, tx, "invitations:"+strconv.FormatInt(teamID, 10), time.Hour, now)
	if err == nil && sent > domain.InvitationsAnHour {
		err = domain.TooMany{RetryAfter: since.Add(time.Hour).Sub(now)}
	}
	return err
}

// WithdrawInvitation voids an invitation of the actor's team, and returns the address it was for.
func (s *Store) WithdrawInvitation(ctx context.Context, by domain.Actor, id int64, now time.Time) (email string, err error) {
	err = s.tx(ctx, func(tx transaction) error {
		var team string
		err := tx.row(ctx, `DELETE FROM invitations WHERE id = $1 AND used_at IS NULL
			AND team_id = (SELECT team_id FROM users WHERE id = $2) RETURNING email,
			(SELECT name FROM teams WHERE teams.id = invitations.team_id)`, id, by.ID).Scan(&email, &team)
		if err != nil {
			return err
		}
		return insertAudit(ctx, tx, by, domain.AuditInviteWithdraw, email, team, now)
	})
	return email, err
}

// AcceptInvitation uses up an invitation and creates a user in the team for a stranger; the letter with the token has
// proved the address. ErrNotFound means that the invitation cannot be used, or that the token is the link's, which the
// inviter has seen. Invalid says what is wrong with the input. Refused means that the address has an account, which
// needs JoinTeam, or that the team is full.
func (s *Store) AcceptInvitation(ctx context.Context, by domain.Actor, token string, in domain.SignUp, now time.Time) (u domain.User, err error) {
	i, err := s.Invitation(ctx, token, now)
	if err == nil && !i.Proves {
		err = domain.ErrNotFound
	}
	if err != nil {
		return u, err
	}
	in.Email = i.Email
	a, err := in.Check()
	if err != nil {
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
			return domain.Refused{Why: domain.Say("There's already an account with this address. Sign in, then open the link again.")}
		}
		if u, err = s.claimInvitedAccount(ctx, tx, by, in, a, i, hash, now); err != nil {
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

// useInvitation uses up an invitation, in the same statement that checks it.
func useInvitation(ctx context.Context, tx transaction, token string, now time.Time) (i domain.Invitation, err error) {
	var id int64
	err = tx.row(ctx, `UPDATE invitations SET used_at = $1 WHERE `+usableInvitation+` RETURNING id`,
		now.UnixMilli(), hashOf(token)).Scan(&id)
	if err != nil {
		return i, err
	}
	return invitation(ctx, tx, id, token)
}

// claimInvitedAccount creates the invited user. If someone has signed up with the address without confirming it, that
// account now goes to the reader of the letter, who sets its password and details.
func (s *Store) claimInvitedAccount(ctx context.Context, tx transaction, by domain.Actor, in domain.SignUp, a domain.Address, i domain.Invitation, hash string, now time.Time) (u domain.User, err error) {
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

// JoinTeam uses up an invitation of the actor's address and moves the actor to the team. Confirming the account has
// proved the address, so the link is as good as the letter. Refused says what the actor would leave behind unattended,
// or that the team is full; ErrNotFound means that the invitation cannot be used or is for someone else.
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
