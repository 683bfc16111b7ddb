package store

import (
	"context"
	"time"

	"postrider/domain"
)

// insertAudit writes an audit log entry, in the transaction of the change it records.
func insertAudit(ctx context.Context, tx transaction, by domain.Actor, action domain.AuditAction, subject, detail string, now time.Time) error {
	_, err := tx.exec(ctx, `INSERT INTO audit (at, actor_id, actor, address, action, subject, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, now.UnixMilli(), by.ID, by.Email, by.Address, action, subject, detail)
	return err
}

// AuditQuery selects the audit log entries of a page, newest first.
type AuditQuery struct {
	Action   domain.AuditAction // "" for all
	Actor    string             // substring of the actor's address, ignoring case
	Q        string             // substring of the subject or the detail, ignoring case
	From, To time.Time          // From inclusive, To exclusive; zero means no limit
	After    string             // Next of the previous page
	Per      int                // 25, 50 or 100
}

// AuditPage is a page of the audit log.
type AuditPage struct {
	Entries []domain.AuditEntry
	Next    string // "" on the last page
}

// Audit returns a page of the audit log. It does not count, because the log only grows.
func (s *Store) Audit(ctx context.Context, q AuditQuery) (AuditPage, error) {
	per := perPage(q.Per)
	list := fragment{text: `SELECT id, at, actor_id, actor, address, action, subject, detail FROM audit
		WHERE id IN (SELECT id FROM audit WHERE id > 0`}
	list.addFragment(q.match())
	if at, ok := parseCursor(q.After); ok {
		list.add(` AND id < ?`, at.ID)
	}
	list.add(` ORDER BY id DESC LIMIT ?) ORDER BY id DESC`, per+1)
	all, err := collect(s.lists.rows(ctx, list.numbered(), list.args...), func(row scanner) (e domain.AuditEntry, err error) {
		return e, row.Scan(&e.ID, instant{&e.At}, &e.By.ID, &e.By.Email, &e.By.Address, &e.Action, &e.Subject, &e.Detail)
	})
	var page AuditPage
	page.Entries, page.Next = trimPage(all, per, func(e domain.AuditEntry) cursor { return cursor{ID: e.ID} })
	return page, err
}

// match is the query's condition.
func (q AuditQuery) match() (match fragment) {
	if q.Action != "" {
		match.add(` AND action = ?`, q.Action)
	}
	if q.Actor != "" {
		match.add(` AND casefold(actor) LIKE ? ESCAPE '\'`, pattern(q.Actor))
	}
	if q.Q != "" {
		match.add(` AND (casefold(subject) LIKE ? ESCAPE '\' OR casefold(detail) LIKE ? ESCAPE '\')`, pattern(q.Q), pattern(q.Q))
	}
	if !q.From.IsZero() {
		match.add(` AND at >= ?`, q.From.UnixMilli())
	}
	if !q.To.IsZero() {
		match.add(` AND at < ?`, q.To.UnixMilli())
	}
	return match
}
