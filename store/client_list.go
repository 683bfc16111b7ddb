package store

import (
	"context"
	"fmt"

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
	match := `FROM clients WHERE team_id = $1 AND search LIKE $2 ESCAPE '\'` + clientStatuses[q.Status]
	args := []any{teamID, pattern(q.Q)}
	var err error
	if page.Total, err = s.countClients(ctx, teamID, q, match, args); err != nil {
		return page, err
	}
	sort, ok := clientSorts[q.Sort]
	if !ok {
		q.Sort, sort = "", clientSorts[""]
	}
	if at, ok := parseCursor(q.After); ok {
		match += ` AND ` + sort.where
		if q.Sort == "" {
			args = append(args, at.ID)
		} else {
			args = append(args, at.Value, at.ID)
		}
	}
	per := perPage(q.Per)
	args = append(args, per+1)
	rows, err := s.lists.QueryContext(ctx, fmt.Sprintf(`SELECT %s FROM clients WHERE id IN
		(SELECT id %s ORDER BY %s LIMIT $%d) ORDER BY %s`, clientColumns, match, sort.order, len(args), sort.order), args...)
	if err != nil {
		return page, mapError(err)
	}
	all, err := collect(rows, scanClient)
	page.Clients, page.Next = trimPage(all, per, func(c domain.Client) cursor { return clientCursor(c, q.Sort) })
	return page, err
}

// countClients is how many clients match. The team's row knows it of those that no search narrows.
func (s *Store) countClients(ctx context.Context, teamID int64, q ClientQuery, match string, args []any) (n int, err error) {
	if q.Q != "" {
		err = s.lists.QueryRowContext(ctx, `SELECT count(*) `+match, args...).Scan(&n)
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
func teamClients(ctx context.Context, q querier, teamID int64) (active, undeliverable int, err error) {
	err = q.QueryRowContext(ctx, `SELECT clients - undeliverable, undeliverable FROM teams WHERE id = $1`, teamID).
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

// clientSorts is the list of the allowed orders. Each has its own text, so that no input becomes SQL.
var clientSorts = map[string]struct{ where, order string }{
	"":          {`id < $3`, `id DESC`},
	"email":     {`(email_key, id) > ($3, $4)`, `email_key, id`},
	"full_name": {`(full_name, id) > ($3, $4)`, `full_name, id`},
}

// clientStatuses are the conditions of the statuses; anything else narrows nothing.
var clientStatuses = map[domain.ClientStatus]string{
	domain.ClientActive:        ` AND undeliverable_at IS NULL`,
	domain.ClientUndeliverable: ` AND undeliverable_at IS NOT NULL`,
}
