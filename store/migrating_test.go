package store_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"

	"postrider/domain"
	"postrider/migrations"
	"postrider/store"
	"postrider/store/storetest"
)

// migrator is the schema of a file, to be moved up and down.
func migrator(t *testing.T, path string) (*sql.DB, *goose.Provider) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	p, err := goose.NewProvider(goose.DialectSQLite3, db, migrations.Files)
	if err != nil {
		t.Fatal(err)
	}
	return db, p
}

// schema is what a file is made of: the columns of each table, and every index and trigger.
func schema(t *testing.T, db *sql.DB) (all []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT t.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || coalesce(c.dflt_value, '')
		FROM sqlite_schema AS t, pragma_table_xinfo(t.name) AS c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
		UNION ALL SELECT type || ' ' || name || ' ' || sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}

func TestMigrations(t *testing.T) {
	t.Run("go down one by one and up again, and keep what there is", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "postrider.db")
		s := storetest.OpenAt(t, path)
		u := storetest.User(t, s, "ann@example.com")
		full(t, s, u)
		before := counted(t, path)
		db, p := migrator(t, path)
		want := fmt.Sprint(schema(t, db))
		for _, m := range p.ListSources() {
			if m.Version == 1 { // before it there is nothing
				continue
			}
			if _, err := p.DownTo(t.Context(), m.Version-1); err != nil {
				t.Fatalf("down from %d: %v", m.Version, err)
			}
			if _, err := p.Up(t.Context()); err != nil {
				t.Fatalf("up from %d: %v", m.Version-1, err)
			}
			if got := fmt.Sprint(schema(t, db)); got != want {
				t.Errorf("down to %d and up again the schema is\n%s\nbut was\n%s", m.Version-1, got, want)
			}
		}
		after := counted(t, path)
		for table, n := range before {
			if table != "invitations" && table != "team_days" && after[table] != n {
				t.Errorf("%s had %d rows and has %d", table, n, after[table])
			}
		}
		if _, err := p.DownTo(t.Context(), 0); err != nil {
			t.Errorf("down to nothing: %v", err)
		}
	})
	t.Run("bring a file of version 6 up to date", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "postrider.db")
		db, p := migrator(t, path)
		if _, err := p.UpTo(t.Context(), 6); err != nil {
			t.Fatal(err)
		}
		for _, row := range []string{
			`INSERT INTO teams (id, name, created_at) VALUES (3, 'Bakery', 1)`,
			`INSERT INTO users (id, team_id, email, email_key, name, role, language, time_zone, password_hash, verified_at, created_at)
				VALUES (7, 3, 'ann@example.com', 'ann@example.com', 'Ann', 'admin', 'en', 'UTC', 'x', 1, 1)`,
			`INSERT INTO audit (at, actor_id, actor, address, action, subject, detail) VALUES (1, 9, 'gone@example.com', '', 'sign-in', '', '')`,
			`INSERT INTO sessions (hash, user_id, kept, agent, address, created_at, seen_at) VALUES (x'00', 7, '{}', '', '', 1, 1)`,
			`INSERT INTO clients (id, team_id, email, envelope, email_key, full_name, comment, search, created_at, updated_at)
				VALUES (5, 3, 'one@example.com', 'one@example.com', 'one@example.com', '', '', '', 1, 1)`,
		} {
			if _, err := db.ExecContext(t.Context(), row); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		s := storetest.OpenAt(t, path)
		if err := s.CheckIntegrity(t.Context()); err != nil {
			t.Error(err)
		}
		ann, err := s.User(t.Context(), 7)
		if err != nil || !ann.PasswordAt.IsZero() || ann.TeamID != 3 {
			t.Errorf("the user is %+v, %v", ann, err)
		}
		in := domain.Session{UserID: 7, CreatedAt: now, SeenAt: now}
		if err := s.CreateSession(t.Context(), store.NewToken(), in); err != nil {
			t.Errorf("signing in: %v", err)
		}
		if u := storetest.User(t, s, "new@example.com"); u.ID != 10 || u.TeamID != 4 {
			t.Errorf("the next user is %d of team %d", u.ID, u.TeamID)
		}
		if c := storetest.Client(t, s, 3, "two@example.com"); c.ID != 6 {
			t.Errorf("the next client is %d", c.ID)
		}
		if team, err := s.Team(t.Context(), 3); err != nil || team.Name != "Bakery" {
			t.Errorf("the team is %+v, %v", team, err)
		}
	})
}

func TestIDs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "postrider.db")
	s := storetest.OpenAt(t, path)
	highest := func() map[string]int64 {
		db, _ := migrator(t, path)
		all := map[string]int64{}
		for _, table := range []string{"teams", "users", "clients", "messages", "mailings", "runs", "deliveries"} {
			var id int64
			if err := db.QueryRowContext(t.Context(), `SELECT coalesce(max(id), 0) FROM `+table).Scan(&id); err != nil {
				t.Fatal(err)
			}
			all[table] = id
		}
		return all
	}
	ann, by := person(t, s, "ann@example.com", domain.RoleUser)
	full(t, s, ann)
	before := highest()
	if err := s.DeleteAccount(t.Context(), by, store.Leaving{Email: ann.Email, Password: storetest.Password}, now); err != nil {
		t.Fatal(err)
	}
	for more := true; more; {
		var err error
		if more, err = s.DeleteSome(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	bob, _ := person(t, s, "bob@example.com", domain.RoleUser)
	full(t, s, bob)
	for table, id := range highest() {
		if id < 2*before[table] {
			t.Errorf("%s: ids up to %d were deleted, and as many new ones go up to %d", table, before[table], id)
		}
	}
}
