package store

import (
	"context"
	"math/rand/v2"
	"time"

	"postrider/domain"
)

const (
	// severalTeams is true if there is more than one team.
	severalTeams = `(SELECT count(*) FROM (SELECT 1 FROM teams WHERE deleted_at IS NULL LIMIT 2) AS some) > 1`

	// uniqueClients is the number of distinct client addresses, without closed teams. Triggers maintain the total, so
	// only what closed teams leave until DeleteSome deletes it must be scanned.
	uniqueClients = `(SELECT total FROM addresses) - (SELECT count(DISTINCT email_key) FROM clients
		WHERE team_id IN (SELECT id FROM teams WHERE deleted_at IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM clients AS other
			JOIN teams ON teams.id = other.team_id WHERE other.email_key = clients.email_key AND teams.deleted_at IS NULL))`
)

// Totals counts over all teams that are not closed. If there are several, the number of clients is the last one from
// ShowClients.
func (s *Store) Totals(ctx context.Context) (domain.Totals, error) {
	var t domain.Totals
	err := s.read.row(ctx, `SELECT (SELECT count(*) FROM mailings WHERE deleted_at IS NULL),
		(SELECT count(*) FROM mailings WHERE status = 'running' AND paused_at IS NULL AND disabled_at IS NULL AND deleted_at IS NULL),
		`+severalTeams+`, CASE WHEN `+severalTeams+` THEN (SELECT total FROM shown_clients) ELSE `+uniqueClients+` END`).
		Scan(&t.Mailings, &t.Active, &t.Rounded, &t.Clients)
	return t, mapError(err)
}

// TeamTotals counts what a team has.
func (s *Store) TeamTotals(ctx context.Context, teamID int64) (domain.Totals, error) {
	var t domain.Totals
	err := s.read.row(ctx, `SELECT count(*), count(CASE WHEN status = 'running' AND paused_at IS NULL
		AND disabled_at IS NULL THEN 1 END), (SELECT clients FROM teams WHERE id = $1)
		FROM mailings WHERE team_id = $1 AND deleted_at IS NULL`, teamID).Scan(&t.Mailings, &t.Active, &t.Clients)
	return t, mapError(err)
}

// ShowClients updates the number of clients that is shown when there are several teams, once per clock hour: nobody can
// trigger it at will, nor by a restart.
func (s *Store) ShowClients(ctx context.Context, now time.Time) error {
	hour := now.Truncate(time.Hour).UnixMilli()
	var due bool
	err := s.read.row(ctx, `SELECT hour < $1 FROM shown_clients`, hour).Scan(&due)
	if err != nil || !due {
		return mapError(err)
	}
	return s.tx(ctx, func(tx transaction) error {
		var shown, exact int
		err := tx.row(ctx, `SELECT total, `+uniqueClients+` FROM shown_clients`).Scan(&shown, &exact)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE shown_clients SET hour = $1, total = $2 WHERE hour < $1`, hour,
			domain.ShownClients(shown, exact, rand.Float64(), rand.Float64()))
		return err
	})
}
