package store_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"postrider/store"
	"postrider/store/storetest"
)

const releasedDir = "testdata/released"

// wholeSchema is the text of everything that a file is made of, without comments and white space.
func wholeSchema(t *testing.T, path string) (all []string) {
	t.Helper()
	db, _ := migrator(t, path)
	comments, spaces := regexp.MustCompile(`--[^\n]*`), regexp.MustCompile(`\s+`)
	for _, text := range texts(t, db, `SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema
		WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name`) {
		text = spaces.ReplaceAllString(comments.ReplaceAllString(text, ""), " ")
		all = append(all, strings.NewReplacer("( ", "(", " )", ")", " ,", ",", `"`, "").Replace(text))
	}
	return all
}

// contents is what people and the service have written into a file, in columns that every version has.
func contents(t *testing.T, path string) (all []string) {
	t.Helper()
	db, _ := migrator(t, path)
	for _, query := range []string{
		`SELECT 'team ' || id || name FROM teams ORDER BY id`,
		`SELECT 'user ' || id || email || name || role || team_id || password_hash || time_zone FROM users ORDER BY id`,
		`SELECT 'client ' || id || team_id || email || envelope || email_key || full_name || comment || search || version || created_at FROM clients ORDER BY id`,
		`SELECT 'message ' || id || subject || body FROM messages ORDER BY id`,
		`SELECT 'mailing ' || id || name || audience || starts_at || ends_at || time_zone || status || coalesce(next_at, '') || ran FROM mailings ORDER BY id`,
		`SELECT 'picked ' || mailing_id || ' ' || client_id FROM mailing_clients ORDER BY mailing_id, client_id`,
		`SELECT 'run ' || id || state || recipients || ' ' || sent || ' ' || failed || deadline || subject || key FROM runs ORDER BY id`,
		`SELECT 'delivery ' || id || run_id || ' ' || coalesce(client_id, '') || email || state || on_wire || epoch || next_at FROM deliveries ORDER BY id`,
		`SELECT 'attempt ' || id || ' ' || delivery_id || outcome || reply FROM attempts ORDER BY id`,
		`SELECT 'setting ' || name || hex(value) FROM settings ORDER BY name`,
		`SELECT 'letter ' || id || email || subject || state FROM outbox ORDER BY id`,
	} {
		all = append(all, texts(t, db, query)...)
	}
	return all
}

// TestReleased opens a database of every schema that was ever released, each as a kill in the middle of a run left it.
func TestReleased(t *testing.T) {
	fresh := filepath.Join(t.TempDir(), "fresh.db")
	storetest.OpenAt(t, fresh)
	want := wholeSchema(t, fresh)
	for _, name := range storetest.Released(t, releasedDir) {
		check := func(t *testing.T, path string, before []string) {
			s, err := store.Open(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := s.CheckIntegrity(t.Context()); err != nil {
				t.Error(err)
			}
			db, _ := migrator(t, path)
			if broken := texts(t, db, `SELECT "table" || ' ' || rowid FROM pragma_foreign_key_check`); len(broken) > 0 {
				t.Errorf("rows that refer to nothing: %v", broken)
			}
			got := wholeSchema(t, path)
			for _, one := range got {
				if !slices.Contains(want, one) {
					t.Errorf("a new file has no %s", one)
				}
			}
			if len(got) != len(want) {
				t.Errorf("its schema has %d things, that of a new file %d", len(got), len(want))
			}
			if got := contents(t, path); !slices.Equal(got, before) {
				t.Errorf("it held\n%s\nand holds\n%s", strings.Join(before, "\n"), strings.Join(got, "\n"))
			}
			if len(before) < 80 {
				t.Errorf("it holds %d rows only", len(before))
			}
			ann, err := s.UserByEmail(t.Context(), "ann@example.com")
			if err != nil {
				t.Fatal(err)
			}
			if c := storetest.Client(t, s, ann.TeamID, "new@example.com"); c.ID != 26 {
				t.Errorf("the next client is %d", c.ID)
			}
			if size := texts(t, db, `SELECT clients || ' clients' FROM teams ORDER BY id`); !slices.Equal(size, []string{"1 clients", "25 clients"}) {
				t.Errorf("the teams have %v", size)
			}
		}
		t.Run(name, func(t *testing.T) {
			path := storetest.Unpack(t, releasedDir, name)
			check(t, path, contents(t, path))
		})
		t.Run(name+", which an earlier version has tried to bring up to date", func(t *testing.T) {
			path := storetest.Unpack(t, releasedDir, name)
			before := contents(t, path)
			db, p := migrator(t, path)
			_, _ = p.UpTo(t.Context(), 9) // as far as it gets
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			check(t, path, before)
		})
	}
}

// TestReleasedNumbers fails for a migration whose number is below one that was released before it: who has that release would
// never get it in its place.
func TestReleasedNumbers(t *testing.T) {
	names := storetest.Released(t, releasedDir)
	db, p := migrator(t, storetest.Unpack(t, releasedDir, names[len(names)-1]))
	var highest int64
	if err := db.QueryRowContext(t.Context(), `SELECT max(version_id) FROM goose_db_version`).Scan(&highest); err != nil {
		t.Fatal(err)
	}
	for _, m := range p.ListSources() {
		var applied bool
		err := db.QueryRowContext(t.Context(), `SELECT EXISTS (SELECT 1 FROM goose_db_version WHERE version_id = $1)`, m.Version).Scan(&applied)
		if err != nil || !applied && m.Version < highest {
			t.Errorf("%s has a number below %d, which was released before it (%v)", m.Path, highest, err)
		}
	}
}
