package store

import (
	"context"
	"strconv"
	"time"

	"postrider/domain"
)

// UserState filters a list of users.
type UserState string

// The states of a user.
const (
	UserActive     UserState = "active"
	UserUnverified UserState = "unverified"
	UserBlocked    UserState = "blocked"
)

// UserQuery selects the users of a page.
type UserQuery struct {
	Q     string      // substring of the address, the name or the team's name, ignoring case
	Role  domain.Role // "" for all
	State UserState   // "" for all
	Sort  string      // "email", "name", "signed-in", "letters"; anything else for newest first
	After string      // Next of the previous page
	Per   int         // 25, 50 or 100
}

// recently is how far back letters are counted.
const recently = 29 * 24 * time.Hour // plus today

// userLetters is how many letters the user's team has sent since a day.
const userLetters = `(SELECT coalesce(sum(sent), 0) FROM team_days WHERE team_days.team_id = users.team_id AND day >= ?)`

// userRows are the columns of a domain.UserRow. The counts are the team's, added up by day and not by letter.
const userRows = userColumns + `, (SELECT name FROM teams WHERE teams.id = users.team_id), users.signed_in_at,
	users.blocked_by, users.blocked_why, (SELECT count(*) FROM mailings WHERE mailings.team_id = users.team_id
	AND mailings.deleted_at IS NULL), ` + userLetters

func scanUserRow(row scanner) (r domain.UserRow, err error) {
	r.User, err = scanUser(row, &r.Team, instant{&r.SignedInAt}, &r.BlockedBy, &r.BlockedWhy, &r.Mailings, &r.Letters)
	return r, err
}

// userStates are the conditions of the states. An unknown state does not filter.
var userStates = map[UserState]query{
	UserActive:     ` AND users.verified_at IS NOT NULL AND users.blocked_at IS NULL`,
	UserUnverified: ` AND users.verified_at IS NULL AND users.blocked_at IS NULL`,
	UserBlocked:    ` AND users.blocked_at IS NOT NULL`,
}

// userOrders are the sort orders of a list, with letters counted since a day.
func userOrders(since time.Time) map[string]order {
	return map[string]order{
		"":      newest(`users.id`),
		"email": {by: `users.email_key, users.id`, after: `(users.email_key, users.id) > (?, ?)`},
		"name":  {by: `users.name, users.id`, after: `(users.name, users.id) > (?, ?)`},
		"signed-in": {by: `coalesce(users.signed_in_at, 0) DESC, users.id DESC`,
			after: `(coalesce(users.signed_in_at, 0), users.id) < (?, ?)`, number: true},
		"letters": {by: userLetters + ` DESC, users.id DESC`, after: `(` + userLetters + `, users.id) < (?, ?)`, number: true,
			args: []any{since.UnixMilli()}},
	}
}

func userCursor(r domain.UserRow, sort string) cursor {
	switch sort {
	case "email":
		return cursor{keyOf(r.Email), r.ID}
	case "name":
		return cursor{r.Name, r.ID}
	case "signed-in":
		return cursor{strconv.FormatInt(max(0, r.SignedInAt.UnixMilli()), 10), r.ID}
	case "letters":
		return cursor{strconv.Itoa(r.Letters), r.ID}
	}
	return cursor{"", r.ID}
}

// match is the query's condition.
func (q UserQuery) match() fragment {
	match := fragment{text: ` FROM users WHERE TRUE` + userStates[q.State]}
	if q.Role != "" {
		match.add(` AND users.role = ?`, q.Role)
	}
	if q.Q != "" {
		match.add(` AND (casefold(users.email_key) LIKE ? ESCAPE '\' OR casefold(users.name) LIKE ? ESCAPE '\'
			OR users.team_id IN (SELECT id FROM teams WHERE casefold(name) LIKE ? ESCAPE '\'))`, pattern(q.Q), pattern(q.Q), pattern(q.Q))
	}
	return match
}

// Users returns a page of all teams' users.
func (s *Store) Users(ctx context.Context, q UserQuery, now time.Time) (Page[domain.UserRow], error) {
	since := domain.Day(now.Add(-recently))
	// The counts of a row are made for the rows of the page alone.
	list := listing[domain.UserRow]{rows: fragment{text: `SELECT ` + userRows + ` FROM users`, args: []any{since.UnixMilli()}}, id: `users.id`,
		orders: userOrders(since), scan: scanUserRow, cursor: userCursor}
	return list.counted(ctx, s.lists, q.match(), q.Sort, q.After, q.Per)
}

// UserRow returns one user as lists show it; ErrNotFound when there is none.
func (s *Store) UserRow(ctx context.Context, id int64, now time.Time) (domain.UserRow, error) {
	one := fragment{text: `SELECT ` + userRows + ` FROM users WHERE id = ?`, args: []any{domain.Day(now.Add(-recently)).UnixMilli(), id}}
	return scanUserRow(s.read.row(ctx, one.numbered(), one.args...))
}

// TeamName returns the name of a team; ErrNotFound when there is none.
func (s *Store) TeamName(ctx context.Context, teamID int64) (name string, err error) {
	err = s.read.row(ctx, `SELECT name FROM teams WHERE id = $1`, teamID).Scan(&name)
	return name, mapError(err)
}

// TeamUsers returns the users of a team, in the order in which they joined.
func (s *Store) TeamUsers(ctx context.Context, teamID int64) ([]domain.User, error) {
	return collect(s.read.rows(ctx, `SELECT `+userColumns+` FROM users WHERE team_id = $1 ORDER BY id`, teamID), func(row scanner) (domain.User, error) { return scanUser(row) })
}
