package store_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

const releasedDir = "testdata/released"

// wholeSchema is the SQL of everything in a file's schema, without comments and white space.
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

// contents is what people and the service have written to a file, in columns that every version has.
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

// TestReleased opens a database of every schema ever released, each left behind by a kill in the middle of a run.
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
			storetest.CheckIntegrity(t, path)
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
		t.Run(name+" after a failed upgrade by an earlier version", func(t *testing.T) {
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

// TestReleasedNumbers fails for a migration with a lower number than a released one: users of that release would get it
// out of order.
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

// before10 is a file of version 9 with everything that version 10 changes: keys folded over all of Unicode, teams of
// several people, and an invitation whose link has the token of its letter.
func before10(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "postrider.db")
	db, p := migrator(t, path)
	if _, err := p.UpTo(t.Context(), 9); err != nil {
		t.Fatal(err)
	}
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
	user := func(id, team int64, email, key string, verified, blocked any) {
		t.Helper()
		exec(`INSERT INTO users (id, team_id, email, email_key, name, role, language, time_zone, password_hash, verified_at, blocked_at, created_at)
			VALUES ($1, $2, $3, $4, '', 'user', 'en', 'UTC', $5, $6, $7, 1)`, id, team, email, key, storetest.PasswordHash, verified, blocked)
	}
	for id := range 4 {
		exec(`INSERT INTO teams (id, name, created_at) VALUES ($1, 'Team', 1)`, id+1)
	}
	user(1, 1, "M\u0130ke@B\u00dcCHER.example", "mike@xn--bcher-kva.example", 1, nil)
	user(2, 1, "Ann@Example.com", "ann@example.com", 1, nil)
	user(3, 2, "blocked@example.com", "blocked@example.com", 1, 1) // the earliest of all, but blocked
	user(4, 2, "waiting@example.com", "waiting@example.com", nil, nil)
	user(5, 2, "founder@example.com", "founder@example.com", 1, nil)
	user(6, 3, "older@example.com", "older@example.com", 1, nil) // came by an invitation
	user(7, 3, "host@example.com", "host@example.com", 1, nil)
	user(8, 4, "alone@example.com", "alone@example.com", nil, nil)
	exec(`INSERT INTO audit (at, actor_id, actor, address, action, subject, detail) VALUES (1, 6, 'older@example.com', '', 'team joined', '', '')`)
	const kelvin = "\u212aate@example.com"
	exec(`INSERT INTO invitations (team_id, invited_by, email, email_key, hash, created_at, expires_at)
		VALUES (1, 2, $1, 'kate@example.com', $2, 1, $3)`, kelvin, store.HashForTest("token"), now.UnixMilli()+1)
	for i, email := range []string{kelvin, kelvin, "Kate@example.com"} {
		exec(`INSERT INTO clients (id, team_id, email, envelope, email_key, full_name, comment, search, created_at, updated_at)
			VALUES ($1, $1, $2, $2, 'kate@example.com', '', '', '', 1, 1)`, i+1, email)
	}
	exec(`INSERT INTO messages (id, team_id, subject, body, search, created_at, updated_at) VALUES (1, 1, '', '', '', 1, 1)`)
	exec(`INSERT INTO mailings (id, team_id, name, message_id, audience, starts_at, ends_at, time_zone, periodicity, status, search, created_at, updated_at)
		VALUES (1, 1, '', 1, 'all', '2026-03-10T11:00', '', 'UTC', 'once', 'created', '', 1, 1)`)
	exec(`INSERT INTO runs (id, mailing_id, team_id, key, state, manual, scheduled_at, deadline, sender, subject, body, audience)
		VALUES (1, 1, 1, '', 'done', 0, 1, 1, '', '', '', 'all')`)
	exec(`INSERT INTO deliveries (id, run_id, email, email_key, name, state, next_at) VALUES (1, 1, $1, 'kate@example.com', '', 'sent', 1)`, kelvin)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMigrationToOwners(t *testing.T) {
	path := before10(t)
	s := storetest.OpenAt(t, path)
	storetest.CheckIntegrity(t, path)
	t.Run("recomputes keys with less folding, so that namesakes become different people", func(t *testing.T) {
		db, _ := migrator(t, path)
		for query, want := range map[string]string{
			`SELECT email_key FROM users WHERE id = 1`:                                      "m\u0130ke@xn--bcher-kva.example",
			`SELECT email_key FROM users WHERE id = 2`:                                      "ann@example.com",
			`SELECT email_key FROM invitations`:                                             "\u212aate@example.com",
			`SELECT group_concat(email_key, ' ') FROM clients WHERE id < 3`:                 "\u212aate@example.com \u212aate@example.com",
			`SELECT email_key FROM clients WHERE id = 3`:                                    "kate@example.com",
			`SELECT email_key FROM deliveries`:                                              "\u212aate@example.com",
			`SELECT total - (SELECT count(DISTINCT email_key) FROM clients) FROM addresses`: "0",
		} {
			var got string
			if err := db.QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != want {
				t.Errorf("%s is %q, %v", query, got, err)
			}
		}
		if _, err := s.SignIn(t.Context(), store.Origin{}, "m\u0130ke@b\u00fccher.example", storetest.Password, now); err != nil {
			t.Errorf("the owner of the address: %v", err)
		}
		if _, err := s.SignIn(t.Context(), store.Origin{}, "mike@b\u00fccher.example", storetest.Password, now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the namesake: %v", err)
		}
		storetest.User(t, s, "mike@b\u00fccher.example")
		if _, err := s.CreateClient(t.Context(), domain.CommandLineActor(), domain.Client{TeamID: 1, Email: "kate@example.com"}, now); err != nil {
			t.Errorf("the namesake of a client: %v", err)
		}
	})
	t.Run("gives each team its most likely owner", func(t *testing.T) {
		for team, want := range map[int64]int64{1: 1, 2: 5, 3: 7, 4: 8} {
			if got, err := s.Team(t.Context(), team); err != nil || got.OwnerID != want {
				t.Errorf("team %d: %+v, %v; want %d", team, got, err, want)
			}
		}
	})
	t.Run("voids links that would prove an address the inviter could claim", func(t *testing.T) {
		i, err := s.Invitation(t.Context(), "token", now)
		if err != nil || i.Proves {
			t.Errorf("%+v, %v", i, err)
		}
	})
}

func TestMigrations(t *testing.T) {
	t.Run("go down and up again one by one, and keep all data", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "postrider.db")
		s := storetest.OpenAt(t, path)
		u := storetest.User(t, s, "ann@example.com")
		full(t, s, u)
		before := counted(t, path)
		db, p := migrator(t, path)
		want := fmt.Sprint(schema(t, db))
		for _, m := range p.ListSources() {
			if m.Version == 1 { // there is nothing before it
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
		storetest.CheckIntegrity(t, path)
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

// Text that an older version made searchable by ASCII case only is found in any case and alphabet.
func TestMigrationToFoldedSearch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "postrider.db")
	db, p := migrator(t, path)
	if _, err := p.UpTo(t.Context(), 14); err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{
		`INSERT INTO teams (id, name, created_at) VALUES (1, 'Team', 1)`,
		`INSERT INTO clients (team_id, email, envelope, email_key, full_name, comment, search, created_at, updated_at)
			VALUES (1, 'a@example.com', 'a@example.com', 'a@example.com', 'Jörg Groß', '', 'a@example.com' || char(10) || 'jörg groß' || char(10), 1, 1)`,
		`INSERT INTO messages (team_id, subject, body, search, created_at, updated_at) VALUES (1, 'Straße', 'Groß', 'straße' || char(10) || 'groß', 1, 1)`,
		`INSERT INTO posts (author, title, slug, content, image_alt, search, created_at, updated_at) VALUES ('', 'Groß', 'a', 'b', '', 'groß', 1, 1)`,
	} {
		if _, err := db.ExecContext(t.Context(), row); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s := storetest.OpenAt(t, path)
	for _, q := range []string{"GROSS", "groß"} {
		clients, err := s.Clients(t.Context(), 1, store.ClientQuery{Q: q})
		messages, err2 := s.Messages(t.Context(), 1, store.MessageQuery{Q: q})
		posts, err3 := s.Posts(t.Context(), store.PostQuery{Q: q}, now)
		if clients.Total != 1 || messages.Total != 1 || posts.Total != 1 || err != nil || err2 != nil || err3 != nil {
			t.Errorf("%q finds %d clients, %d messages, %d posts; %v, %v, %v", q, clients.Total, messages.Total, posts.Total, err, err2, err3)
		}
	}
}
