package store

import (
	"context"
	"fmt"

	"postrider/domain"
)

// LogQuery says which attempts of a mailing a page shows, the newest first.
type LogQuery struct {
	Q       string // is contained in the recipient's address or name
	Outcome string // a domain.Outcome, or "" for all
	RunID   int64  // 0 for all
	After   string // the Next of the page before
	Per     int    // 25, 50 or 100
}

// LogPage is a page of the mailing log.
type LogPage struct {
	Attempts []domain.Attempt
	Next     string // "" on the last page
	Total    int    // how many match, on all pages
}

// Log returns a page of the attempts of a mailing.
func (s *Store) Log(ctx context.Context, mailingID int64, q LogQuery) (LogPage, error) {
	var page LogPage
	match := `FROM attempts JOIN deliveries ON deliveries.id = attempts.delivery_id WHERE attempts.mailing_id = $1
		AND ($2 = '' OR attempts.outcome = $2) AND ($3 = 0 OR attempts.run_id = $3)
		AND ($4 = '%%' OR deliveries.email_key LIKE $4 ESCAPE '\' OR deliveries.name LIKE $4 ESCAPE '\')`
	args := []any{mailingID, q.Outcome, q.RunID, pattern(q.Q)}
	if err := s.read.QueryRowContext(ctx, `SELECT count(*) `+match, args...).Scan(&page.Total); err != nil {
		return page, translate(err)
	}
	if at, ok := parseCursor(q.After); ok {
		match += ` AND attempts.id < $5`
		args = append(args, at.ID)
	}
	per := perPage(q.Per)
	args = append(args, per+1)
	rows, err := s.read.QueryContext(ctx, fmt.Sprintf(`SELECT attempts.id, attempts.delivery_id, attempts.run_id,
		attempts.at, deliveries.email, deliveries.name, attempts.stage, attempts.outcome, attempts.scope, attempts.code,
		attempts.enhanced, attempts.reply %s ORDER BY attempts.id DESC LIMIT $%d`, match, len(args)), args...)
	if err != nil {
		return page, translate(err)
	}
	all, err := collect(rows, scanAttempt)
	page.Attempts, page.Next = cut(all, per, func(a domain.Attempt) cursor { return cursor{ID: a.ID} })
	return page, err
}

func scanAttempt(row scanner) (domain.Attempt, error) {
	var a domain.Attempt
	err := row.Scan(&a.ID, &a.DeliveryID, &a.RunID, instant{&a.At}, &a.Recipient.Email, &a.Recipient.Name, &a.Stage,
		&a.Outcome, &a.Scope, &a.Reply.Code, &a.Reply.Enhanced, &a.Reply.Text)
	return a, err
}
