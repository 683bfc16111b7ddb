package store

import (
	"context"

	"postrider/domain"
)

// ClientQuery selects the clients of a team on a page.
type ClientQuery struct {
	Q      string // substring of address, name or comment, ignoring case
	Status domain.ClientStatus
	Sort   string // "email", "full_name", or "" for newest first
	After  string // Next of the previous page
	Per    int    // 25, 50 or 100
}

// Clients returns a page of a team's clients.
func (s *Store) Clients(ctx context.Context, teamID int64, q ClientQuery) (Page[domain.Client], error) {
	match := fragment{text: ` FROM clients WHERE team_id = ? AND search LIKE ? ESCAPE '\'` + clientStatuses[q.Status], args: []any{teamID, pattern(q.Q)}}
	page, err := clientListing.page(ctx, s.lists, match, q.Sort, q.After, q.Per)
	if err == nil {
		page.Total, err = s.countClients(ctx, teamID, q, match)
	}
	return page, err
}

var clientListing = listing[domain.Client]{
	rows: fragment{text: `SELECT ` + clientColumns + ` FROM clients`}, id: `id`, scan: scanClient, cursor: clientCursor,
	orders: map[string]order{
		"":          newest(`id`),
		"email":     {by: `email_key, id`, after: `(email_key, id) > (?, ?)`},
		"full_name": {by: `full_name, id`, after: `(full_name, id) > (?, ?)`},
	},
}

// countClients is how many clients match. Without a search, the team's row has the number.
func (s *Store) countClients(ctx context.Context, teamID int64, q ClientQuery, match fragment) (n int, err error) {
	if q.Q != "" {
		return count(ctx, s.lists, match)
	}
	active, undeliverable, err := teamClients(ctx, s.read, teamID)
	switch q.Status {
	case domain.ClientActive:
		return active, err
	case domain.ClientUndeliverable:
		return undeliverable, err
	}
	return active + undeliverable, err
}

// teamClients is how many of a team's clients are deliverable and how many are not. Triggers maintain the numbers.
func teamClients(ctx context.Context, q reader, teamID int64) (active, undeliverable int, err error) {
	err = q.row(ctx, `SELECT clients - undeliverable, undeliverable FROM teams WHERE id = $1`, teamID).
		Scan(&active, &undeliverable)
	return active, undeliverable, mapError(err)
}

func clientCursor(c domain.Client, sort string) cursor {
	switch sort {
	case "email":
		return cursor{keyOf(c.Email), c.ID}
	case "full_name":
		return cursor{c.FullName, c.ID}
	}
	return cursor{"", c.ID}
}

// keyOf is the comparison form of a stored address, which has passed the check.
func keyOf(email string) string {
	a, err := domain.ParseAddress(email)
	if err != nil {
		return domain.FoldASCII(email)
	}
	return a.Key()
}
