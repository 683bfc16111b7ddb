package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"postrider/domain"
)

const clientColumns = `id, team_id, email, full_name, comment, version, created_at, updated_at, undeliverable_at,
	undeliverable_why`

func scanClient(row scanner) (domain.Client, error) {
	var c domain.Client
	err := row.Scan(&c.ID, &c.TeamID, &c.Email, &c.FullName, &c.Comment, &c.Version,
		instant{&c.CreatedAt}, instant{&c.UpdatedAt}, instant{&c.UndeliverableAt}, &c.UndeliverableWhy)
	return c, mapError(err)
}

// Client returns a client; ErrNotFound when there is none.
func (s *Store) Client(ctx context.Context, by domain.Actor, action domain.Action, id int64) (domain.Client, error) {
	return client(ctx, s.read, by, action, id)
}

// client returns a client if the actor may do the action with it.
func client(ctx context.Context, q reader, by domain.Actor, action domain.Action, id int64) (domain.Client, error) {
	c, err := scanClient(q.row(ctx, `SELECT `+clientColumns+` FROM clients WHERE id = $1`, id))
	if err == nil {
		err = by.May(action, c.TeamID)
	}
	return c, err
}

// CreateClient saves a new client. Invalid says what is wrong, including that the team already has the address or has
// reached its limit.
func (s *Store) CreateClient(ctx context.Context, by domain.Actor, c domain.Client, now time.Time) (domain.Client, error) {
	if err := by.May(domain.Edit, c.TeamID); err != nil {
		return c, err
	}
	a, err := checkedClient(&c)
	if err != nil {
		return c, err
	}
	err = s.tx(ctx, func(tx transaction) error {
		return withinStorage(ctx, tx, c.TeamID, func() error {
			c, err = scanClient(tx.row(ctx, `INSERT INTO clients
				(team_id, email, envelope, email_key, full_name, comment, search, created_at, updated_at)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING `+clientColumns,
				c.TeamID, c.Email, a.Envelope(), a.Key(), c.FullName, c.Comment, searchText(c.Email, c.FullName, c.Comment),
				now.UnixMilli(), now.UnixMilli()))
			if err != nil {
				return err
			}
			return checkClientQuota(ctx, tx, c.TeamID)
		})
	})
	return c, orTaken(err)
}

// UpdateClient saves a client if its version is still the current one. ErrConflict means that there is a newer one.
func (s *Store) UpdateClient(ctx context.Context, by domain.Actor, c domain.Client, now time.Time) (domain.Client, error) {
	a, err := checkedClient(&c)
	if err != nil {
		return c, err
	}
	saved := c
	err = s.tx(ctx, func(tx transaction) error {
		old, err := client(ctx, tx, by, domain.Edit, c.ID)
		if err != nil {
			return err
		}
		return withinStorage(ctx, tx, old.TeamID, func() error {
			saved, err = scanClient(tx.row(ctx, `UPDATE clients SET email = $1, envelope = $2, email_key = $3,
				undeliverable_at = CASE WHEN email_key = $3 THEN undeliverable_at END,
				undeliverable_why = CASE WHEN email_key = $3 THEN undeliverable_why ELSE '' END,
				full_name = $4, comment = $5, search = $6, version = version + 1, updated_at = $7 WHERE id = $8 AND version = $9
				RETURNING `+clientColumns,
				c.Email, a.Envelope(), a.Key(), c.FullName, c.Comment, searchText(c.Email, c.FullName, c.Comment), now.UnixMilli(), c.ID, c.Version))
			return asConflict(err)
		})
	})
	if err != nil {
		return c, orTaken(err)
	}
	return saved, nil
}

// MarkDeliverable lets runs include a client again after a relay has refused the address.
func (s *Store) MarkDeliverable(ctx context.Context, by domain.Actor, id int64) (c domain.Client, err error) {
	err = s.tx(ctx, func(tx transaction) error {
		if _, err := client(ctx, tx, by, domain.Edit, id); err != nil {
			return err
		}
		c, err = scanClient(tx.row(ctx, `UPDATE clients SET undeliverable_at = NULL, undeliverable_why = ''
			WHERE id = $1 RETURNING `+clientColumns, id))
		return err
	})
	return c, err
}

// DeleteClient deletes a client. Its waiting letters are cancelled; the log of its other letters stays, and shows the
// client until Forget. People outside the team read the audit log, so the address is masked there.
func (s *Store) DeleteClient(ctx context.Context, by domain.Actor, id int64, now time.Time) error {
	return s.tx(ctx, func(tx transaction) error {
		if _, err := client(ctx, tx, by, domain.Edit, id); err != nil {
			return err
		}
		if err := s.cancelClient(ctx, tx, id); err != nil {
			return err
		}
		if err := orphan(ctx, tx, id, now); err != nil {
			return err
		}
		var email, envelope string
		err := tx.row(ctx, `DELETE FROM clients WHERE id = $1 RETURNING email, envelope`, id).Scan(&email, &envelope)
		if err != nil {
			return err
		}
		if err := forgetLetters(ctx, tx, envelope); err != nil {
			return err
		}
		return insertAudit(ctx, tx, by, domain.AuditDelete, domain.MaskAddress(email), "client", now)
	})
}

func checkedClient(c *domain.Client) (domain.Address, error) {
	c.Email = strings.TrimSpace(c.Email)
	c.FullName = strings.Join(strings.Fields(c.FullName), " ")
	c.Comment = strings.TrimSpace(c.Comment)
	return c.Check()
}

func orTaken(err error) error {
	if isUnique(err) {
		return domain.ErrTaken()
	}
	return err
}

// ClientLetters returns the latest letters to a client, newest first.
func (s *Store) ClientLetters(ctx context.Context, clientID int64, limit int) ([]domain.ClientLetter, error) {
	rows := s.read.rows(ctx, `SELECT mailings.id, mailings.name, runs.started_at, deliveries.state
		FROM deliveries JOIN runs ON runs.id = deliveries.run_id JOIN mailings ON mailings.id = runs.mailing_id
		WHERE deliveries.client_id = $1 AND mailings.deleted_at IS NULL ORDER BY deliveries.id DESC LIMIT $2`, clientID, limit)
	return collect(rows, func(row scanner) (l domain.ClientLetter, err error) {
		err = row.Scan(&l.MailingID, &l.Mailing, instant{&l.StartedAt}, &l.State)
		return l, err
	})
}

// ClientsByID returns the team's clients that have one of the ids, sorted by address.
func (s *Store) ClientsByID(ctx context.Context, teamID int64, ids []int64) ([]domain.Client, error) {
	var all []domain.Client
	for chunk := range idChunks(ids) {
		some := fragment{text: `SELECT ` + clientColumns + ` FROM clients WHERE team_id = ? AND id IN `, args: []any{teamID}}
		some.addIDs(chunk)
		clients, err := collect(s.read.rows(ctx, some.numbered(), some.args...), scanClient)
		if err != nil {
			return nil, err
		}
		all = append(all, clients...)
	}
	slices.SortFunc(all, func(a, b domain.Client) int { return cmp.Compare(keyOf(a.Email), keyOf(b.Email)) })
	return all, nil
}

// clientStatuses are the conditions of the statuses. An unknown status does not filter.
var clientStatuses = map[domain.ClientStatus]query{
	domain.ClientActive:        ` AND undeliverable_at IS NULL`,
	domain.ClientUndeliverable: ` AND undeliverable_at IS NOT NULL`,
}
