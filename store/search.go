package store

import (
	"strings"

	"postrider/domain"
)

// searchText is the folded text that searches look through. Long or numerous texts store it, so that searches need not
// fold them.
func searchText(parts ...string) string { return domain.Fold(strings.Join(parts, "\n")) }

// contains filters a list for rows whose searchText contains what was typed. LIKE compares each character of the
// pattern with each character of the text: 160 ms for 200 characters in 200 KB, where strpos takes a fraction of a
// millisecond.
func contains(q string) (match fragment) {
	if typed := domain.Fold(strings.TrimSpace(q)); typed != "" {
		match.add(` AND strpos(search, ?) > 0`, typed)
	}
	return match
}

// pattern turns what was typed into a LIKE pattern with the escape character \, for a searchText or the result of
// casefold.
func pattern(q string) string {
	typed := domain.Fold(strings.TrimSpace(q))
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(typed) + "%"
}
