package handlers_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
)

// database is the file of the site, read and written past the store.
func (st *site) database() *sql.DB {
	st.t.Helper()
	if st.db == nil {
		var err error
		if st.db, err = sql.Open("sqlite", "file:"+st.file+"?_pragma=busy_timeout(10000)"); err != nil {
			st.t.Fatal(err)
		}
		st.t.Cleanup(func() { _ = st.db.Close() })
	}
	return st.db
}

// exec changes the file as no code of ours would.
func (st *site) exec(query string, args ...any) {
	st.t.Helper()
	if _, err := st.database().ExecContext(st.t.Context(), query, args...); err != nil {
		st.t.Fatal(err)
	}
}

// dump is what the tables hold, a line a row. Sessions and throttles come and go with each request, and /readyz writes to
// see whether it can.
func (st *site) dump() (lines []string) {
	st.t.Helper()
	db := st.database()
	tables := st.strings(db, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
		AND name NOT IN ('sessions', 'throttles') ORDER BY name`)
	for _, table := range tables {
		for _, row := range st.strings(db, `SELECT * FROM `+table) {
			if !strings.HasPrefix(row, "probe|") {
				lines = append(lines, table+": "+row)
			}
		}
	}
	return lines
}

// strings are the rows of a query, each in one text.
func (st *site) strings(db *sql.DB, query string) (all []string) {
	st.t.Helper()
	rows, err := db.QueryContext(st.t.Context(), query)
	if err != nil {
		st.t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		st.t.Fatal(err)
	}
	for rows.Next() {
		values, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			st.t.Fatal(err)
		}
		text := make([]string, len(columns))
		for i, v := range values {
			text[i] = fmt.Sprint(v)
		}
		all = append(all, strings.Join(text, "|"))
	}
	if err := rows.Err(); err != nil {
		st.t.Fatal(err)
	}
	return all
}

// wantSame fails when the tables hold anything else than before.
func (st *site) wantSame(t testing.TB, before []string, what string) {
	t.Helper()
	if change := changed(before, st.dump()); change != "" {
		t.Errorf("%s changed:%s", what, change)
	}
}

// changed are the lines that went and that came; "" when they are the same.
func changed(before, after []string) (change string) {
	for _, line := range before {
		if !slices.Contains(after, line) {
			change += "\n- " + line
		}
	}
	for _, line := range after {
		if !slices.Contains(before, line) {
			change += "\n+ " + line
		}
	}
	return change
}

// atRest are the bytes of the file and of its journal.
func (st *site) atRest() []byte {
	st.t.Helper()
	var all bytes.Buffer
	for _, name := range []string{st.file, st.file + "-wal"} {
		b, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			st.t.Fatal(err)
		}
		all.Write(b)
	}
	return all.Bytes()
}

// lines are the routes of the table, sorted, as "GET /clients/:id".
func (st *site) lines() (all []string) {
	for line := range st.server.RouteLines() {
		all = append(all, line)
	}
	slices.Sort(all)
	return all
}

// at is a line of the table with an id in its place, as a method and a path.
func at(line, id string) (method, path string) {
	method, path, _ = strings.Cut(line, " ")
	return method, strings.NewReplacer(":id", id, ":token", strings.Repeat("x", 43), ":slug", "a-post").Replace(path)
}

// send asks with any body.
func (b *browser) send(method, path, kind, body string) answer {
	r := httptest.NewRequest(method, "http://"+publicHost+path, strings.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return b.do(r)
}

const urlencoded = "application/x-www-form-urlencoded"
