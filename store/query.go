package store

import (
	"context"
	"database/sql"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// query is the text of a statement. A constant of the source becomes one by itself. Any other text needs a conversion, which
// only this file makes: no input becomes SQL.
type query string

// reader is what a transaction and a database have in common.
type reader interface {
	row(ctx context.Context, q query, args ...any) *sql.Row
	rows(ctx context.Context, q query, args ...any) found
}

// found are the rows of a query, or why there are none; see collect.
type found struct {
	*sql.Rows
	err error
}

func foundRows(rows *sql.Rows, err error) found { return found{rows, err} }

// database are connections to the file, of the writer or of readers.
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

// transaction is one of the writer.
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

// statement is prepared.
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

// part is a piece of a query with its arguments, for a query that depends on what was asked for. In its text each ? stands
// for the next argument.
type part struct {
	text query
	args []any
}

// add appends constants and their arguments.
func (p *part) add(text query, args ...any) {
	p.text += text
	p.args = append(p.args, args...)
}

// addPart appends another part.
func (p *part) addPart(other part) { p.add(other.text, other.args...) }

// addIDs appends a list of ids in brackets: a chunk of idChunks.
func (p *part) addIDs(ids []int64) {
	p.text += query("(" + strings.TrimSuffix(strings.Repeat("?, ", len(ids)), ", ") + ")")
	for _, id := range ids {
		p.args = append(p.args, id)
	}
}

// idChunk is how many ids one query names. SQLite compares each argument's name with all before, so many cost more than
// several queries: 10,000 ids take 75 ms in chunks of 100, and 140 ms in chunks of 1,000.
const idChunk = 100

// idChunks are the ids, each once, in as many chunks as queries are needed.
func idChunks(ids []int64) iter.Seq[[]int64] {
	return slices.Chunk(slices.Compact(slices.Sorted(slices.Values(ids))), idChunk)
}

// numbered is the text with $1 for the first ?, $2 for the second …, as both databases take it.
func (p part) numbered() query {
	pieces := strings.Split(string(p.text), "?")
	var text strings.Builder
	for i, piece := range pieces[:len(pieces)-1] {
		text.WriteString(piece + "$" + strconv.Itoa(i+1))
	}
	return query(text.String() + pieces[len(pieces)-1])
}
