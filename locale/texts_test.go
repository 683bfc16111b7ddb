package locale

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sources are the folders with texts that people read.
var sources = []string{"domain", "store", "handlers", "views", "markdown", "mail/letter", "jobs"}

// keyAt is the index of the key among a function's arguments, by the function's name.
var keyAt = map[string]int{
	"T":   0, // Printer.T
	"Say": 0, // domain.Say
	"say": 0, // a short name for it
	"bad": 0, // domain's usual name for a function that reports a mistake
	"Add": 1, // domain.Invalid.Add, which is always called on a variable "wrong"
	"t":   1, // of views
}

// usedKeys finds the keys in the sources and their positions.
func usedKeys(t *testing.T) map[string]token.Position {
	t.Helper()
	keys := map[string]token.Position{}
	files := token.NewFileSet()
	for _, dir := range sources {
		err := filepath.WalkDir(filepath.Join("..", dir), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			parsed, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if key, ok := keyOf(call); ok {
						keys[key] = files.Position(call.Pos())
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

func keyOf(call *ast.CallExpr) (string, bool) {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
		if on, ok := f.X.(*ast.Ident); name == "Add" && (!ok || on.Name != "wrong") {
			return "", false
		}
	}
	at, ok := keyAt[name]
	if !ok || len(call.Args) <= at {
		return "", false
	}
	return literal(call.Args[at])
}

// literal is the value of a string literal, or of several joined with +.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(e.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		left, ok := literal(e.X)
		right, also := literal(e.Y)
		return left + right, ok && also && e.Op == token.ADD
	}
	return "", false
}

// verbs lists the verbs of a text as "argument number + letter", sorted and without repetition.
func verbs(text string) []string {
	var found []string
	next := 1
	for _, m := range regexp.MustCompile(`%(?:\[(\d+)\])?[-+# 0-9.]*([a-zA-Z%])`).FindAllStringSubmatch(text, -1) {
		if m[2] == "%" {
			continue
		}
		if m[1] != "" {
			next, _ = strconv.Atoi(m[1])
		}
		found = append(found, strconv.Itoa(next)+m[2])
		next++
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func TestTexts(t *testing.T) {
	used := usedKeys(t)
	if len(used) < 50 {
		t.Fatalf("only %d texts were found", len(used))
	}
	russian := map[string][]string{} // all forms of each key
	for _, feature := range allTexts() {
		for key, text := range feature.plain {
			if russian[key] != nil {
				t.Errorf("translated twice: %q", key)
			}
			russian[key] = []string{text}
		}
		for key, c := range feature.counted {
			if russian[key] != nil {
				t.Errorf("translated twice: %q", key)
			}
			russian[key] = []string{c.english, c.one, c.few, c.many}
		}
	}
	for key, at := range used {
		if russian[key] == nil {
			t.Errorf("%s: no Russian for %q", at, key)
		}
	}
	for key, forms := range russian {
		if _, ok := used[key]; !ok {
			t.Errorf("nobody uses %q", key)
		}
		for _, form := range forms {
			if form == "" || !slices.Equal(verbs(form), verbs(key)) {
				t.Errorf("other verbs in %q than in %q", form, key)
			}
		}
	}
}
