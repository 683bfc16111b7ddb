package store

import "context"

// statements are those that run for every letter, or for every page that strangers read. Preparing one costs more than
// running it.
type statements struct {
	claimable, claim, record, attempt, deadline, sends, onWire, giveBack, count, finish, sent, teamSent, mayGo statement
	replaced, replacedRead                                                                                     statement
	postsState, bySlug, linkBefore, linkAfter                                                                  statement
}

func (s *Store) prepareStatements(ctx context.Context) error {
	for _, one := range []struct {
		to   *statement
		db   database
		text query
	}{
		{&s.statements.claimable, s.write, `SELECT mailing_id, deadline, ` + quotaRoom + ` FROM runs WHERE ` + mayBeSent + ` AND runs.id = ?`},
		{&s.statements.claim, s.write, `UPDATE deliveries SET state = 'claimed', date = coalesce(date, $1), epoch = $2
			WHERE id IN (SELECT id FROM deliveries WHERE run_id = $3 AND state = 'waiting' AND next_at <= $1
				ORDER BY next_at, id LIMIT $4)
			RETURNING id, coalesce(client_id, 0), email, name, state, tries, uncertain, next_at, date`},
		{&s.statements.record, s.write, `UPDATE deliveries SET state = $1, next_at = $2, tries = $3, uncertain = $4, on_wire = FALSE
			WHERE id = $5 AND epoch = $6 AND state = 'claimed'`},
		{&s.statements.attempt, s.write, `INSERT INTO attempts
			(delivery_id, run_id, mailing_id, at, stage, outcome, scope, code, enhanced, reply)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`},
		{&s.statements.deadline, s.write, `SELECT deadline FROM runs WHERE id = $1`},
		{&s.statements.sends, s.write, `SELECT EXISTS (SELECT 1 FROM runs WHERE ` + mayBeSent + ` AND runs.id = ?)
			AND NOT EXISTS (SELECT 1 FROM sender WHERE epoch <> ?)`},
		{&s.statements.onWire, s.write, `UPDATE deliveries SET on_wire = TRUE WHERE id = $1 AND epoch = $2 AND state = 'claimed'`},
		{&s.statements.giveBack, s.write, `UPDATE deliveries SET state = 'waiting' WHERE id = $1 AND epoch = $2 AND state = 'claimed'`},
		{&s.statements.count, s.write, `UPDATE runs SET retrying = CASE WHEN retrying + $1 > 0 THEN retrying + $1 ELSE 0 END, sent = sent + $2, failed = failed + $3,
			expired = expired + $4, cancelled = cancelled + $5, unknown = unknown + $6 WHERE id = $7`},
		{&s.statements.finish, s.write, `UPDATE runs SET state = 'done', finished_at = $1
			WHERE id = $2 AND state = 'sending' AND recipients <= sent + failed + expired + cancelled + unknown
			RETURNING mailing_id`},
		{&s.statements.sent, s.write, `INSERT INTO sent_days (day, sent) VALUES ($1, $2)
			ON CONFLICT (day) DO UPDATE SET sent = sent_days.sent + excluded.sent`},
		{&s.statements.teamSent, s.write, `INSERT INTO team_days (team_id, day, sent) SELECT team_id, CAST($1 AS BIGINT), CAST($2 AS BIGINT) FROM runs WHERE id = $3
			ON CONFLICT (team_id, day) DO UPDATE SET sent = team_days.sent + excluded.sent`},
		{&s.statements.mayGo, s.read, `SELECT EXISTS (SELECT 1 FROM runs WHERE ` + mayBeSent + ` AND runs.id = ?)
			AND EXISTS (SELECT 1 FROM sender WHERE one = 1 AND epoch = ?)`},
		{&s.statements.replaced, s.write, `SELECT EXISTS (SELECT 1 FROM sender WHERE epoch <> $1)`},
		{&s.statements.replacedRead, s.read, `SELECT EXISTS (SELECT 1 FROM sender WHERE epoch <> $1)`},
		{&s.statements.postsState, s.read, `SELECT changes, coalesce((SELECT max(published_at) FROM posts WHERE published_at <= $1), 0)
			FROM post_changes`},
		{&s.statements.bySlug, s.read, bySlug},
		{&s.statements.linkBefore, s.read, linkBefore},
		{&s.statements.linkAfter, s.read, linkAfter},
	} {
		var err error
		if *one.to, err = one.db.prepare(ctx, fragment{text: one.text}.numbered()); err != nil {
			return err
		}
	}
	return nil
}
