package store

import (
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

// trimPage turns the rows that were read, one more than fit, into a page. The extra row shows that there is a next
// page, which begins after the last row of this one.
func trimPage[T any](rows []T, per int, at func(T) cursor) (page []T, next string) {
	if len(rows) <= per {
		return rows, ""
	}
	return rows[:per], at(rows[per-1]).String()
}
