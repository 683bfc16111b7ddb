package store_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/build"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"slices"
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

// code is the source of a package with the types of its expressions.
type code struct {
	t     testing.TB
	files []*ast.File
	set   *token.FileSet
	info  types.Info
	takes map[types.Object][]types.Object // the parameters of functions that nobody else can call
	seen  map[types.Object]bool           // what is being looked into
}

// parsed reads Go files; exports is where the compiler has left what the packages that they import export.
func parsed(t testing.TB, sources, exports map[string]string) *code {
	t.Helper()
	c := &code{t: t, set: token.NewFileSet(), takes: map[types.Object][]types.Object{}, seen: map[types.Object]bool{}, info: types.Info{Types: map[ast.Expr]types.TypeAndValue{},
		Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}}
	for name, text := range sources {
		f, err := parser.ParseFile(c.set, name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		c.files = append(c.files, f)
	}
	conf := types.Config{Importer: importer.ForCompiler(c.set, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })}
	if _, err := conf.Check("postrider/store", c.set, c.files, &c.info); err != nil {
		t.Fatal(err)
	}
	for _, f := range c.files {
		ast.Inspect(f, c.noteParameters)
	}
	return c
}

func (c *code) noteParameters(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncDecl:
		if !n.Name.IsExported() {
			c.takes[c.info.ObjectOf(n.Name)] = c.parameters(n.Type)
		}
	case *ast.AssignStmt:
		for i, e := range n.Rhs {
			f, isFunc := e.(*ast.FuncLit)
			if name, ok := n.Lhs[min(i, len(n.Lhs)-1)].(*ast.Ident); ok && isFunc {
				c.takes[c.info.ObjectOf(name)] = c.parameters(f.Type)
			}
		}
	}
	return true
}

func (c *code) parameters(f *ast.FuncType) (all []types.Object) {
	for _, field := range f.Params.List {
		for _, name := range field.Names {
			all = append(all, c.info.ObjectOf(name))
		}
	}
	return all
}

// exported is where the compiler has left what the packages export.
func exported(t testing.TB) map[string]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Export", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ ImportPath, Export string }
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return files
		} else if err != nil {
			t.Fatal(err)
		}
		files[p.ImportPath] = p.Export
	}
}

// queries are the texts that are given to the database.
func (c *code) queries() (all []ast.Expr) {
	takes := []string{"Query", "QueryRow", "Exec", "Prepare", "QueryContext", "QueryRowContext", "ExecContext", "PrepareContext"}
	for _, f := range c.files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || c.info.Selections[method] == nil || !slices.Contains(takes, method.Sel.Name) {
				return true
			}
			of := strings.TrimPrefix(c.info.Selections[method].Recv().String(), "*")
			if of == "database/sql.DB" || of == "database/sql.Tx" || of == "database/sql.Conn" {
				all = append(all, call.Args[strings.Count(method.Sel.Name, "Context")])
			}
			return true
		})
	}
	return all
}

// fixed reports whether the text of an expression is made of constants of the source, and of whole numbers, alone.
func (c *code) fixed(e ast.Expr) bool {
	if v := c.info.Types[e].Value; v != nil && v.Kind() != constant.Unknown {
		return true
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return c.fixed(e.X)
	case *ast.BinaryExpr:
		return e.Op == token.ADD && c.fixed(e.X) && c.fixed(e.Y)
	case *ast.CallExpr:
		return c.fixedCall(e)
	case *ast.IndexExpr: // a text of a table
		return c.fixed(e.X)
	case *ast.SelectorExpr: // a text of a row
		return c.fixed(e.X)
	case *ast.Ident:
		return c.fixedName(c.info.ObjectOf(e))
	case *ast.CompositeLit:
		return !slices.ContainsFunc(e.Elts, func(elt ast.Expr) bool { return !c.fixedElement(elt) })
	}
	return false
}

func (c *code) fixedElement(elt ast.Expr) bool {
	if pair, ok := elt.(*ast.KeyValueExpr); ok {
		elt = pair.Value
	}
	kind, isBasic := c.info.TypeOf(elt).Underlying().(*types.Basic)
	_, isPointer := c.info.TypeOf(elt).Underlying().(*types.Pointer)
	return isPointer || isBasic && kind.Info()&types.IsString == 0 || c.fixed(elt)
}

// called is the function that a call names; nil for any other value.
func (c *code) called(call *ast.CallExpr) types.Object {
	name := call.Fun
	if method, ok := name.(*ast.SelectorExpr); ok {
		name = method.Sel
	}
	id, ok := name.(*ast.Ident)
	if !ok {
		return nil
	}
	return c.info.ObjectOf(id)
}

// fixedCall is for fmt.Sprintf of fixed texts and whole numbers, and for functions of this package.
func (c *code) fixedCall(call *ast.CallExpr) bool {
	f, ok := c.called(call).(*types.Func)
	if !ok {
		return false
	}
	if f.FullName() == "fmt.Sprintf" {
		return !slices.ContainsFunc(call.Args, func(arg ast.Expr) bool { return !c.fixed(arg) && !c.isWhole(arg) })
	}
	return c.fixedName(f)
}

func (c *code) isWhole(e ast.Expr) bool {
	kind, ok := c.info.TypeOf(e).Underlying().(*types.Basic)
	return ok && kind.Info()&types.IsInteger != 0
}

// fixedName is for a variable or a parameter to which nothing but fixed texts is ever given, and for a function that
// returns nothing else as its first result.
func (c *code) fixedName(of types.Object) bool {
	if of == nil || c.seen[of] {
		return of != nil // it is being looked into already
	}
	c.seen[of] = true
	defer delete(c.seen, of)
	given, fixed := 0, true
	for _, f := range c.files {
		ast.Inspect(f, func(n ast.Node) bool {
			for _, e := range c.givenTo(of, n) {
				given++
				fixed = fixed && c.fixed(e)
			}
			return true
		})
	}
	return given > 0 && fixed
}

// givenTo is what a piece of source gives to a variable, or returns from a function.
func (c *code) givenTo(of types.Object, n ast.Node) (given []ast.Expr) {
	at := func(left []ast.Expr, right []ast.Expr) {
		for i, l := range left {
			for field, ok := l.(*ast.SelectorExpr); ok; field, ok = l.(*ast.SelectorExpr) {
				l = field.X
			}
			if id, ok := l.(*ast.Ident); ok && c.info.ObjectOf(id) == of {
				given = append(given, right[min(i, len(right)-1)])
			}
		}
	}
	switch n := n.(type) {
	case *ast.AssignStmt:
		at(n.Lhs, n.Rhs)
	case *ast.CallExpr:
		for i, parameter := range c.takes[c.called(n)] {
			if parameter == of {
				given = append(given, n.Args[i])
			}
		}
	case *ast.RangeStmt:
		if id, ok := n.Value.(*ast.Ident); ok && c.info.ObjectOf(id) == of {
			given = append(given, n.X)
		}
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if c.info.ObjectOf(name) == of && len(n.Values) > 0 {
				given = append(given, n.Values[min(i, len(n.Values)-1)])
			}
		}
	case *ast.FuncDecl:
		if c.info.ObjectOf(n.Name) != of || n.Body == nil {
			return nil
		}
		ast.Inspect(n.Body, func(inner ast.Node) bool {
			if r, ok := inner.(*ast.ReturnStmt); ok && len(r.Results) > 0 {
				given = append(given, r.Results[0])
			}
			return true
		})
	}
	return given
}
