package store

import (
	"context"
	"time"

	"postrider/domain"
)

// insertAudit writes a line of the audit log, in the transaction of what it tells of.
func insertAudit(ctx context.Context, tx transaction, by domain.Actor, action domain.AuditAction, subject, detail string, now time.Time) error {
	_, err := tx.exec(ctx, `INSERT INTO audit (at, actor_id, actor, address, action, subject, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, now.UnixMilli(), by.ID, by.Email, by.Address, action, subject, detail)
	return err
}

// AuditQuery says which lines of the audit log a page shows, the newest first.
type AuditQuery struct {
	Action   domain.AuditAction // "" for all
	Actor    string             // is contained in the actor's address, whatever its case
	Q        string             // is contained in the subject or the detail, whatever its case
	From, To time.Time          // from the one, and before the other; zero is no limit
	After    string             // the Next of the page before
	Per      int                // 25, 50 or 100
}

// Audit returns a page of the audit log. It does not count: the log only grows.
func (s *Store) Audit(ctx context.Context, q AuditQuery) (Page[domain.AuditEntry], error) {
	return auditListing.page(ctx, s.lists, q.match(), "", q.After, q.Per)
}

var auditListing = listing[domain.AuditEntry]{
	rows: part{text: `SELECT id, at, actor_id, actor, address, action, subject, detail FROM audit`}, id: `id`,
	orders: map[string]order{"": newest(`id`)},
	scan: func(row scanner) (e domain.AuditEntry, err error) {
		return e, row.Scan(&e.ID, instant{&e.At}, &e.By.ID, &e.By.Email, &e.By.Address, &e.Action, &e.Subject, &e.Detail)
	},
	cursor: func(e domain.AuditEntry, _ string) cursor { return cursor{ID: e.ID} },
}

// match is the condition that makes the choice.
func (q AuditQuery) match() part {
	match := part{text: ` FROM audit WHERE id > 0`}
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
