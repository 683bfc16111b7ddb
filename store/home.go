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

// How much of a team's activity is shown. The latest runs are looked for among the last recentRuns, as most of them may
// be of deleted mailings.
const (
	shownSending = 5
	shownNext    = 3
	shownLatest  = 5
	recentRuns   = 100
)

const runMailings = `SELECT ` + mailingColumns + `, runs.subject, '', runs.id FROM runs
	JOIN mailings ON mailings.id = runs.mailing_id AND mailings.deleted_at IS NULL`

const (
	sendingRows query = runMailings + ` WHERE runs.team_id = $1 AND runs.state IN ('building', 'sending')
		ORDER BY runs.scheduled_at, runs.id LIMIT $2`

	nextRows query = mailingRows + ` WHERE mailings.team_id = $1 AND mailings.next_at IS NOT NULL AND mailings.paused_at IS NULL
		AND mailings.disabled_at IS NULL AND mailings.deleted_at IS NULL ORDER BY mailings.next_at LIMIT $2`

	latestRows query = runMailings + ` WHERE runs.id IN (SELECT id FROM runs WHERE team_id = $1 ORDER BY id DESC LIMIT $2)
		AND runs.state NOT IN ('building', 'sending') ORDER BY runs.id DESC LIMIT $3`
)

// Activity returns what the mailings of a team are doing.
func (s *Store) Activity(ctx context.Context, teamID int64) (domain.Activity, error) {
	var a domain.Activity
	var err error
	if a.Sending, err = s.mailingRuns(ctx, sendingRows, teamID, shownSending); err != nil {
		return a, err
	}
	if a.Next, err = s.mailingRuns(ctx, nextRows, teamID, shownNext); err != nil {
		return a, err
	}
	if a.Latest, err = s.mailingRuns(ctx, latestRows, teamID, recentRuns, shownLatest); err != nil {
		return a, err
	}
	_, a.Undeliverable, err = teamClients(ctx, s.read, teamID)
	return a, err
}

// mailingRuns returns the mailings that a query finds, each with the run that it names.
func (s *Store) mailingRuns(ctx context.Context, q query, args ...any) ([]domain.MailingRow, error) {
	all, err := collect(s.read.rows(ctx, q, args...), scanMailingRow)
	for i := range all {
		if err == nil {
			err = s.fillRun(ctx, &all[i])
		}
	}
	return all, err
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
