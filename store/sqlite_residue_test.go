package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

// marked matches marks like mark-00042-, of deleted rows and of rows that stay, whose marks have the prefix "kept-".
var marked = regexp.MustCompile(`mark-\d{5}-`)

// remains is how many marks of deleted rows are in a database file or its write-ahead log.
func remains(t *testing.T, path string) int {
	t.Helper()
	all := map[string]bool{}
	for _, name := range []string{path, path + "-wal"} {
		data, err := os.ReadFile(name)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		for _, mark := range marked.FindAll(data, -1) {
			all[string(mark)] = true
		}
	}
	return len(all)
}

// restless creates and deletes many rows in one transaction on its own connection, in an order that makes SQLite split
// and join pages. Some rows are long. Those whose mark has the prefix "kept-" stay.
func restless(t *testing.T, path, pragma string, teamID int64, seed uint64) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma="+pragma)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	exec := func(query string, args ...any) {
		if _, err := tx.Exec(query, args...); err != nil {
			t.Fatal(err)
		}
	}
	chance := rand.New(rand.NewPCG(seed, 1))
	for i := range 3000 {
		mark := fmt.Sprintf("mark-%05d-", i)
		if i%3 == 0 {
			mark = fmt.Sprintf("kept-%05d-", i)
		}
		name := fmt.Sprintf("%04d %s", chance.IntN(10000), mark)
		comment := strings.Repeat(mark, chance.IntN(1+600*(i%50/49)))
		exec(`INSERT INTO clients (team_id, email, envelope, email_key, full_name, comment, search, created_at, updated_at)
			VALUES ($1, $2, $2, $2, $3, $4, $3, 1, 1)`, teamID, fmt.Sprintf("%04d%s@example.com", chance.IntN(10000), mark), name, comment)
		if i%7 == 0 {
			exec(`DELETE FROM clients WHERE id = (SELECT id FROM clients WHERE full_name LIKE '%mark%' ORDER BY id LIMIT 1)`)
		}
	}
	exec(`DELETE FROM clients WHERE full_name LIKE '%mark%'`)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

func TestSecurityResidue(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pragma string
		least  int // marks expected before the wipe
	}{
		"copies that SQLite leaves when it moves rows":              {"secure_delete(1)", 1},
		"rows that an older version deleted without secure_delete":  {"secure_delete(0)", 1000},
		"rows deleted by a program that overwrites only some pages": {"secure_delete(FAST)", 1},
	} {
		t.Run(name+" are wiped, and everything else stays", func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(2) {
				path := filepath.Join(t.TempDir(), "postrider.db")
				s := storetest.OpenAt(t, path)
				u := storetest.User(t, s, "ann@example.com")
				restless(t, path, c.pragma, u.TeamID, seed)
				truncate(t, s)
				if n := remains(t, path); n < c.least {
					t.Fatalf("only %d marks are there before: the test shows nothing", n)
				}
				kept := dump(t, path)
				if done, err := s.WipeResidue(t.Context()); err != nil || !done {
					t.Fatal(done, err)
				}
				truncate(t, s)
				if n := remains(t, path); n > 0 {
					t.Errorf("%d marks are left", n)
				}
				storetest.CheckIntegrity(t, path)
				if got := dump(t, path); got != kept {
					t.Error("the rows are not the same")
				}
				if done, err := s.WipeResidue(t.Context()); err != nil || done {
					t.Errorf("with nothing deleted since, it was done again: %v, %v", done, err)
				}
				restless(t, path, c.pragma, u.TeamID, seed+10) // the file still works
				storetest.CheckIntegrity(t, path)
			}
		})
	}
	t.Run("is wiped while others write", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "postrider.db")
		s := storetest.OpenAt(t, path)
		u := storetest.User(t, s, "ann@example.com")
		restless(t, path, "secure_delete(0)", u.TeamID, 7)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			for i := 0; ; i++ {
				_, err := s.CreateClient(t.Context(), domain.CommandLineActor(), domain.Client{TeamID: u.TeamID, Email: fmt.Sprintf("kept%d@example.com", i)}, now)
				if err != nil || ctx.Err() != nil {
					ended <- err
					return
				}
			}
		}()
		_, err := s.WipeResidue(t.Context())
		cancel()
		if writing := <-ended; err != nil || writing != nil {
			t.Fatal(err, writing)
		}
		truncate(t, s)
		if n := remains(t, path); n > 0 {
			t.Errorf("%d marks are left", n)
		}
		storetest.CheckIntegrity(t, path)
	})
	t.Run("is wiped when the file is closed, including what older versions left", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "postrider.db")
		s, err := store.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		u := storetest.User(t, s, "ann@example.com")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		db, p := migrator(t, path)
		if _, err := p.DownTo(t.Context(), 9); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		restless(t, path, "secure_delete(0)", u.TeamID, 3)
		if remains(t, path) < 1000 {
			t.Fatal("nothing is there before: the test shows nothing")
		}
		if s, err = store.Open(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if n := remains(t, path); n > 0 {
			t.Errorf("%d marks are left", n)
		}
	})
}

func truncate(t *testing.T, s *store.Store) {
	t.Helper()
	if done, err := s.TruncateJournal(t.Context()); err != nil || !done {
		t.Fatalf("the journal is not truncated: %v, %v", done, err)
	}
}

// dump is every client of a file, with what its indexes contain.
func dump(t *testing.T, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var all bytes.Buffer
	for _, query := range []string{`SELECT id || email || full_name || comment || search FROM clients ORDER BY id`,
		`SELECT email_key FROM clients ORDER BY email_key`, `SELECT full_name || id FROM clients ORDER BY team_id, full_name, id`} {
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var one string
			if err := rows.Scan(&one); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(&all, one)
		}
		rows.Close()
	}
	return all.String()
}

func TestJournal(t *testing.T) {
	t.Parallel()
	t.Run("is empty once truncated, and its content is in the file", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "postrider.db")
		s := storetest.OpenAt(t, path)
		storetest.User(t, s, "mark-00001-@example.com")
		if j, err := s.Journal(); err != nil || j.Size == 0 || j.At.IsZero() {
			t.Fatalf("%+v, %v", j, err)
		}
		truncate(t, s)
		if j, err := s.Journal(); err != nil || j.Size != 0 {
			t.Errorf("%+v, %v", j, err)
		}
		if data, err := os.ReadFile(path); err != nil || !bytes.Contains(data, []byte("mark-00001-")) {
			t.Error("the file does not hold it", err)
		}
	})
	t.Run("is left alone while someone reads from it, and nobody waits", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "postrider.db")
		s := storetest.OpenAt(t, path)
		u := storetest.User(t, s, "ann@example.com")
		db, err := sql.Open("sqlite", "file:"+path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		reading, err := db.Begin()
		if err != nil {
			t.Fatal(err)
		}
		var n int
		if err := reading.QueryRow(`SELECT count(*) FROM clients`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		storetest.Client(t, s, u.TeamID, "later@example.com")
		if done, err := s.TruncateJournal(t.Context()); err != nil || done {
			t.Errorf("done: %v, %v", done, err)
		}
		storetest.Client(t, s, u.TeamID, "last@example.com")
		if err := reading.Rollback(); err != nil {
			t.Fatal(err)
		}
		truncate(t, s)
	})
	t.Run("of a killed process is emptied at the next start", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "postrider.db")
		s := storetest.OpenAt(t, path)
		storetest.User(t, s, "ann@example.com")
		copied := filepath.Join(t.TempDir(), "postrider.db") // as the killed process left it
		for _, end := range []string{"", "-wal"} {
			data, err := os.ReadFile(path + end)
			if err == nil {
				err = os.WriteFile(copied+end, data, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		next := storetest.OpenAt(t, copied)
		if j, err := next.Journal(); err != nil || j.Size != 0 {
			t.Errorf("%+v, %v", j, err)
		}
		if _, err := next.UserByEmail(t.Context(), "ann@example.com"); err != nil {
			t.Error(err)
		}
	})
}

// raw is the content of a database file and its write-ahead log.
func raw(t *testing.T, path string) string {
	t.Helper()
	var all strings.Builder
	for _, name := range []string{path, path + "-wal"} {
		data, err := os.ReadFile(name)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		all.Write(data)
	}
	return all.String()
}
