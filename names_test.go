package main

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// besideNouns are the stems of file names that are not words of domain, with the reason for each.
var besideNouns = map[string]map[string]string{
	"handlers": {
		"body": "what a request may carry", "form": "showing, choosing and comparing forms", "middleware": "what every request goes through",
		"page": "the cache of public pages", "place": "how many requests are worked on at once", "probe": "healthz and readyz",
		"render": "page or fragment", "response": "how an answer is sent", "routes": "the site map", "server": "the package's own type",
		"setup": "the link that makes the first admin", "upload": "pictures that come with a form",
	},
	"views": {
		"conflict": "two versions side by side", "form": "the values of any form", "fragment": "components that many pages share",
		"layout": "what is around every page", "meta": "what search engines and feed readers read", "paging": "the pages of any list",
		"setup": "the link that makes the first admin", "views": "the package's own types", "words": "texts of values of domain",
	},
	"locale": {
		"common": "words of many pages", "conflict": "two versions side by side", "domain": "texts of rules that many fields share",
		"form": "what is wrong with a form as a whole", "layout": "what is around every page", "setup": "the link that makes the first admin",
	},
}

var (
	stemOfFile = regexp.MustCompile(`^([a-z]+)(_[a-z_]+)?\.(go|templ)$`)
	notStems   = regexp.MustCompile(`_test\.go$|_templ\.go$`)
)

// stems returns the first words of the names of a folder's files.
func stems(t *testing.T, folder, prefix string) (all []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, prefix+"*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := strings.TrimPrefix(filepath.Base(f), prefix)
		if found := stemOfFile.FindStringSubmatch(name); found != nil && !notStems.MatchString(name) {
			all = append(all, found[1])
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s has no files", folder)
	}
	return all
}

// A file is found by guessing: its name starts with a noun of domain, the same in every layer.
func TestNames(t *testing.T) {
	nouns := stems(t, "domain", "")
	for folder, prefix := range map[string]string{"handlers": "", "views": "", "locale": "ru_"} {
		here := stems(t, folder, prefix)
		for _, stem := range here {
			if _, reason := besideNouns[folder][stem]; !reason && !slices.Contains(nouns, stem) {
				t.Errorf("%s/%s*: domain has no file %s.go; give the file the name of a noun, or a reason", folder, prefix+stem, stem)
			}
		}
		for stem := range besideNouns[folder] {
			if slices.Contains(nouns, stem) || !slices.Contains(here, stem) {
				t.Errorf("%s: %q needs no reason", folder, stem)
			}
		}
	}
}
