package markdown

import (
	"bufio"
	"bytes"
	"html"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	tables "github.com/yuin/goldmark/extension/ast"
	renderer "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"

	"postrider/domain"
)

// plain writes a parsed text as plain text. Once that exceeds most bytes, it writes nothing more.
type plain struct {
	source []byte
	most   int
	over   bool
}

func newPlain(source []byte) *plain {
	return &plain{source: source, most: domain.MaxOutput(len(source))}
}

// plainText is the plain text of a parsed one.
func plainText(root ast.Node, source []byte) (string, error) {
	t := newPlain(source)
	words := t.blocks(root, "\n\n")
	if t.over {
		return "", tooLong(t.most)
	}
	return words, nil
}

// blocks writes the blocks inside n with a separator between them. Empty ones leave no gap.
func (t *plain) blocks(n ast.Node, separator string) string {
	var parts []string
	length := 0
	for c := n.FirstChild(); c != nil && !t.over; c = c.NextSibling() {
		if s := t.block(c); s != "" {
			parts = append(parts, s)
			length += len(s) + len(separator)
			t.over = t.over || length-len(separator) > t.most
		}
	}
	if t.over {
		return ""
	}
	return strings.Join(parts, separator)
}

func (t *plain) block(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Blockquote:
		return indent(t.blocks(n, "\n\n"), "> ", "> ")
	case *ast.List:
		return t.list(n)
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		return strings.TrimRight(string(n.Lines().Value(t.source)), "\n")
	case *ast.ThematicBreak:
		return "---"
	case *tables.Table:
		return t.table(n)
	default:
		return strings.TrimSpace(t.inlines(n))
	}
}

func (t *plain) list(n *ast.List) string {
	separator := "\n\n"
	if n.IsTight {
		separator = "\n"
	}
	var items []string
	number := n.Start
	for c := n.FirstChild(); c != nil && !t.over; c = c.NextSibling() {
		marker := "- "
		if n.IsOrdered() {
			marker = strconv.Itoa(number) + ". "
			number++
		}
		items = append(items, indent(t.blocks(c, separator), marker, strings.Repeat(" ", len(marker))))
	}
	return strings.Join(items, separator)
}

// table writes one row per line. Columns are not aligned, because the reader may use a proportional font.
func (t *plain) table(n *tables.Table) string {
	var rows []string
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		var cells []string
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			cells = append(cells, strings.TrimSpace(t.inlines(cell)))
		}
		rows = append(rows, strings.Join(cells, " | "))
	}
	return strings.Join(rows, "\n")
}

// inlines writes the inline content of n.
func (t *plain) inlines(n ast.Node) string {
	var out strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		out.WriteString(t.inline(c))
	}
	return out.String()
}

func (t *plain) inline(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Text:
		return t.text(n)
	case *ast.String:
		return string(n.Value)
	case *ast.AutoLink:
		return string(n.Label(t.source))
	case *ast.Link:
		return t.link(n)
	default: // emphasis and the like, code, and images, whose children are their description
		return t.inlines(n)
	}
}

func (t *plain) text(n *ast.Text) string {
	value := n.Segment.Value(t.source)
	if _, code := n.Parent().(*ast.CodeSpan); code {
		return string(bytes.ReplaceAll(value, []byte("\n"), []byte(" ")))
	}
	s := string(value)
	if !n.IsRaw() {
		s = resolve(value)
	}
	if n.HardLineBreak() || n.SoftLineBreak() {
		return s + "\n"
	}
	return s
}

// link writes the label and the address, or only one if the other adds nothing.
func (t *plain) link(n *ast.Link) string {
	label := strings.TrimSpace(t.inlines(n))
	typed := resolve(n.Destination)
	address := string(util.URLEscape(n.Destination, true))
	switch {
	case !mayLink(address), label == typed, label == address, "mailto:"+label == typed:
		return label
	case label == "":
		return address
	}
	return label + " (" + address + ")"
}

// resolve is what a reader of the HTML sees: references and escapes are replaced by what they stand for.
func resolve(source []byte) string {
	var out bytes.Buffer
	w := bufio.NewWriterSize(&out, 64) // most inputs are a few words
	renderer.DefaultWriter.Write(w, source)
	_ = w.Flush() // a bytes.Buffer never fails
	return html.UnescapeString(out.String())
}

// indent puts first before the first line and rest before the others. It adds nothing to lines that consist only of
// spaces.
func indent(s, first, rest string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		prefix := rest
		if i == 0 {
			prefix = first
		}
		lines[i] = strings.TrimRight(prefix+line, " ")
	}
	return strings.Join(lines, "\n")
}
