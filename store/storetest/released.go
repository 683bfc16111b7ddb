package storetest

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Released lists the databases of earlier versions in a directory, oldest first: see store/testdata/released.
func Released(t testing.TB, dir string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.db.gz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d databases in %s, %v", len(files), dir, err)
	}
	for _, f := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(f), ".db.gz"))
	}
	return names
}

// Unpack copies the database with that name, unopened since its process was killed, and returns the copy's path.
func Unpack(t testing.TB, dir, name string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "postrider.db")
	for _, suffix := range []string{"", "-wal"} {
		packed, err := os.Open(filepath.Join(dir, name+".db"+suffix+".gz"))
		if err != nil {
			t.Fatal(err)
		}
		defer packed.Close()
		content, err := gzip.NewReader(packed)
		if err != nil {
			t.Fatal(err)
		}
		all, err := io.ReadAll(content)
		if err == nil {
			err = os.WriteFile(path+suffix, all, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return path
}
