package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
)

// Page sizes that lists offer.
const defaultPer = 25

// perPage is the requested page size if lists offer it.
func perPage(per int) int {
	if per == 50 || per == 100 {
		return per
	}
	return defaultPer
}

// cursor is the place after which a page begins: the sort value and the id of the last row before it.
type cursor struct {
	Value string
	ID    int64
}

// String encodes the cursor for a URL.
func (c cursor) String() string {
	b, _ := json.Marshal(c) // a string and a number always marshal
	return base64.RawURLEncoding.EncodeToString(b)
}

// parseCursor reads a cursor from a link. An unreadable one was not made here, and means the first page.
func parseCursor(s string) (c cursor, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || json.Unmarshal(b, &c) != nil {
		return cursor{}, false
	}
	return c, true
}

// number is the cursor's value as a whole number; 0 if it was not made here.
func (c cursor) number() int64 {
	n, _ := strconv.ParseInt(c.Value, 10, 64)
	return n
}

// order is a sort order of a list. It consists of constants, so that no input becomes SQL.
type order struct {
	by     query // as in ORDER BY
	after  query // condition for the rows after a cursor; takes its value and id
	byID   bool  // after takes only the id
	number bool  // the value is a whole number
	args   []any // arguments of by and after that precede those
}

// behind is the condition for the rows after a cursor.
func (o order) behind(at cursor) fragment {
	args := slices.Clone(o.args)
	switch {
	case o.number:
		args = append(args, at.number())
	case !o.byID:
		args = append(args, at.Value)
	}
	return fragment{o.after, append(args, at.ID)}
}

// newest is the order of a list whose newest rows come first.
func newest(id query) order { return order{by: id + ` DESC`, after: id + ` < ?`, byID: true} }

// Page is a page of a list.
type Page[T any] struct {
	Rows  []T
	Next  string // "" on the last page
	Total int    // matches on all pages; 0 where a list does not count
}

// listing is how the pages of a list are read.
type listing[T any] struct {
	rows   fragment // SELECT … FROM …, without a condition: what a row shows
	id     query    // the column by which rows are chosen
	orders map[string]order
	scan   func(scanner) (T, error)
	cursor func(row T, sort string) cursor // the place of a row in an order
}

// page reads the page after a cursor of the rows that match, FROM … WHERE …. An unknown order is that of "", and an unknown
// cursor the first page.
func (l listing[T]) page(ctx context.Context, db database, match fragment, sort, after string, per int) (page Page[T], err error) {
	order, ok := l.orders[sort]
	if !ok {
		sort, order = "", l.orders[""]
	}
	if at, ok := parseCursor(after); ok {
		match.add(` AND `)
		match.addFragment(order.behind(at))
	}
	per = perPage(per)
	list := fragment{text: l.rows.text + ` WHERE ` + l.id + ` IN (SELECT ` + l.id, args: slices.Clone(l.rows.args)}
	list.addFragment(match)
	list.add(` ORDER BY `+order.by, order.args...)
	list.add(` LIMIT ?) ORDER BY `+order.by, append([]any{per + 1}, order.args...)...)
	all, err := collect(db.rows(ctx, list.numbered(), list.args...), l.scan)
	page.Rows, page.Next = trimPage(all, per, func(row T) cursor { return l.cursor(row, sort) })
	return page, err
}

// counted is page with the number of all rows that match.
func (l listing[T]) counted(ctx context.Context, db database, match fragment, sort, after string, per int) (Page[T], error) {
	page, err := l.page(ctx, db, match, sort, after, per)
	if err == nil {
		page.Total, err = count(ctx, db, match)
	}
	return page, err
}

// count is how many rows match, FROM … WHERE ….
func count(ctx context.Context, db database, match fragment) (n int, err error) {
	err = db.row(ctx, `SELECT count(*)`+match.numbered(), match.args...).Scan(&n)
	return n, mapError(err)
}

// trimPage makes a page of the rows that were read, one more than fit on it: the row too many shows that there is a next page,
// which begins after the last row of this one.
func trimPage[T any](rows []T, per int, at func(T) cursor) (page []T, next string) {
	if len(rows) <= per {
		return rows, ""
	}
	return rows[:per], at(rows[per-1]).String()
}
