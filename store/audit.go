package store

import (
	"context"
	"database/sql"
	"time"

	"postrider/domain"
)

// insertAudit writes a line of the audit log, in the transaction of what it tells of.
func insertAudit(ctx context.Context, tx *sql.Tx, by domain.Actor, action domain.AuditAction, subject, detail string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO audit (at, actor_id, actor, address, action, subject, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, now.UnixMilli(), by.ID, by.Email, by.Address, action, subject, detail)
	return err
}
