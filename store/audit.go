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

// Audit returns a page of the audit log. It does not count, because the log only grows.
func (s *Store) Audit(ctx context.Context, q AuditQuery) (Page[domain.AuditEntry], error) {
	return auditListing.page(ctx, s.lists, q.match(), "", q.After, q.Per)
}

var auditListing = listing[domain.AuditEntry]{
	rows: fragment{text: `SELECT id, at, actor_id, actor, address, action, subject, detail FROM audit`}, id: `id`,
	orders: map[string]order{"": newest(`id`)},
	scan: func(row scanner) (e domain.AuditEntry, err error) {
		return e, row.Scan(&e.ID, instant{&e.At}, &e.By.ID, &e.By.Email, &e.By.Address, &e.Action, &e.Subject, &e.Detail)
	},
	cursor: func(e domain.AuditEntry, _ string) cursor { return cursor{ID: e.ID} },
}

// match is the query's condition.
func (q AuditQuery) match() fragment {
	match := fragment{text: ` FROM audit WHERE id > 0`}
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
