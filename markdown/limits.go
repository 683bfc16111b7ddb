package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Limits that no letter meets, but without which a short text takes minutes or all memory: time grows with the square
// of the nesting, and a table has columns times rows cells however few are written.
const (
	maxDepth = 50    // blocks inside one another
	maxCells = 20000 // of one table
)

// shallow does not open a block that lies too deep; its marker then stays as text.
type shallow struct{ parser.BlockParser }

// Open asks the parser, except at maxDepth.
func (s shallow) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for n := parent; n != nil && depth <= maxDepth; n = n.Parent() {
		depth++
	}
	if depth > maxDepth {
		return nil, parser.NoChildren
	}
	return s.BlockParser.Open(parent, reader, pc)
}

// smallTables does not make a table of more than maxCells cells; it then stays a paragraph.
type smallTables struct{ parser.ParagraphTransformer }

// Transform asks the transformer, except for a table that may be too large.
func (s smallTables) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines, columns := node.Lines().Len(), 1
	for i := range lines {
		line := node.Lines().At(i)
		columns = max(columns, 1+bytes.Count(line.Value(reader.Source()), []byte("|")))
	}
	if lines*columns <= maxCells {
		s.ParagraphTransformer.Transform(node, reader, pc)
	}
}
