package store

import (
	"context"

	"postrider/domain"
)

// Totals counts over all teams, without those that are gone. Triggers keep the number of addresses, so only what a team
// leaves behind until DeleteSome has deleted it is looked through.
func (s *Store) Totals(ctx context.Context) (domain.Totals, error) {
	var t domain.Totals
	err := s.read.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM mailings WHERE deleted_at IS NULL),
		(SELECT count(*) FROM mailings WHERE status = 'running' AND paused_at IS NULL AND disabled_at IS NULL AND deleted_at IS NULL),
		(SELECT total FROM addresses) - (SELECT count(DISTINCT email_key) FROM clients
			WHERE team_id IN (SELECT id FROM teams WHERE deleted_at IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM clients AS other
				JOIN teams ON teams.id = other.team_id WHERE other.email_key = clients.email_key AND teams.deleted_at IS NULL))`).
		Scan(&t.Mailings, &t.Active, &t.Clients)
	return t, translate(err)
}
