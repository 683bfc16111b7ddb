package store

import "strings"

// contains narrows a list to the rows whose text, which searchText has made, contains what was typed. LIKE compares each
// character of the pattern with each of the text: 160 ms for 200 characters in 200 KB, where strpos takes a fraction of one.
func contains(q string) (match part) {
	if typed := needle(q); typed != "" {
		match.add(` AND strpos(search, ?) > 0`, typed)
	}
	return match
}

// needle is what a person typed, for the texts that searchText has made.
func needle(q string) string { return strings.ToLower(strings.TrimSpace(q)) }

// searchText is what a search looks through.
func searchText(parts ...string) string { return strings.ToLower(strings.Join(parts, "\n")) }

// pattern makes what a person typed a LIKE pattern with the escape character \, for what searchText has made.
func pattern(q string) string { return verbatim(strings.ToLower(q)) }

// verbatim is a pattern for texts as they were written. LIKE itself knows only the capitals of US-ASCII.
func verbatim(q string) string {
	q = strings.TrimSpace(q)
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q) + "%"
}
