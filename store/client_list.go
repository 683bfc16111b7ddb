package store

import (
	"context"

	"postrider/domain"
)

// ClientQuery says which clients of a team a page shows.
type ClientQuery struct {
	Q      string // is contained in address, name or comment, whatever its case
	Status domain.ClientStatus
	Sort   string // "email", "full_name", or "" for the newest first
	After  string // the Next of the page before
	Per    int    // 25, 50 or 100
}

// ClientPage is a page of clients.
type ClientPage struct {
	Clients []domain.Client
	Next    string // "" on the last page
	Total   int    // how many match, on all pages
}

// Clients returns a page of a team's clients.
func (s *Store) Clients(ctx context.Context, teamID int64, q ClientQuery) (ClientPage, error) {
	var page ClientPage
	match := part{text: ` FROM clients WHERE team_id = ? AND search LIKE ? ESCAPE '\'` + clientStatuses[q.Status], args: []any{teamID, pattern(q.Q)}}
	var err error
	if page.Total, err = s.countClients(ctx, teamID, q, match); err != nil {
		return page, err
	}
	order, ok := clientOrders[q.Sort]
	if !ok {
		q.Sort, order = "", clientOrders[""]
	}
	if at, ok := parseCursor(q.After); ok {
		match.add(` AND `)
		match.addPart(order.behind(at))
	}
	per := perPage(q.Per)
	list := part{text: `SELECT ` + clientColumns + ` FROM clients WHERE id IN (SELECT id`}
	list.addPart(match)
	list.add(` ORDER BY `+order.by+` LIMIT ?) ORDER BY `+order.by, per+1)
	all, err := collect(s.lists.rows(ctx, list.numbered(), list.args...), scanClient)
	page.Clients, page.Next = trimPage(all, per, func(c domain.Client) cursor { return clientCursor(c, q.Sort) })
	return page, err
}

// ClientIDs are the ids of at most n clients of a team that match, on whatever page they are.
func (s *Store) ClientIDs(ctx context.Context, teamID int64, q ClientQuery, n int) ([]int64, error) {
	match := part{text: `SELECT id FROM clients WHERE team_id = ? AND search LIKE ? ESCAPE '\'` + clientStatuses[q.Status], args: []any{teamID, pattern(q.Q)}}
	match.add(` ORDER BY id LIMIT ?`, n)
	return collect(s.lists.rows(ctx, match.numbered(), match.args...), scanID)
}

// countClients is how many clients match. The team's row knows it of those that no search narrows.
func (s *Store) countClients(ctx context.Context, teamID int64, q ClientQuery, match part) (n int, err error) {
	if q.Q != "" {
		err = s.lists.row(ctx, `SELECT count(*)`+match.numbered(), match.args...).Scan(&n)
		return n, mapError(err)
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

// teamClients is how many clients of a team can be written to, and how many cannot. Triggers keep the numbers.
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

// keyOf is the comparison form of an address that is in the tables and so has passed the check.
func keyOf(email string) string {
	a, err := domain.ParseAddress(email)
	if err != nil {
		return domain.FoldASCII(email)
	}
	return a.Key()
}

// clientOrders are the orders that a list may have.
var clientOrders = map[string]order{
	"":          {by: `id DESC`, after: `id < ?`, byID: true},
	"email":     {by: `email_key, id`, after: `(email_key, id) > (?, ?)`},
	"full_name": {by: `full_name, id`, after: `(full_name, id) > (?, ?)`},
}
