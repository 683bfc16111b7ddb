package store

import (
	"context"

	"postrider/domain"
)

// LogQuery says which attempts of a mailing a page shows, the newest first.
type LogQuery struct {
	Q       string // is contained in the recipient's address or name, whatever its case
	Outcome string // a domain.Outcome, or "" for all
	RunID   int64  // 0 for all
	After   string // the Next of the page before
	Per     int    // 25, 50 or 100
}

// Log returns a page of the attempts of a mailing. Counting grows with the log, so it asks for no more than it needs.
func (s *Store) Log(ctx context.Context, mailingID int64, q LogQuery) (Page[domain.Attempt], error) {
	return logListing.counted(ctx, s.lists, q.match(mailingID), "", q.After, q.Per)
}

var logListing = listing[domain.Attempt]{
	rows: part{text: `SELECT attempts.id, attempts.delivery_id, attempts.run_id, attempts.at, deliveries.email, deliveries.name,
		attempts.stage, attempts.outcome, attempts.scope, attempts.code, attempts.enhanced, attempts.reply
		FROM attempts` + joinDeliveries},
	id: `attempts.id`, orders: map[string]order{"": newest(`attempts.id`)}, scan: scanAttempt,
	cursor: func(a domain.Attempt, _ string) cursor { return cursor{ID: a.ID} },
}

const joinDeliveries = ` JOIN deliveries ON deliveries.id = attempts.delivery_id`

// match is the condition that makes the choice.
func (q LogQuery) match(mailingID int64) part {
	match := part{text: ` FROM attempts`}
	if q.Q != "" {
		match.add(joinDeliveries)
	}
	match.add(` WHERE attempts.mailing_id = ?`, mailingID)
	if q.Outcome != "" {
		match.add(` AND attempts.outcome = ?`, q.Outcome)
	}
	if q.RunID != 0 {
		match.add(` AND attempts.run_id = ?`, q.RunID)
	}
	if q.Q != "" {
		match.add(` AND (casefold(deliveries.email_key) LIKE ? ESCAPE '\' OR casefold(deliveries.name) LIKE ? ESCAPE '\')`, pattern(q.Q), pattern(q.Q))
	}
	return match
}

func scanAttempt(row scanner) (domain.Attempt, error) {
	var a domain.Attempt
	err := row.Scan(&a.ID, &a.DeliveryID, &a.RunID, instant{&a.At}, &a.Recipient.Email, &a.Recipient.Name, &a.Stage,
		&a.Outcome, &a.Scope, &a.Reply.Code, &a.Reply.Enhanced, &a.Reply.Text)
	return a, err
}
