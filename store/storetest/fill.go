package storetest

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// AddClients adds n clients of a team directly to the database file, in one statement: a benchmark needs a million of
// them.
func AddClients(ctx context.Context, path string, teamID int64, n int, now time.Time) error {
	return execute(ctx, path, statement{`WITH RECURSIVE counted (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < $1)
		INSERT INTO clients (team_id, email, envelope, email_key, full_name, comment, search, created_at, updated_at)
		SELECT $2, printf('client%07d@example.com', i), printf('client%07d@example.com', i),
			printf('client%07d@example.com', i), printf('Anna Schmidt %d', i), '',
			printf('client%07d@example.com anna schmidt %d', i, i), $3, $3 FROM counted`,
		[]any{n, teamID, now.UnixMilli()}})
}

// AddPosts publishes n articles with that text, an hour apart, the last one at now. Their slugs are article-1,
// article-2 and so on.
func AddPosts(ctx context.Context, path string, n int, content string, now time.Time) error {
	return execute(ctx, path, statement{`WITH RECURSIVE counted (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < $1)
		INSERT INTO posts (author, title, slug, content, image_alt, published_at, search, created_at, updated_at)
		SELECT 'Anna Schmidt', printf('Article %d', i), printf('article-%d', i), $2, '', $3 - ($1 - i) * 3600000, '', $3, $3 FROM counted`,
		[]any{n, content, now.UnixMilli()}})
}

// SendHalf marks the first half of a run's deliveries as sent, with one attempt each.
func SendHalf(ctx context.Context, path string, runID int64, now time.Time) error {
	const half = `run_id = $1 AND id <= (SELECT (min(id) + max(id)) / 2 FROM deliveries WHERE run_id = $1)`
	return execute(ctx, path,
		statement{`UPDATE deliveries SET state = 'sent', date = $2, epoch = 1 WHERE ` + half, []any{runID, now.UnixMilli()}},
		statement{`INSERT INTO attempts (delivery_id, run_id, mailing_id, at, stage, outcome, scope, code, enhanced, reply)
			SELECT deliveries.id, runs.id, runs.mailing_id, $2, 'dot', 'sent', 'recipient', 250, '2.0.0', 'Ok: queued'
			FROM runs JOIN deliveries ON deliveries.run_id = runs.id WHERE runs.id = $1 AND deliveries.state = 'sent'`,
			[]any{runID, now.UnixMilli()}},
		statement{`UPDATE runs SET sent = (SELECT count(*) FROM deliveries WHERE run_id = $1 AND state = 'sent') WHERE id = $1`,
			[]any{runID}})
}

type statement struct {
	text string
	args []any
}

// execute runs statements on the file, which must not be in use.
func execute(ctx context.Context, path string, all ...statement) (err error) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, s := range all {
		if _, err := db.ExecContext(ctx, s.text, s.args...); err != nil {
			return err
		}
	}
	return nil
}
