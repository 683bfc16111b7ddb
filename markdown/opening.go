package markdown

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
)

// Opening is the first paragraph of a text as plain text on one line, cut after a whole word if it has more than most
// characters. It is "" if the text has no paragraph or is too heavy.
func Opening(source string, most int) string {
	t := newPlain([]byte(source))
	root, err := parse(context.Background(), t.source)
	if err != nil {
		return ""
	}
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() != ast.KindParagraph {
			continue
		}
		if line := strings.Join(strings.Fields(t.inlines(n)), " "); line != "" {
			return clip(line, most)
		}
	}
	return ""
}

func clip(line string, most int) string {
	if utf8.RuneCountInString(line) <= most {
		return line
	}
	start := string([]rune(line)[:most])
	if space := strings.LastIndexByte(start, ' '); space > 0 {
		start = start[:space]
	}
	return strings.TrimRight(start, " .,:;–—-") + "…"
}
