package store

import (
	"strings"

	"postrider/domain"
)

// searchText is what a search looks through: it is kept beside long or many texts, so that a search need not fold them.
func searchText(parts ...string) string { return domain.Fold(strings.Join(parts, "\n")) }

// contains narrows a list to the rows whose searchText contains what was typed. LIKE compares each character of the pattern
// with each of the text: 160 ms for 200 characters in 200 KB, where strpos takes a fraction of one.
func contains(q string) (match part) {
	if typed := domain.Fold(strings.TrimSpace(q)); typed != "" {
		match.add(` AND strpos(search, ?) > 0`, typed)
	}
	return match
}

// pattern makes what was typed a LIKE pattern with the escape character \, for a searchText or for what casefold returns.
func pattern(q string) string {
	typed := domain.Fold(strings.TrimSpace(q))
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(typed) + "%"
}
