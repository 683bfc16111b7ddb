package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport says which of our packages each package may import. handlers may import neither the relay, nor the mailbox, nor the jobs, so
// that a broken relay cannot affect the web.
var mayImport = map[string][]string{
	"":                {"cli"},
	"cli":             {"demo", "handlers", "jobs", "store", "domain", "mail/letter", "mail/mailbox", "mail/relay"},
	"demo":            {"store", "domain", "picture"},
	"domain":          {},
	"migrations":      {},
	"crash":           {},
	"markdown":        {"domain"},
	"static":          {},
	"picture":         {"domain"}, // a separate package, so that it can be tested alone with strangers' files
	"locale":          {"domain"},
	"store":           {"migrations", "domain", "crash"},
	"store/storetest": {"store", "domain"},
	"mail/letter":     {"markdown", "locale", "domain"},
	"mail/relay":      {"domain", "crash"},
	"mail/mailbox":    {"domain"},
	"mail/mailtest":   {},
	"views":           {"locale", "static", "domain", "markdown"},
	"jobs":            {"store", "domain", "mail/letter", "mail/relay"},
	"handlers":        {"views", "store", "locale", "static", "domain", "markdown", "picture", "mail/letter"},
	"bench":           {"store", "store/storetest", "jobs", "domain", "mail/letter", "mail/relay"},
	"e2e":             {},
}

// onlyIn says which packages may import a third-party library.
var onlyIn = map[string][]string{
	"github.com/labstack/echo/v4":        {"handlers"},
	"github.com/gorilla/sessions":        {"handlers"},
	"github.com/a-h/templ":               {"handlers", "views"},
	"modernc.org/sqlite":                 {"store"},
	"github.com/pressly/goose/v3":        {"store"},
	"database/sql":                       {"store", "store/storetest"},
	"github.com/emersion/go-smtp":        {"mail/relay", "mail/mailbox", "bench"},
	"github.com/emersion/go-sasl":        {"mail/relay"},
	"github.com/emersion/go-message":     {"mail/letter", "mail/mailbox"},
	"github.com/yuin/goldmark":           {"markdown"},
	"github.com/microcosm-cc/bluemonday": {"markdown"},
	"github.com/gosimple/slug":           {"handlers"},
	"golang.org/x/image":                 {"picture"},
	"golang.org/x/net/publicsuffix":      {"store"},
	"github.com/alecthomas/kong":         {"cli"},
}

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestImports(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, "postrider"), "/")
		allowed, known := mayImport[name]
		if !known {
			t.Errorf("the table does not know %s: what may it import?", name)
		}
		for _, i := range p.Imports {
			if ours, ok := strings.CutPrefix(i, "postrider/"); ok && !slices.Contains(allowed, ours) {
				t.Errorf("%s must not import %s", name, ours)
			}
			for library, where := range onlyIn {
				if (i == library || strings.HasPrefix(i, library+"/")) && !slices.Contains(where, name) {
					t.Errorf("%s must not import %s", name, i)
				}
			}
			if name == "domain" && strings.Contains(i, ".") && i != "golang.org/x/net/idna" {
				t.Errorf("domain must not import %s: its rules need no library but the one for domain names", i)
			}
		}
	}
}
