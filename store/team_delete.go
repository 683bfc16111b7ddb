package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// closeTeamIfEmpty does to a team what follows from a member's end. It returns the name of the team if nobody is left in it, and
// it goes too.
func closeTeamIfEmpty(ctx context.Context, tx transaction, teamID int64, now time.Time) (gone string, err error) {
	if err := cancelTeamRuns(ctx, tx, teamID, now); err != nil {
		return "", err
	}
	err = tx.row(ctx, `UPDATE teams SET deleted_at = $1 WHERE id = $2
		AND NOT EXISTS (SELECT 1 FROM users WHERE team_id = teams.id) RETURNING name`, now.UnixMilli(), teamID).Scan(&gone)
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
	return gone, err
}

// deleteChunk is how many rows one transaction deletes, so that other writers get their turn.
const deleteChunk = 2000

// DeleteSome deletes a chunk of what teams kept that are gone, and reports whether there may be more. It can be stopped
// and go on anywhere.
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
		for _, some := range []query{ // what others name comes after them
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
