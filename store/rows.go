package store

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"postrider/domain"
)

// asConflict turns the ErrNotFound of an update by version into ErrConflict, because a newer version is there.
func asConflict(err error) error {
	if errors.Is(err, domain.ErrNotFound) {
		return domain.ErrConflict
	}
	return err
}

// collect reads all rows and closes them.
func collect[T any](rows found, scan func(scanner) (T, error)) ([]T, error) {
	if rows.err != nil {
		return nil, mapError(rows.err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, mapError(rows.Err())
}

// affected is how many rows a statement changed.
func affected(res sql.Result, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// changes reports whether a statement changed a row.
func changes(res sql.Result, err error) (bool, error) {
	n, err := affected(res, err)
	return n > 0, err
}

func scanText(row scanner) (text string, err error) { return text, row.Scan(&text) }

func scanID(row scanner) (id int64, err error) { return id, row.Scan(&id) }

// scanner is *sql.Row or *sql.Rows.
type scanner interface{ Scan(to ...any) error }

// reference is a foreign key; 0 becomes NULL.
func reference(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

// millis is a time as stored; the zero time becomes NULL.
func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// instant scans a time column, which may be NULL.
type instant struct{ to *time.Time }

// Scan implements sql.Scanner.
func (i instant) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*i.to = time.Time{}
	case int64:
		*i.to = time.UnixMilli(v).UTC()
	default:
		return fmt.Errorf("a time column holds %T", v)
	}
	return nil
}
