package store

import (
	"path/filepath"
	"postrider/domain"
	"strings"
	"testing"
	"unicode/utf8"
)

// A search finds text that contains what was typed, ignoring case, and nothing else: no character is a wildcard.
func FuzzPattern(f *testing.F) {
	for _, seed := range [][2]string{
		{"Ann Smith", "ann"}, {"100 % sure", "0 %"}, {"100 sure", "%"}, {"a_b", "_"}, {"ab", "a_b"}, {`a\b`, `\`}, {`a\%b`, `\%`}, {"Весна", "ВЕС"},
		{"İstanbul", "i"}, {"KELVIN", "\u212a"}, {"a", "  a "}, {"", ""}, {"ẞ", "ß"}, {"a\nb", "a\nb"}, {"[a-z]*?", "[a-z]"}, {"e\u0301", "é"},
		{"a' OR 1=1 --", "' OR 1=1"}, {"🎉🎉", "🎉"}, {"a\u202eb", "\u202e"}, {strings.Repeat("%_", 100), strings.Repeat("%_", 50)},
	} {
		f.Add(seed[0], seed[1])
	}
	s, err := Open(f.Context(), filepath.Join(f.TempDir(), "p.db"))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = s.Close() })
	f.Fuzz(func(t *testing.T, text, q string) {
		if strings.ContainsRune(text+q, 0) || !utf8.ValidString(text+q) || len(q) > 800 {
			return // no field or search here can contain this
		}
		var found bool
		if err := s.read.row(t.Context(), `SELECT $1 LIKE $2 ESCAPE '\'`, searchText(text), pattern(q)).Scan(&found); err != nil {
			t.Fatal(err)
		}
		if want := strings.Contains(searchText(text), domain.Fold(strings.TrimSpace(q))); found != want {
			t.Errorf("%q in %q: %v, want %v", q, text, found, want)
		}
	})
}

// Any cursor in a link gives a page; one of ours says where it begins.
func FuzzCursor(f *testing.F) {
	for _, seed := range []string{"", "e30", "bnVsbA", "eyJpZCI6MX0", "eyJpZCI6OTk5OTk5OTk5OTk5OTk5OTk5OTk5fQ", "W10", "!", "eyJ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, after string) {
		c, ok := parseCursor(after)
		if !ok {
			if c != (cursor{}) {
				t.Errorf("%q is unreadable, and yet %+v", after, c)
			}
			return
		}
		if again, ok := parseCursor(c.String()); !ok || again != c {
			t.Errorf("%q is %+v, and then %+v", after, c, again)
		}
	})
}
