package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"postrider/domain"
)

// The parsers here are goldmark's own, each wrapped in a counter of its cost. Where goldmark searches the rest of a
// block for something that may be missing, a short text could make it do so for every byte.

// shallow does not open a block that is nested too deep; its marker stays as text.
type shallow struct{ parser.BlockParser }

// Open calls the parser, except at the maximum depth.
func (s shallow) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for n := parent; n != nil && depth <= domain.MaxBlocksDeep; n = n.Parent() {
		depth++
	}
	m := meterOf(pc)
	_, at := reader.Position()
	m.block, m.from = nil, at.Start
	if depth > domain.MaxBlocksDeep || !m.spend(depth) {
		return nil, parser.NoChildren
	}
	return s.BlockParser.Open(parent, reader, pc)
}

// smallTables counts cells: a table has columns times rows of them, however few are written.
type smallTables struct{ parser.ParagraphTransformer }

// Transform calls the transformer, except for a table with too many cells.
func (t smallTables) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	cells, pipes := extent(node.Lines(), reader.Source())
	if cells == 0 {
		return
	}
	m := meterOf(pc)
	m.enter(node)
	m.pipes += pipes
	if !m.spend(pipes * m.pipes) { // each is looked for in all code spans
		return
	}
	if m.cells -= cells; m.cells < 0 {
		m.refuse(domain.Say("Tables have more than %d cells, counting empty ones. Make them smaller.", domain.MaxCells))
		return
	}
	t.ParagraphTransformer.Transform(node, reader, pc)
}

// extent is how many cells and escaped pipes a table in these lines has; 0 cells if there is no table.
func extent(lines *text.Segments, source []byte) (cells, pipes int) {
	for i := range lines.Len() {
		line := lines.At(i)
		value := line.Value(source)
		if i > 0 && cells == 0 && divides(value) {
			cells = (lines.Len() - i) * (1 + bytes.Count(bytes.Trim(value, blank+"|"), []byte("|")))
		}
		pipes += bytes.Count(value, []byte(`\|`))
	}
	return cells, pipes
}

// divides reports whether a line may separate the head of a table from its rows.
func divides(line []byte) bool {
	return bytes.IndexByte(line, '-') >= 0 && len(bytes.Trim(line, blank+"-|:")) == 0
}

const blank = " \t\r\n\f\v"

// definitions passes the link definitions at the beginning of a paragraph to their parser one at a time. Otherwise it
// would search for the end of each title, and move all lines, once per definition.
type definitions struct{ parser.ParagraphTransformer }

// Transform takes the definitions out of a paragraph.
func (d definitions) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines, begin := node.Lines(), 0
	for begin < lines.Len() && opensBracket(lines.At(begin), reader) {
		end := begin + 1
		for end < lines.Len() && !opensBracket(lines.At(end), reader) {
			end++
		}
		left := d.one(node, lines.Sliced(begin, end), reader, pc)
		begin = end - left
		if left > 0 {
			break
		}
	}
	lines.SetSliced(begin, lines.Len())
	if lines.Len() == 0 {
		node.Parent().RemoveChild(node.Parent(), node)
	}
}

// one takes a definition from the beginning of lines, and returns how many lines are left.
func (d definitions) one(node *ast.Paragraph, lines []text.Segment, reader text.Reader, pc parser.Context) int {
	paragraph := ast.NewParagraph()
	paragraph.SetBlankPreviousLines(node.HasBlankPreviousLines())
	paragraph.Lines().AppendAll(lines)
	node.Parent().InsertBefore(node.Parent(), node, paragraph)
	d.ParagraphTransformer.Transform(paragraph, reader, pc)
	if paragraph.Parent() == nil {
		return 0
	}
	paragraph.Parent().RemoveChild(paragraph.Parent(), paragraph)
	return paragraph.Lines().Len()
}

func opensBracket(line text.Segment, reader text.Reader) bool {
	return bytes.HasPrefix(bytes.TrimLeft(line.Value(reader.Source()), " "), []byte("["))
}

// metered is an inline parser with a price. before is what a try costs in any case, and after is what it costs once the
// result is known.
type metered struct {
	parser.InlineParser
	before func(m *meter, line []byte) int
	after  func(m *meter, line []byte, found found) int
}

// found is the result of a try.
type found struct {
	node  ast.Node // nil for nothing
	read  int      // bytes consumed
	rest  int      // bytes from here to the end of the block
	lines int      // lines from here to the end of the block
}

// Parse calls the parser while there is budget left.
func (p metered) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	m := meterOf(pc)
	m.enter(parent)
	line, from := block.PeekLine()
	number, _ := block.Position()
	if !m.spend(p.before(m, line)) {
		return nil
	}
	n := p.InlineParser.Parse(parent, block, pc)
	if n != nil {
		m.nodes++
	}
	if p.after != nil {
		_, to := block.Position()
		m.spend(p.after(m, line, found{n, to.Start - from.Start, m.until - from.Start, m.lines - number}))
	}
	return n
}

// codeSpans search for as many backticks as were read, up to the end of the block if there are none.
func codeSpans() parser.InlineParser {
	return metered{parser.NewCodeSpanParser(),
		func(*meter, []byte) int { return 0 },
		func(_ *meter, _ []byte, found found) int {
			if _, ok := found.node.(*ast.CodeSpan); ok {
				return found.read
			}
			return found.rest
		}}
}

// links look, at a closing bracket, for a link in the text since the opening one, and after it for an address or
// another label, which they may search for up to the end of the block.
func links() parser.InlineParser {
	p := parser.NewLinkParser()
	return closing{p.(parser.CloseBlocker), metered{p,
		func(m *meter, line []byte) int {
			last := len(m.open) - 1
			switch {
			case line[0] == '[', bytes.HasPrefix(line, []byte("![")):
				m.open = append(m.open, m.nodes)
			case line[0] == ']' && last >= 0:
				within := m.nodes - m.open[last]
				m.open = m.open[:last]
				return 4 * within
			}
			return 0
		},
		func(_ *meter, line []byte, found found) int {
			if line[0] != ']' || found.node != nil && found.read > 1 {
				return found.read
			}
			return found.lines + reach(line[1:], found.rest)
		}}}
}

// reach is how far after a bracket the parser searched in vain for what makes it a link; rest is the length of all that
// follows. A label ends at any bracket, a title at the next quote of its kind, but an address only at a space.
func reach(line []byte, rest int) int {
	until := func(s []byte, signs string) int {
		if i := bytes.IndexAny(s, signs); i >= 0 {
			return i
		}
		return rest
	}
	if bytes.HasPrefix(line, []byte("[")) {
		return until(line[1:], "[]")
	}
	if !bytes.HasPrefix(line, []byte("(")) {
		return 0
	}
	address := bytes.TrimLeft(line[1:], blank)
	ends := blank
	if bytes.HasPrefix(address, []byte("<")) {
		ends = ">"
	}
	length := until(address, ends)
	title := bytes.TrimLeft(address[min(length, len(address)):], blank+">")
	for _, pair := range []string{`""`, `''`, "()"} {
		if len(title) > 0 && title[0] == pair[0] {
			length += until(title[1:], pair)
		}
	}
	return length
}

// closing is a parser that is notified of the end of a block.
type closing struct {
	parser.CloseBlocker
	metered
}

// pairs price emphasis and the like: the whole run is read, and a mark is compared with all earlier ones.
func pairs(p parser.InlineParser) parser.InlineParser {
	return metered{p,
		func(m *meter, line []byte) int {
			run := 1
			for run < len(line) && line[run] == line[0] {
				run++
			}
			return run
		},
		func(m *meter, _ []byte, found found) int {
			if found.node == nil {
				return 0
			}
			m.marks++
			return m.marks
		}}
}

// addresses are looked for after every space and mark. Only one with an @ costs more than a few steps.
func addresses(p parser.InlineParser) parser.InlineParser {
	return metered{p, func(_ *meter, line []byte) int {
		const local, look = 64, 600 // the longest local part, and about what a domain costs
		if bytes.IndexByte(line[:min(len(line), local+2)], '@') >= 0 {
			return look
		}
		return 0
	}, nil}
}
