package markdown_test

import (
	"bufio"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// hostile are the texts of testdata/hostile.txt, and some that are not made by repetition, of about that many bytes
// each.
func hostile(t testing.TB, size int) map[string]string {
	t.Helper()
	texts := map[string]string{
		"ticks-growing":   growing(size, "`"),
		"stars-growing":   growing(size, "*"),
		"tables-square":   strings.Repeat(square(120), size/(6*120)),
		"labels-distinct": distinct(size, "[", "]: u\n"),
	}
	for name, pieces := range entries(t) {
		texts[name] = repeated(pieces, size)
	}
	return texts
}

// entries are the lines of testdata/hostile.txt.
func entries(t testing.TB) map[string][5]string {
	t.Helper()
	file, err := os.Open("testdata/hostile.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all := map[string][5]string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if line := lines.Text(); line != "" && line[0] != '#' {
			name, pieces := entry(t, line)
			all[name] = pieces
		}
	}
	return all
}

// fuzz searches for expensive texts by varying the repeated pieces, because nobody can type enough to be expensive.
func fuzz(f *testing.F, check func(t *testing.T, text string)) {
	all := entries(f)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		p := all[name]
		f.Add(p[0], p[1], p[2], p[3], p[4])
	}
	f.Fuzz(func(t *testing.T, before, repeat, between, again, after string) {
		if pieces := [5]string{before, repeat, between, again, after}; repeat != "" && len(strings.Join(pieces[:], "")) < mostBytes/4 {
			check(t, repeated(pieces, mostBytes))
		}
	})
}

// entry parses a line of the file.
func entry(t testing.TB, line string) (name string, pieces [5]string) {
	t.Helper()
	name, rest, _ := strings.Cut(line, " ")
	for i := 0; strings.TrimSpace(rest) != ""; i++ {
		rest = strings.TrimSpace(rest)
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil || i == len(pieces) {
			t.Fatalf("%q: %v", line, err)
		}
		if pieces[i], err = strconv.Unquote(quoted); err != nil {
			t.Fatal(err)
		}
		rest = rest[len(quoted):]
	}
	return name, pieces
}

// repeated gives each of the two repeated pieces its share of the size.
func repeated(p [5]string, size int) string {
	room := size - len(p[0]) - len(p[2]) - len(p[4])
	if p[3] != "" {
		room /= 2
		p[3] = strings.Repeat(p[3], room/len(p[3]))
	}
	return p[0] + strings.Repeat(p[1], room/len(p[1])) + p[2] + p[3] + p[4]
}

// growing is runs of a sign, each longer than the previous one, so that none closes another.
func growing(size int, sign string) string {
	var out strings.Builder
	for n := 1; out.Len()+n < size; n++ {
		out.WriteString(strings.Repeat(sign, n) + "a")
	}
	return out.String()
}

// square is a table of n columns and n empty rows, so that a few bytes make many cells.
func square(n int) string {
	return strings.Repeat("|a", n) + "\n" + strings.Repeat("|-", n) + "\n" + strings.Repeat("|\n", n) + "\n"
}

func distinct(size int, before, after string) string {
	var out strings.Builder
	for n := 0; out.Len() < size; n++ {
		out.WriteString(before + strconv.Itoa(n) + after)
	}
	return out.String()
}
