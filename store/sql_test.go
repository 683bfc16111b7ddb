package store_test

import (
	"go/build"
	"os"
	"strings"
	"testing"
)

// No Sprintf of input into SQL, and no concatenation: what a query says is written in the source.
func TestNoInputBecomesSQL(t *testing.T) {
	exports := exported(t)
	t.Run("in this package", func(t *testing.T) {
		entries, err := os.ReadDir(".")
		if err != nil {
			t.Fatal(err)
		}
		sources := map[string]string{}
		for _, e := range entries {
			if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
				if built, err := build.Default.MatchFile(".", name); err != nil || !built { // for another system
					continue
				}
				text, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				sources[name] = string(text)
			}
		}
		c := parsed(t, sources, exports)
		all := c.queries()
		if len(all) < 100 {
			t.Errorf("only %d queries were found", len(all))
		}
		for _, q := range all {
			if !c.fixed(q) {
				t.Errorf("%s: this query is not made of constants alone", c.set.Position(q.Pos()))
			}
		}
	})
	for body, fixed := range map[string]bool{
		`db.Query("SELECT 1")`:                                                               true,
		`const a = "x"; db.Query("SELECT " + a + table)`:                                     true,
		`db.Query("SELECT " + in)`:                                                           false,
		`db.Query(in)`:                                                                       false,
		`q := "SELECT 1"; if n > 1 { q += " LIMIT 1" }; db.Query(q)`:                         true,
		`q := "SELECT 1"; if n > 1 { q += in }; db.Query(q)`:                                 false,
		`db.Query(fmt.Sprintf("SELECT $%d", n))`:                                             true,
		`db.Query(fmt.Sprintf("SELECT %s", in))`:                                             false,
		`db.Query(fmt.Sprintf("SELECT %d", in))`:                                             false,
		`db.Query(fmt.Sprintf(in, n))`:                                                       false,
		`db.Query("SELECT 1" + sorts[in])`:                                                   true,
		`s, ok := sorts[in]; if !ok { s = "" }; db.Query("SELECT 1" + s)`:                    true,
		`s, ok := rows[in]; if !ok { return }; db.Query(s.order)`:                            true,
		`s, ok := rows[in]; if !ok { s.order = in }; t := s; t = row{in}; db.Query(t.order)`: false,
		`s, err := made(in); if err { return }; db.Query(s)`:                                 true,
		`db.Query(passed(in))`:                                                               false,
		`var q string; q = strings.ToLower(in); db.Query(q)`:                                 false,
		`for _, s := range []string{"SELECT 1", "SELECT 2"} { db.Query(s) }`:                 true,
		`for _, s := range []string{"SELECT 1", in} { db.Query(s) }`:                         false,
		`var q string; db.Query(q)`:                                                          false,
		`s, ok := rows[in]; if !ok { s.order = in }; db.Query(s.order)`:                      false,
		`add := func(s string) { db.Query(s) }; add("a"); add("b")`:                          true,
		`add := func(s string) { db.Query(s) }; add("a"); add(in)`:                           false,
		`func(s string) { db.Query(s) }(in)`:                                                 false,
		`db.Query("SELECT $1", in)`:                                                          true,
	} {
		t.Run(body, func(t *testing.T) {
			source := `package store; import ("database/sql"; "fmt"; "strings"); const table = "t"; type row struct{ order string }
				var sorts = map[string]string{"a": " ORDER BY a", "b": "ORDER BY " + table}; var rows = map[string]row{"a": {"b"}, "c": {order: "d"}}
				func made(in string) (string, bool) { s := "a"; if in == "" { return "b", true }; return s, false }
				func passed(in string) string { return strings.ToLower(in) }
				func do(db *sql.DB, in string, n int) { ` + body + `; _, _ = fmt.Sprint(passed(in)), rows[""].order; made(in) }`
			c := parsed(t, map[string]string{"x.go": source}, exports)
			all := c.queries()
			if len(all) != 1 || c.fixed(all[0]) != fixed {
				t.Errorf("%d queries; want it to be fixed: %v", len(all), fixed)
			}
		})
	}
}
