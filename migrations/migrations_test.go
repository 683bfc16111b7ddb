package migrations

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
)

// TestFilesStayAsTheyAre fails when a migration is edited, renamed or removed, or is missing from released.txt.
// Databases created by the old text of a migration would never get its new one.
//
// A new migration gets the next number, and the line that this test prints is added at the end of released.txt.
func TestFilesStayAsTheyAre(t *testing.T) {
	list, err := os.ReadFile("released.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{}
	last := ""
	for line := range strings.Lines(string(list)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		if name <= last {
			t.Errorf("%s stands after %s: a new migration gets a number above all that exist", name, last)
		}
		known[name], last = sum, name
	}
	names, err := fs.Glob(Files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	numbers := map[string]string{}
	for _, name := range names {
		text, err := Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if other := numbers[name[:5]]; other != "" {
			t.Errorf("%s and %s have one number", other, name)
		}
		numbers[name[:5]] = name
		switch sum := fmt.Sprintf("%x", sha256.Sum256(text)); known[name] {
		case sum:
		case "":
			t.Errorf("a new migration: add this line to released.txt, in the order of the numbers\n%s  %s", sum, name)
		default:
			t.Errorf("%s has been edited; write another migration instead. It was %s and is %s", name, known[name], sum)
		}
		delete(known, name)
	}
	for name := range known {
		t.Errorf("%s is gone", name)
	}
}
