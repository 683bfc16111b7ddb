package store_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
)

// sources are the files of the store for every system, without its tests.
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

// Every statement is a query. The compiler makes one of a constant and of nothing else without a conversion, so it is enough
// to know where the conversions stand, and that nobody goes around the type.
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
	// They say constants alone, on a connection for which there is no wrapper.
	want := []string{"sqlite.go: SQLiteVersion", "sqlite.go: TruncateJournal", "sqlite.go: TruncateJournal", "sqlite.go: TruncateJournal"}
	if !slices.Equal(around, want) {
		t.Errorf("database/sql takes a text in %q; want %q", around, want)
	}
}
