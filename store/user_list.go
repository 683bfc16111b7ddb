package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"postrider/domain"
)

// UserState narrows a list of users.
type UserState string

// The states of a user.
const (
	UserActive     UserState = "active"
	UserUnverified UserState = "unverified"
	UserBlocked    UserState = "blocked"
)

// UserQuery says which users a page shows.
type UserQuery struct {
	Q     string      // is contained in the address, the name or the name of the team
	Role  domain.Role // "" for all
	State UserState   // "" for all
	Sort  string      // "email", "name", "signed-in", "letters"; anything else is the newest first
	After string      // the Next of the page before
	Per   int         // 25, 50 or 100
}

// UserRow is a user with what a list shows.
type UserRow struct {
	domain.User
	Team       string // its name
	SignedInAt time.Time
	BlockedBy  string // an address, as it was then
	BlockedWhy string
	Mailings   int // of the team
	Letters    int // of the team's mailings, in 30 days
}

// UserPage is a page of users.
type UserPage struct {
	Users []UserRow
	Next  string // "" on the last page
	Total int    // how many match, on all pages
}

// recently is how far back letters are counted.
const recently = 29 * 24 * time.Hour // and today

// userLetters is how many letters the team of a user has sent since the day $1.
const userLetters = `(SELECT coalesce(sum(sent), 0) FROM team_days WHERE team_days.team_id = users.team_id AND day >= $1)`

// userRows are the columns of a UserRow. The counts are those of the team: by the day, not by the letter.
const userRows = userColumns + `, (SELECT name FROM teams WHERE teams.id = users.team_id), users.signed_in_at,
	users.blocked_by, users.blocked_why, (SELECT count(*) FROM mailings WHERE mailings.team_id = users.team_id
	AND mailings.deleted_at IS NULL), ` + userLetters

func scanUserRow(row scanner) (r UserRow, err error) {
	r.User, err = scanUser(row, &r.Team, instant{&r.SignedInAt}, &r.BlockedBy, &r.BlockedWhy, &r.Mailings, &r.Letters)
	return r, err
}

// userStates are the conditions of the states; anything else narrows nothing.
var userStates = map[UserState]string{
	UserActive:     ` AND users.verified_at IS NOT NULL AND users.blocked_at IS NULL`,
	UserUnverified: ` AND users.verified_at IS NULL AND users.blocked_at IS NULL`,
	UserBlocked:    ` AND users.blocked_at IS NOT NULL`,
}

// userSorts are the orders that a list may have. Each has its own text, so that no input becomes SQL.
var userSorts = map[string]struct{ where, order string }{
	"":      {`(0, users.id) < (CAST($%d AS INTEGER), $%d)`, `users.id DESC`},
	"email": {`(users.email_key, users.id) > ($%d, $%d)`, `users.email_key, users.id`},
	"name":  {`(users.name, users.id) > ($%d, $%d)`, `users.name, users.id`},
	"signed-in": {`(coalesce(users.signed_in_at, 0), users.id) < (CAST($%d AS INTEGER), $%d)`,
		`coalesce(users.signed_in_at, 0) DESC, users.id DESC`},
	"letters": {`(` + userLetters + `, users.id) < (CAST($%d AS INTEGER), $%d)`, userLetters + ` DESC, users.id DESC`},
}

func userCursor(r UserRow, sort string) cursor {
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
	return cursor{"0", r.ID}
}

// match is the condition that makes the choice. $1 is the day since which letters are counted.
func (q UserQuery) match(now time.Time) (match string, args []any) {
	args = []any{domain.Day(now.Add(-recently)).UnixMilli()}
	match = ` WHERE $1 = $1` + userStates[q.State]
	if q.Role != "" {
		args = append(args, q.Role)
		match += fmt.Sprintf(` AND users.role = $%d`, len(args))
	}
	if q.Q != "" {
		args = append(args, pattern(q.Q), verbatim(q.Q))
		match += fmt.Sprintf(` AND (users.email_key LIKE $%[1]d ESCAPE '\' OR users.name LIKE $%[2]d ESCAPE '\'
			OR users.team_id IN (SELECT id FROM teams WHERE name LIKE $%[2]d ESCAPE '\'))`, len(args)-1, len(args))
	}
	return match, args
}

// Users returns a page of all teams' users.
func (s *Store) Users(ctx context.Context, q UserQuery, now time.Time) (UserPage, error) {
	var page UserPage
	match, args := q.match(now)
	if err := s.lists.QueryRowContext(ctx, `SELECT count(*) FROM users`+match, args...).Scan(&page.Total); err != nil {
		return page, mapError(err)
	}
	sort, ok := userSorts[q.Sort]
	if !ok {
		q.Sort, sort = "", userSorts[""]
	}
	if at, ok := parseCursor(q.After); ok {
		args = append(args, at.Value, at.ID)
		match += ` AND ` + fmt.Sprintf(sort.where, len(args)-1, len(args))
	}
	per := perPage(q.Per)
	args = append(args, per+1)
	// The counts of a row are made for the rows of the page alone.
	rows, err := s.lists.QueryContext(ctx, fmt.Sprintf(`SELECT %s FROM users WHERE users.id IN
		(SELECT users.id FROM users %s ORDER BY %s LIMIT $%d) ORDER BY %s`, userRows, match, sort.order, len(args), sort.order), args...)
	if err != nil {
		return page, mapError(err)
	}
	all, err := collect(rows, scanUserRow)
	page.Users, page.Next = trimPage(all, per, func(r UserRow) cursor { return userCursor(r, q.Sort) })
	return page, err
}

// UserRow returns one user as the list shows it; ErrNotFound when there is none.
func (s *Store) UserRow(ctx context.Context, id int64, now time.Time) (UserRow, error) {
	return scanUserRow(s.read.QueryRowContext(ctx, `SELECT `+userRows+` FROM users WHERE id = $2`,
		domain.Day(now.Add(-recently)).UnixMilli(), id))
}
