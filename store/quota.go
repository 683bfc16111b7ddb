package store

import (
	"context"
	"database/sql"
	"time"

	"postrider/domain"
)

// sentOfTeam is how many letters of a run's team have gone out on the day of $1.
const sentOfTeam = `coalesce((SELECT team_days.sent FROM team_days WHERE team_days.team_id = runs.team_id
	AND team_days.day = $1 - $1 % 86400000), 0)`

// quotaLeft is true of a run whose team may still send letters on the day of $1.
const quotaLeft = `NOT EXISTS (SELECT 1 FROM teams WHERE teams.id = runs.team_id AND teams.max_letters <= ` + sentOfTeam + `)`

// quotaRoom is how many more deliveries of a run's team may be claimed at $1; NULL without a limit. A claimed one holds a
// place until it is known what became of it, so that no more letters go than the team may send.
const quotaRoom = `(SELECT teams.max_letters - ` + sentOfTeam + ` - (SELECT count(*) FROM deliveries
	JOIN runs AS of_team ON of_team.id = deliveries.run_id WHERE deliveries.state = 'claimed' AND of_team.team_id = runs.team_id)
	FROM teams WHERE teams.id = runs.team_id AND teams.max_letters IS NOT NULL)`

// countTeams books the letters that have gone out, or may have, on the day of their team.
func (s *Store) countTeams(ctx context.Context, tx *sql.Tx, done []Done, now time.Time) error {
	sent := map[int64]int{} // by run
	for _, d := range done {
		if d.Result.Outcome == domain.OutcomeSent || d.Result.Outcome == domain.OutcomeUncertain {
			sent[d.RunID]++
		}
	}
	for runID, n := range sent {
		_, err := tx.StmtContext(ctx, s.hot.teamSent).ExecContext(ctx, domain.Day(now).UnixMilli(), n, runID)
		if err != nil {
			return err
		}
	}
	return nil
}

// Quota returns a team's limits and how many of its letters have gone out on the day of now; ErrNotFound when there is
// no such team.
func (s *Store) Quota(ctx context.Context, teamID int64, now time.Time) (q domain.Quota, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT max_clients, max_letters, coalesce((SELECT sent FROM team_days
		WHERE team_id = teams.id AND day = $1), 0) FROM teams WHERE id = $2`, domain.Day(now).UnixMilli(), teamID).
		Scan(&q.MaxClients, &q.MaxLetters, &q.SentToday)
	return q, translate(err)
}

// SetQuota limits how many clients a team may keep and how many letters it may send a day; nil is no limit. What is above
// a new limit stays.
func (s *Store) SetQuota(ctx context.Context, by domain.Actor, teamID int64, q domain.Quota, now time.Time) error {
	return s.tx(ctx, func(tx *sql.Tx) error {
		var name string
		err := tx.QueryRowContext(ctx, `UPDATE teams SET max_clients = $1, max_letters = $2 WHERE id = $3 RETURNING name`,
			q.MaxClients, q.MaxLetters, teamID).Scan(&name)
		if err != nil {
			return err
		}
		return insertAudit(ctx, tx, by, domain.AuditQuota, name, q.String(), now)
	})
}

// checkClientQuota returns Invalid, about the form as a whole, when what has just been added is more than the team may keep.
func checkClientQuota(ctx context.Context, tx *sql.Tx, teamID int64) error {
	var limit int
	err := tx.QueryRowContext(ctx, `SELECT coalesce((SELECT max_clients FROM teams WHERE id = $1
		AND max_clients < clients), -1)`, teamID).Scan(&limit)
	if err != nil || limit < 0 {
		return err
	}
	return domain.Invalid{"": domain.Say("Your team may keep at most %d clients. Ask the person who runs this service for more.", limit)}
}
