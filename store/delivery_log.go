package store

import (
	"context"

	"postrider/domain"
)

// LogQuery selects the attempts of a mailing on a page, newest first.
type LogQuery struct {
	Q       string // substring of the recipient's address or name, ignoring case
	Outcome string // a domain.Outcome, or "" for all
	RunID   int64  // 0 for all
	After   string // Next of the previous page
	Per     int    // 25, 50 or 100
}

// Log returns a page of a mailing's attempts. The cost of counting grows with the log, so it counts no more than
// needed.
func (s *Store) Log(ctx context.Context, mailingID int64, q LogQuery) (Page[domain.Attempt], error) {
	return logListing.counted(ctx, s.lists, q.match(mailingID), "", q.After, q.Per)
}

var logListing = listing[domain.Attempt]{
	rows: fragment{text: `SELECT attempts.id, attempts.delivery_id, attempts.run_id, attempts.at, deliveries.email, deliveries.name,
		attempts.stage, attempts.outcome, attempts.scope, attempts.code, attempts.enhanced, attempts.reply
		FROM attempts` + joinDeliveries},
	id: `attempts.id`, orders: map[string]order{"": newest(`attempts.id`)}, scan: scanAttempt,
	cursor: func(a domain.Attempt, _ string) cursor { return cursor{ID: a.ID} },
}

const joinDeliveries = ` JOIN deliveries ON deliveries.id = attempts.delivery_id`

// match is the query's condition.
func (q LogQuery) match(mailingID int64) fragment {
	match := fragment{text: ` FROM attempts`}
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
