package store

import (
	"context"
	"database/sql"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// query is the text of a statement. An untyped constant becomes one by itself. Any other text needs a conversion, which
// only this file makes, so that no input becomes SQL.
type query string

// reader is what transactions and databases have in common.
type reader interface {
	row(ctx context.Context, q query, args ...any) *sql.Row
	rows(ctx context.Context, q query, args ...any) found
}

// found are the rows of a query, or its error; see collect.
type found struct {
	*sql.Rows
	err error
}

func foundRows(rows *sql.Rows, err error) found { return found{rows, err} }

// database is a set of connections to the file, for the writer or for readers.
type database struct{ raw *sql.DB }

func (d database) row(ctx context.Context, q query, args ...any) *sql.Row {
	return d.raw.QueryRowContext(ctx, string(q), args...)
}

func (d database) rows(ctx context.Context, q query, args ...any) found {
	return foundRows(d.raw.QueryContext(ctx, string(q), args...))
}

func (d database) exec(ctx context.Context, q query, args ...any) (sql.Result, error) {
	return d.raw.ExecContext(ctx, string(q), args...)
}

func (d database) prepare(ctx context.Context, q query) (statement, error) {
	stmt, err := d.raw.PrepareContext(ctx, string(q))
	return statement{stmt}, err
}

// transaction is a transaction of the writer.
type transaction struct{ raw *sql.Tx }

func (t transaction) row(ctx context.Context, q query, args ...any) *sql.Row {
	return t.raw.QueryRowContext(ctx, string(q), args...)
}

func (t transaction) rows(ctx context.Context, q query, args ...any) found {
	return foundRows(t.raw.QueryContext(ctx, string(q), args...))
}

func (t transaction) exec(ctx context.Context, q query, args ...any) (sql.Result, error) {
	return t.raw.ExecContext(ctx, string(q), args...)
}

// stmt is a prepared statement in the transaction.
func (t transaction) stmt(ctx context.Context, s statement) statement {
	return statement{t.raw.StmtContext(ctx, s.raw)}
}

// statement is a prepared statement.
type statement struct{ raw *sql.Stmt }

func (s statement) row(ctx context.Context, args ...any) *sql.Row {
	return s.raw.QueryRowContext(ctx, args...)
}

func (s statement) rows(ctx context.Context, args ...any) found {
	return foundRows(s.raw.QueryContext(ctx, args...))
}

func (s statement) exec(ctx context.Context, args ...any) (sql.Result, error) {
	return s.raw.ExecContext(ctx, args...)
}

// fragment is a piece of a query with its arguments, for queries that vary with what was asked for. Each ? in its text
// takes the next argument.
type fragment struct {
	text query
	args []any
}

// add appends constant text and its arguments.
func (p *fragment) add(text query, args ...any) {
	p.text += text
	p.args = append(p.args, args...)
}

// addFragment appends another fragment.
func (p *fragment) addFragment(other fragment) { p.add(other.text, other.args...) }

// addIDs appends a list of ids in parentheses; ids is a chunk of idChunks.
func (p *fragment) addIDs(ids []int64) {
	p.text += query("(" + strings.TrimSuffix(strings.Repeat("?, ", len(ids)), ", ") + ")")
	for _, id := range ids {
		p.args = append(p.args, id)
	}
}

// idChunk is how many ids one query contains. SQLite compares each argument's name with all before it, so many
// arguments cost more than several queries: 10,000 ids take 75 ms in chunks of 100, and 140 ms in chunks of 1,000.
const idChunk = 100

// idChunks splits the ids, without duplicates, into one chunk per query.
func idChunks(ids []int64) iter.Seq[[]int64] {
	return slices.Chunk(slices.Compact(slices.Sorted(slices.Values(ids))), idChunk)
}

// numbered is the text with $1 for the first ?, $2 for the second and so on, which both databases accept.
func (p fragment) numbered() query {
	pieces := strings.Split(string(p.text), "?")
	var text strings.Builder
	for i, piece := range pieces[:len(pieces)-1] {
		text.WriteString(piece + "$" + strconv.Itoa(i+1))
	}
	return query(text.String() + pieces[len(pieces)-1])
}
