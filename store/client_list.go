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

// ClientPage is a page of clients.
type ClientPage struct {
	Clients []domain.Client
	Next    string // "" on the last page
	Total   int    // matches on all pages
}

// Clients returns a page of a team's clients.
func (s *Store) Clients(ctx context.Context, teamID int64, q ClientQuery) (ClientPage, error) {
	var page ClientPage
	match := fragment{text: ` FROM clients WHERE team_id = ? AND search LIKE ? ESCAPE '\'` + clientStatuses[q.Status], args: []any{teamID, pattern(q.Q)}}
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
		match.addFragment(order.behind(at))
	}
	per := perPage(q.Per)
	list := fragment{text: `SELECT ` + clientColumns + ` FROM clients WHERE id IN (SELECT id`}
	list.addFragment(match)
	list.add(` ORDER BY `+order.by+` LIMIT ?) ORDER BY `+order.by, per+1)
	all, err := collect(s.lists.rows(ctx, list.numbered(), list.args...), scanClient)
	page.Clients, page.Next = trimPage(all, per, func(c domain.Client) cursor { return clientCursor(c, q.Sort) })
	return page, err
}

// countClients is how many clients match. Without a search, the team's row has the number.
func (s *Store) countClients(ctx context.Context, teamID int64, q ClientQuery, match fragment) (n int, err error) {
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

// clientOrders are the sort orders of a list.
var clientOrders = map[string]order{
	"":          {by: `id DESC`, after: `id < ?`, byID: true},
	"email":     {by: `email_key, id`, after: `(email_key, id) > (?, ?)`},
	"full_name": {by: `full_name, id`, after: `(full_name, id) > (?, ?)`},
}
