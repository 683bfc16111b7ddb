package storetest

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"postrider/domain"
)

// File gives a test direct access to the database file, to create what an older version or a damaged disk leaves
// behind, or what would take too long through the store.
type File struct {
	t  testing.TB
	db *sql.DB
}

// OpenFile opens a migrated file until the test ends. A store may have it open too.
func OpenFile(t testing.TB, path string) *File {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return &File{t: t, db: db}
}

func (f *File) exec(query string, args ...any) sql.Result {
	f.t.Helper()
	res, err := f.db.ExecContext(f.t.Context(), query, args...)
	if err != nil {
		f.t.Fatal(err)
	}
	return res
}

// conditions turns pairs of a column and its value into SQL that follows other arguments. A text with % is a LIKE
// pattern. No pairs match every row.
func conditions(args []any, where []any) (string, []any) {
	var all []string
	for i := 0; i < len(where); i += 2 {
		args = append(args, where[i+1])
		operator := "="
		if text, ok := where[i+1].(string); ok && strings.Contains(text, "%") {
			operator = "LIKE"
		}
		all = append(all, fmt.Sprintf("%s %s $%d", where[i], operator, len(args)))
	}
	if len(all) == 0 {
		return "", args
	}
	return " WHERE " + strings.Join(all, " AND "), args
}

// CheckIntegrity fails the test if SQLite finds a fault in the file at path. It reads the whole file.
func CheckIntegrity(t testing.TB, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	f := &File{t: t, db: db}
	if found := strings.Join(f.rows(`PRAGMA integrity_check`), "; "); found != "ok" {
		t.Errorf("the database is damaged: %s", found)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// Set sets a column in the rows that match: see conditions.
func (f *File) Set(table, column string, value any, where ...any) {
	f.t.Helper()
	match, args := conditions([]any{value}, where)
	f.exec(`UPDATE `+table+` SET `+column+` = $1`+match, args...)
}

// Insert adds a row and returns its id.
func (f *File) Insert(table string, row map[string]any) int64 {
	f.t.Helper()
	var columns, places []string
	var args []any
	for column, value := range row {
		args = append(args, value)
		columns, places = append(columns, column), append(places, fmt.Sprintf("$%d", len(args)))
	}
	id, err := f.exec(`INSERT INTO `+table+` (`+strings.Join(columns, ", ")+`) VALUES (`+strings.Join(places, ", ")+`)`, args...).LastInsertId()
	if err != nil {
		f.t.Fatal(err)
	}
	return id
}

// Delete deletes the rows that match: see conditions.
func (f *File) Delete(table string, where ...any) {
	f.t.Helper()
	match, args := conditions(nil, where)
	f.exec(`DELETE FROM `+table+match, args...)
}

// Count is how many rows match: see conditions.
func (f *File) Count(table string, where ...any) int {
	f.t.Helper()
	return len(f.Rows(table, "1", where...))
}

// LettersWaiting is how many system letters have not gone out yet.
func (f *File) LettersWaiting() int {
	f.t.Helper()
	return f.Count("outbox", "state", "waiting") + f.Count("outbox", "state", "claimed")
}

// Tables are the names of the tables.
func (f *File) Tables() []string {
	f.t.Helper()
	return f.rows(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
}

// Rows returns columns, or "*", of the rows that match, each row as one text with | between the values: see conditions.
func (f *File) Rows(table, columns string, where ...any) []string {
	f.t.Helper()
	match, args := conditions(nil, where)
	return f.rows(`SELECT `+columns+` FROM `+table+match, args...)
}

func (f *File) rows(query string, args ...any) (all []string) {
	f.t.Helper()
	rows, err := f.db.QueryContext(f.t.Context(), query, args...)
	if err != nil {
		f.t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		f.t.Fatal(err)
	}
	for rows.Next() {
		values, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			f.t.Fatal(err)
		}
		text := make([]string, len(columns))
		for i, v := range values {
			text[i] = fmt.Sprint(v)
		}
		all = append(all, strings.Join(text, "|"))
	}
	if err := rows.Err(); err != nil {
		f.t.Fatal(err)
	}
	return all
}

// DiskError is the database's error while Break is in effect.
const DiskError = "the disk is on fire"

// Break makes every INSERT or UPDATE of a table fail until mend is called.
func (f *File) Break(table, event string) (mend func()) {
	f.t.Helper()
	name := "broken_" + table + "_" + event
	f.exec(`CREATE TRIGGER ` + name + ` BEFORE ` + event + ` ON ` + table + ` BEGIN SELECT raise(ABORT, '` + DiskError + `'); END`)
	return func() { f.exec(`DROP TRIGGER ` + name) }
}

// Lose renames a table, so that statements no longer find it.
func (f *File) Lose(table string) {
	f.t.Helper()
	f.exec(`ALTER TABLE ` + table + ` RENAME TO lost_` + table)
}

// Lock holds the write lock, as another program would.
func (f *File) Lock() (unlock func()) {
	f.t.Helper()
	conn, err := f.db.Conn(f.t.Context())
	if err == nil {
		_, err = conn.ExecContext(f.t.Context(), `BEGIN IMMEDIATE`)
	}
	if err != nil {
		f.t.Fatal(err)
	}
	return func() {
		_, err := conn.ExecContext(f.t.Context(), `ROLLBACK`)
		if err == nil {
			err = conn.Close()
		}
		if err != nil {
			f.t.Error(err)
		}
	}
}

// AddUser adds a verified user with the password Password, who owns a new team, without hashing the password each time
// as the store would.
func (f *File) AddUser(in domain.SignUp, role domain.Role, now time.Time) (id int64) {
	f.t.Helper()
	at := now.UnixMilli()
	team := f.Insert("teams", map[string]any{"name": in.Name, "created_at": at})
	id = f.Insert("users", map[string]any{"team_id": team, "email": in.Email, "email_key": in.Email, "name": in.Name, "role": string(role),
		"language": in.Language, "time_zone": in.TimeZone, "password_hash": PasswordHash, "verified_at": at, "created_at": at})
	f.Set("teams", "owner_id", id, "id", team)
	return id
}

// AddBegun adds n unconfirmed accounts, begun0@host0.example and so on, with teams and audit log entries.
func (f *File) AddBegun(n int, now time.Time) {
	f.t.Helper()
	for _, insert := range []string{
		`INSERT INTO teams (id, name, created_at) SELECT 1000 + i, 'begun', $2 FROM counted`,
		`INSERT INTO users (id, team_id, email, email_key, name, role, language, time_zone, password_hash, created_at) SELECT 1000 + i, 1000 + i,
			printf('begun%d@host%d.example', i, i), printf('begun%d@host%d.example', i, i), 'http://evil.example', 'user', 'en', 'UTC', 'x', $2 FROM counted`,
		`INSERT INTO audit (at, actor_id, actor, address, action, subject, detail) SELECT $2, 1000 + i, '', '', 'sign-up', '', '' FROM counted`,
	} {
		f.exec(`WITH RECURSIVE counted (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM counted WHERE i + 1 < $1) `+insert, n, now.UnixMilli())
	}
}

// AddSlowClients adds n clients with the text as their searchable text.
func (f *File) AddSlowClients(teamID int64, n int, text string) {
	f.t.Helper()
	f.exec(`WITH RECURSIVE counted (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < $1)
		INSERT INTO clients (team_id, email, envelope, email_key, full_name, comment, search, created_at, updated_at)
		SELECT $2, i, i, i, '', '', $3, 1, 1 FROM counted`, n, teamID, text)
}
