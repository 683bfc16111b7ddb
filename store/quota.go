package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"postrider/domain"
)

// sentOfTeam is how many letters the team of a run has sent on a day.
const sentOfTeam = `coalesce((SELECT team_days.sent FROM team_days WHERE team_days.team_id = runs.team_id
	AND team_days.day = ?), 0)`

// quotaLeft is true of a run whose team may still send letters on a day.
const quotaLeft = `NOT EXISTS (SELECT 1 FROM teams WHERE teams.id = runs.team_id AND teams.max_letters <= ` + sentOfTeam + `)`

// quotaRoom is how many more deliveries of the run's team may be claimed on a day; NULL without a limit. A claimed
// delivery counts until its outcome is known, so that a team never sends more than it may.
const quotaRoom = `(SELECT teams.max_letters - ` + sentOfTeam + ` - (SELECT count(*) FROM deliveries
	JOIN runs AS of_team ON of_team.id = deliveries.run_id WHERE deliveries.state = 'claimed' AND of_team.team_id = runs.team_id)
	FROM teams WHERE teams.id = runs.team_id AND teams.max_letters IS NOT NULL)`

// quotaColumns are the limits of a team or a user, in the order of Quota.Limits.
const quotaColumns = `max_clients, max_letters, max_megabytes, max_members, max_invitations, max_writes`

// limitsOf are the destinations for a row of quotaColumns.
func limitsOf(q *domain.Quota) (to []any) {
	for _, l := range q.Limits() {
		to = append(to, l.Limit)
	}
	return to
}

// countTeams adds letters that have, or may have, gone out to their team's count of the day.
func (s *Store) countTeams(ctx context.Context, tx transaction, done []Done, now time.Time) error {
	sent := map[int64]int{} // by run
	for _, d := range done {
		if d.Result.Left() {
			sent[d.RunID]++
		}
	}
	for runID, n := range sent {
		_, err := tx.stmt(ctx, s.statements.teamSent).exec(ctx, domain.Day(now).UnixMilli(), n, runID)
		if err != nil {
			return err
		}
	}
	return nil
}

// Quota returns a team's limits and how much of them is used on the day of now; ErrNotFound when there is no such team.
func (s *Store) Quota(ctx context.Context, teamID int64, now time.Time) (domain.Quota, error) {
	return quota(ctx, s.read, teamID, now)
}

func quota(ctx context.Context, db reader, teamID int64, now time.Time) (q domain.Quota, err error) {
	err = db.row(ctx, `SELECT `+quotaColumns+`, clients, bytes,
		coalesce((SELECT sent FROM team_days WHERE team_id = teams.id AND day = $1), 0),
		(SELECT count(*) FROM users WHERE team_id = teams.id),
		(SELECT count(*) FROM invitations WHERE team_id = teams.id AND used_at IS NULL AND expires_at > $2)
		FROM teams WHERE id = $3`, domain.Day(now).UnixMilli(), now.UnixMilli(), teamID).
		Scan(append(limitsOf(&q), &q.Clients, &q.Bytes, &q.SentToday, &q.Members, &q.Invitations)...)
	return q, mapError(err)
}

// MaxWrites is how many times a minute the members of a team may save something; nil without a limit. ErrNotFound means
// that there is no such team.
func (s *Store) MaxWrites(ctx context.Context, teamID int64) (limit *int, err error) {
	err = s.read.row(ctx, `SELECT max_writes FROM teams WHERE id = $1`, teamID).Scan(&limit)
	return limit, mapError(err)
}

// SetQuota limits what a team may keep, send and do; nil means unlimited. Existing data above a new limit stays. It
// also clears the older limits that members carry.
func (s *Store) SetQuota(ctx context.Context, by domain.Actor, teamID int64, q domain.Quota, now time.Time) error {
	return s.tx(ctx, func(tx transaction) error {
		name, err := limitTeam(ctx, tx, teamID, q)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `DELETE FROM user_limits WHERE user_id IN (SELECT id FROM users WHERE team_id = $1)`, teamID)
		if err != nil {
			return err
		}
		return insertAudit(ctx, tx, by, domain.AuditQuota, name, q.String(), now)
	})
}

// limitTeam sets a team's limits and returns its name.
func limitTeam(ctx context.Context, tx transaction, teamID int64, q domain.Quota) (name string, err error) {
	err = tx.row(ctx, `UPDATE teams SET max_clients = $1, max_letters = $2, max_megabytes = $3, max_members = $4,
		max_invitations = $5, max_writes = $6 WHERE id = $7 RETURNING name`,
		q.MaxClients, q.MaxLetters, q.MaxMegabytes, q.MaxMembers, q.MaxInvitations, q.MaxWrites, teamID).Scan(&name)
	return name, err
}

// carried are the tightest limits of all teams that a user has been in, including the current one.
func carried(ctx context.Context, tx transaction, u domain.User) (q domain.Quota, err error) {
	err = tx.row(ctx, `SELECT `+quotaColumns+` FROM user_limits WHERE user_id = $1`, u.ID).Scan(limitsOf(&q)...)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return q, err
	}
	var now domain.Quota
	err = tx.row(ctx, `SELECT `+quotaColumns+` FROM teams WHERE id = $1`, u.TeamID).Scan(limitsOf(&now)...)
	return q.Tightest(now), err
}

// carry saves the limits of a user who moves to another team, which has its own.
func carry(ctx context.Context, tx transaction, u domain.User) error {
	q, err := carried(ctx, tx, u)
	if err != nil || !q.Limited() {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO user_limits (user_id, `+quotaColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (user_id) DO UPDATE SET max_clients = excluded.max_clients, max_letters = excluded.max_letters,
		max_megabytes = excluded.max_megabytes, max_members = excluded.max_members, max_invitations = excluded.max_invitations,
		max_writes = excluded.max_writes`,
		u.ID, q.MaxClients, q.MaxLetters, q.MaxMegabytes, q.MaxMembers, q.MaxInvitations, q.MaxWrites)
	return err
}

// checkClientQuota returns Invalid, for the form as a whole, when what was just added exceeds the team's limit.
func checkClientQuota(ctx context.Context, tx transaction, teamID int64) error {
	var limit int
	err := tx.row(ctx, `SELECT coalesce((SELECT max_clients FROM teams WHERE id = $1
		AND max_clients < clients), -1)`, teamID).Scan(&limit)
	if err != nil || limit < 0 {
		return err
	}
	return domain.Invalid{"": domain.Say("Your team can have up to %d clients. Ask the person who runs this service for more.", limit)}
}

// checkMembers returns Refused when a team has more members than allowed.
func checkMembers(ctx context.Context, tx transaction, teamID int64) error {
	var limit int
	err := tx.row(ctx, `SELECT coalesce((SELECT max_members FROM teams WHERE id = $1
		AND max_members < (SELECT count(*) FROM users WHERE team_id = $1)), -1)`, teamID).Scan(&limit)
	if err != nil || limit < 0 {
		return err
	}
	return domain.Refused{Why: domain.Say("The team has reached its member limit of %d. Its members can ask the person who runs this service for a higher one.", limit)}
}

// checkFull returns Refused when a team has reached its storage limit.
func checkFull(ctx context.Context, tx transaction, teamID int64) error {
	var limit int
	err := tx.row(ctx, `SELECT coalesce((SELECT max_megabytes FROM teams WHERE id = $1
		AND max_megabytes * 1000000 <= bytes), -1)`, teamID).Scan(&limit)
	if err != nil || limit < 0 {
		return err
	}
	return domain.Refused{Why: tooMuchText(limit)}
}

func tooMuchText(limit int) domain.Text {
	return domain.Say("Your team can store up to %d MB. Delete what you don't need, or ask the person who runs this service for more.", limit)
}

// withinStorage runs a write of a team. Invalid, for the form as a whole, means that the team would exceed its storage
// limit. A write that reduces its storage always passes.
func withinStorage(ctx context.Context, tx transaction, teamID int64, write func() error) error {
	bytes := func() (kept int64, limit sql.NullInt64, err error) {
		err = tx.row(ctx, `SELECT bytes, max_megabytes FROM teams WHERE id = $1`, teamID).Scan(&kept, &limit)
		return kept, limit, err
	}
	before, limit, err := bytes()
	if err != nil {
		return err
	}
	if err := write(); err != nil || !limit.Valid {
		return err
	}
	after, _, err := bytes()
	if err == nil && after > before && after > limit.Int64*1_000_000 {
		err = domain.Invalid{"": tooMuchText(int(limit.Int64))}
	}
	return err
}
