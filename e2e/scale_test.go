package e2e

import (
	"os"
	"testing"

	"postrider/locale"
)

// all runs every test in full. Without it the long tests do less of the same.
var all = os.Getenv("POSTRIDER_TESTS") == "all"

// scaled is how often something is done.
func scaled(few, many int) int {
	if all {
		return many
	}
	return few
}

// long skips a test that cannot be shortened.
func long(t *testing.T) {
	t.Helper()
	if !all {
		t.Skip("takes long, or mounts a disk: set POSTRIDER_TESTS=all")
	}
}

// languages are the languages in which people are followed.
func languages() []string { return []string{locale.English, locale.Russian}[:scaled(1, 2)] }

// lookedAtIn are the languages in which pages are checked. Russian comes first: its texts are longer, and it shows what was left in
// English.
func lookedAtIn() []string { return []string{locale.Russian, locale.English}[:scaled(1, 2)] }

// widths and themes are those in which pages are checked.
func widths() []int64  { return []int64{390, 1280}[:scaled(1, 2)] }
func themes() []string { return []string{"dark", "light"}[:scaled(1, 2)] }
