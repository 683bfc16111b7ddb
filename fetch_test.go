package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// reaches maps each function that connects to another machine to the folders that may call it: the program itself connects only to the
// relay. Benchmarks and the browser are separate programs.
var reaches = map[string][]string{
	"net/http.Get": {"bench"}, "net/http.Post": {"bench"}, "net/http.PostForm": {"bench"}, "net/http.Head": {"bench"}, "net/http.Client": {"bench"},
	"net/http.DefaultClient": {"bench"}, "net/http.NewRequest": {"bench"}, "net/http.NewRequestWithContext": {"bench"}, "net/http.Transport": {"bench"},
	"net/http.DefaultTransport": {"bench"}, "net/http/httputil.ReverseProxy": {}, "net/http/httputil.NewSingleHostReverseProxy": {},
	"net.Dial": {"bench"}, "net.DialTimeout": {"bench"}, "net.DialTCP": {}, "net.Dialer": {"bench", "mail/relay"}, "crypto/tls.Dial": {}, "crypto/tls.Dialer": {},
	"net/smtp.Dial": {}, "net/smtp.SendMail": {}, "os/exec.Command": {"bench"}, "os/exec.CommandContext": {"bench"},
}

// Input: the server fetches no URL that a user wrote.
func TestSecurityFetchesNothing(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files++
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, way := range used(f) {
			if where, known := reaches[way]; known && !slices.Contains(where, filepath.ToSlash(filepath.Dir(path))) {
				t.Errorf("%s uses %s", path, way)
			}
		}
		return nil
	})
	if err != nil || files < 50 {
		t.Errorf("%d files were read, %v", files, err)
	}
}

// used returns the names from other packages that a file uses, such as "net/http.Get".
func used(f *ast.File) (names []string) {
	imports := map[string]string{}
	for _, i := range f.Imports {
		path := strings.Trim(i.Path.Value, `"`)
		name := path[strings.LastIndex(path, "/")+1:]
		if i.Name != nil {
			name = i.Name.Name
		}
		imports[name] = path
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && imports[x.Name] != "" {
				names = append(names, imports[x.Name]+"."+s.Sel.Name)
			}
		}
		return true
	})
	return names
}
