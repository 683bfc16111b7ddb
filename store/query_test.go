package store_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sources are the source files of the store for all systems, without tests.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*ast.File{}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = f
	}
	return files
}

// Every statement is a query. The compiler converts only constants to that type by itself, so it is enough to know
// where the conversions are, and that nothing bypasses the type.
func TestNoInputBecomesSQL(t *testing.T) {
	raw := []string{"Exec", "ExecContext", "Query", "QueryContext", "QueryRow", "QueryRowContext", "Prepare", "PrepareContext"}
	var converts, around []string
	for name, f := range sources(t) {
		for _, d := range f.Decls {
			in := name
			if fn, ok := d.(*ast.FuncDecl); ok {
				in += ": " + fn.Name.Name
			}
			ast.Inspect(d, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				switch fun := call.Fun.(type) {
				case *ast.Ident:
					if fun.Name == "query" {
						converts = append(converts, in)
					}
				case *ast.SelectorExpr:
					if slices.Contains(raw, fun.Sel.Name) && name != "query.go" {
						around = append(around, in)
					}
				}
				return true
			})
		}
	}
	slices.Sort(converts)
	slices.Sort(around)
	if want := []string{"query.go: addIDs", "query.go: numbered"}; !slices.Equal(converts, want) {
		t.Errorf("a text is converted to a query in %q; want %q", converts, want)
	}
	// These run only constants, on a connection that has no wrapper.
	want := []string{"sqlite.go: SQLiteVersion", "sqlite.go: TruncateJournal", "sqlite.go: TruncateJournal", "sqlite.go: TruncateJournal"}
	if !slices.Equal(around, want) {
		t.Errorf("database/sql takes a text in %q; want %q", around, want)
	}
}

// What only SQLite understands, or understands differently, and what to write instead.
var notPortable = map[string]string{
	`(?i)\bpragma|\bsqlite_|\browid\b|\bautoincrement\b|\bwithout rowid\b`:  "sqlite.go",
	`(?i)\b(max|min)\((?:[^(),]|\([^()]*\))*,`:                              "CASE: with two arguments these are no aggregates elsewhere",
	`(?i)\bjson_|\bjson\(`:                                                  "fragment.addIDs, or rows",
	`(?i)\bgroup_concat\b`:                                                  "string_agg",
	`(?i)\b(strftime|datetime|julianday|unixepoch)\b`:                       "a time from Go",
	`(?i)\b(ifnull|iif|instr|printf|format|glob|total|char)\(`:              "coalesce, CASE, strpos",
	`(?i)\b(randomblob|hex|typeof|last_insert_rowid|changes)\(`:             "Go, or RETURNING",
	`(?i)\b(insert|replace) or\b|\breplace into\b`:                          "ON CONFLICT",
	`(?i)\bis (not )?(\$|\?|'|[0-9])`:                                       "IS NOT DISTINCT FROM",
	`(?i)select (coalesce\()?max\(id\)(, 0\))? from (outbox|letter_counts)`: "RETURNING id",
	`(?i)where \$1 (=|>) (\$1|0)`:                                           "an argument for each query, not one bent to be shared",
	`(?i)\b(on_wire|manual|ran) *(=|<>|\+) *[01]\b|\+ on_wire\b`:            "TRUE and FALSE",
	`(?i)\bas integer\)`:                                                    "BIGINT, which holds milliseconds everywhere",
	"(?i)[`\"]\\w+[`\"]\\s*=|==":                                            "=",
}

// The same text should run on PostgreSQL.
func TestStatementsArePortable(t *testing.T) {
	for name, f := range sources(t) {
		if strings.HasPrefix(name, "sqlite") || name == "migrate.go" {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING || !strings.HasPrefix(lit.Value, "`") {
				return true
			}
			for pattern, instead := range notPortable {
				if found := regexp.MustCompile(pattern).FindString(strings.Trim(lit.Value, "`")); found != "" {
					t.Errorf("%s: %q: write %s", name, found, instead)
				}
			}
			return true
		})
	}
}
