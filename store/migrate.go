package store

import (
	"context"
	"errors"

	"github.com/pressly/goose/v3"

	"postrider/migrations"
)

// repairEarly brings a file made by one of the first versions to what its migrations say today, before later ones run.
// 00001 was edited twice after its release, so such files lack what it creates now; and 00006 was released before 00002
// to 00004. The order of columns ends up as in a new file, because a later migration may copy a whole table.
func (s *Store) repairEarly(ctx context.Context, p *goose.Provider) error {
	has := func(one query) (found bool, err error) {
		err = s.write.row(ctx, `SELECT EXISTS (`+one+`)`).Scan(&found)
		return found, err
	}
	made, err := has(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'clients'`)
	if err != nil || !made {
		return err
	}
	marks, err := has(`SELECT 1 FROM pragma_table_info('clients') WHERE name = 'undeliverable_at'`)
	if err == nil && !marks {
		err = s.execute(ctx, clientsWithMarks...)
	}
	if err != nil {
		return err
	}
	counts, err := has(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'sent_days'`)
	if err == nil && !counts {
		err = s.execute(ctx, `CREATE TABLE sent_days (day INTEGER PRIMARY KEY, sent INTEGER NOT NULL) STRICT`)
	}
	if err != nil {
		return err
	}
	early, err := has(`SELECT 1 FROM pragma_table_info('teams') WHERE name = 'clients'
		AND NOT EXISTS (SELECT 1 FROM pragma_table_info('teams') WHERE name = 'max_clients')`)
	if err == nil && early {
		_, err = p.ApplyVersion(ctx, 6, false) // it contains only counts, which are recomputed when it runs in order
	}
	return err
}

// clientsWithMarks recreates the clients table with the columns that were later added to 00001, in their place.
var clientsWithMarks = []query{
	`CREATE TABLE new_clients (
		id         INTEGER PRIMARY KEY,
		team_id    INTEGER NOT NULL REFERENCES teams (id),
		email      TEXT    NOT NULL,
		envelope   TEXT    NOT NULL,
		email_key  TEXT    NOT NULL,
		full_name  TEXT    NOT NULL,
		comment    TEXT    NOT NULL,
		search     TEXT    NOT NULL,
		undeliverable_at  INTEGER,
		undeliverable_why TEXT NOT NULL DEFAULT '',
		version    INTEGER NOT NULL DEFAULT 1,
		created_at INTEGER NOT NULL,
		updated_at INTEGER NOT NULL,
		UNIQUE (team_id, email_key)
	) STRICT`,
	`INSERT INTO new_clients (id, team_id, email, envelope, email_key, full_name, comment, search, version, created_at, updated_at)
		SELECT id, team_id, email, envelope, email_key, full_name, comment, search, version, created_at, updated_at FROM clients ORDER BY id`,
	`DROP TABLE clients`,
	`ALTER TABLE new_clients RENAME TO clients`,
	`CREATE INDEX clients_id ON clients (team_id, id)`,
	`CREATE INDEX clients_name ON clients (team_id, full_name, id)`,
}

// execute runs statements in one transaction, without foreign keys, because dropping a table would otherwise delete
// what refers to it (SQLite, "Making Other Kinds Of Table Schema Changes"). It turns them back on before it returns.
func (s *Store) execute(ctx context.Context, statements ...query) (err error) {
	if _, err := s.write.exec(ctx, `PRAGMA foreign_keys = OFF`); err != nil { // the only connection that writes
		return err
	}
	defer func() {
		_, on := s.write.exec(context.WithoutCancel(ctx), `PRAGMA foreign_keys = ON`)
		err = errors.Join(err, on)
	}()
	return s.tx(ctx, func(tx transaction) error {
		for _, statement := range statements {
			if _, err := tx.exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) migrate(ctx context.Context) error {
	// Before 00009, numbers were released out of order. A test makes sure that this does not happen again.
	p, err := goose.NewProvider(goose.DialectSQLite3, s.write.raw, migrations.Files, goose.WithAllowOutofOrder(true))
	if err != nil {
		return err
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if current > target {
		return ErrNewer
	}
	s.made = current == 0
	if err := s.repairEarly(ctx, p); err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}
