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

// Log returns a page of the attempts of a mailing. Counting grows with the log, so it asks for no more than it needs.
func (s *Store) Log(ctx context.Context, mailingID int64, q LogQuery) (LogPage, error) {
	const letters = ` JOIN deliveries ON deliveries.id = attempts.delivery_id`
	var page LogPage
	counted := `attempts`
	if q.Q != "" {
		counted += letters
	}
	match, args := q.match(mailingID)
	if err := s.lists.QueryRowContext(ctx, `SELECT count(*) FROM `+counted+match, args...).Scan(&page.Total); err != nil {
		return page, mapError(err)
	}
	if at, ok := parseCursor(q.After); ok {
		args = append(args, at.ID)
		match += fmt.Sprintf(` AND attempts.id < $%d`, len(args))
	}
	per := perPage(q.Per)
	args = append(args, per+1)
	rows, err := s.lists.QueryContext(ctx, fmt.Sprintf(`SELECT attempts.id, attempts.delivery_id, attempts.run_id,
		attempts.at, deliveries.email, deliveries.name, attempts.stage, attempts.outcome, attempts.scope, attempts.code,
		attempts.enhanced, attempts.reply FROM attempts %s WHERE attempts.id IN (SELECT attempts.id FROM %s %s
		ORDER BY attempts.id DESC LIMIT $%d) ORDER BY attempts.id DESC`, letters, counted, match, len(args)), args...)
	if err != nil {
		return page, mapError(err)
	}
	all, err := collect(rows, scanAttempt)
	page.Attempts, page.Next = trimPage(all, per, func(a domain.Attempt) cursor { return cursor{ID: a.ID} })
	return page, err
}

// match is the condition that makes the choice.
func (q LogQuery) match(mailingID int64) (match string, args []any) {
	match, args = ` WHERE attempts.mailing_id = $1`, []any{mailingID}
	if q.Outcome != "" {
		args = append(args, q.Outcome)
		match += fmt.Sprintf(` AND attempts.outcome = $%d`, len(args))
	}
	if q.RunID != 0 {
		args = append(args, q.RunID)
		match += fmt.Sprintf(` AND attempts.run_id = $%d`, len(args))
	}
	if q.Q != "" {
		args = append(args, pattern(q.Q), verbatim(q.Q))
		match += fmt.Sprintf(` AND (deliveries.email_key LIKE $%d ESCAPE '\' OR deliveries.name LIKE $%d ESCAPE '\')`,
			len(args)-1, len(args))
	}
	return match, args
}

func scanAttempt(row scanner) (domain.Attempt, error) {
	var a domain.Attempt
	err := row.Scan(&a.ID, &a.DeliveryID, &a.RunID, instant{&a.At}, &a.Recipient.Email, &a.Recipient.Name, &a.Stage,
		&a.Outcome, &a.Scope, &a.Reply.Code, &a.Reply.Enhanced, &a.Reply.Text)
	return a, err
}
