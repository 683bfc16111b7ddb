package markdown

import (
	"bytes"
	"context"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"

	"postrider/domain"
)

// MaxSource is the longest text that is parsed, in bytes. It leaves room for the marks that replace a letter's fields.
const MaxSource = domain.MaxBody + 64<<10

// The steps that a text may cost. A step is about the work of looking at a byte, or a mark, once more. Usual texts take
// fewer than ten per byte; the fixed share is for short texts with many marks.
const (
	freeSteps    = 5_000_000
	stepsPerByte = 100
)

// TooHeavy says why a text is not rendered. It depends only on the text, so an accepted text is always accepted.
type TooHeavy struct{ Why domain.Text }

// Error is the reason in English.
func (e TooHeavy) Error() string { return e.Why.String() }

// meter counts what a text has cost. The parser cannot be stopped. But when the budget is used up, or ctx is done,
// nothing more is recognized in the text, and the rest of it is read as words, which takes no time.
type meter struct {
	ctx    context.Context
	source []byte
	steps  int // left
	copies int // bytes that references may still repeat
	cells  int // of tables, left
	pipes  int // escaped ones in tables so far
	calls  int
	err    error // why parsing has given up

	block ast.Node // the block being read
	from  int      // beginning and end of the block in the source
	until int
	lines int   // of the block
	nodes int   // found in it so far
	marks int   // of emphasis in it so far
	open  []int // number of nodes found before each open bracket
}

func newMeter(ctx context.Context, source []byte) *meter {
	m := &meter{ctx: ctx, source: source, steps: freeSteps + stepsPerByte*len(source), copies: domain.MaxOutput(len(source)),
		cells: domain.MaxCells, err: ctx.Err()}
	if len(source) > MaxSource {
		m.refuse(domain.Say("The text is too long. Use at most %d bytes.", domain.MaxBody))
	}
	return m
}

// enter begins a block, unless it is the current one.
func (m *meter) enter(block ast.Node) {
	if m.block == block {
		return
	}
	m.block, m.nodes, m.marks, m.lines, m.from, m.until = block, 0, 0, 0, 0, 0
	m.open = m.open[:0]
	if lines := block.Lines(); lines != nil && lines.Len() > 0 {
		m.lines, m.from, m.until = lines.Len(), lines.At(0).Start, lines.At(lines.Len()-1).Stop
	}
}

// spend takes steps from the budget, and reports whether the work may be done.
func (m *meter) spend(steps int) bool {
	const often = 64 // asking a context costs more than counting
	if m.calls++; m.calls%often == 0 && m.err == nil {
		m.err = m.ctx.Err()
	}
	m.steps -= 1 + steps
	if m.steps < 0 {
		m.refuse(domain.Say("The paragraph on line %d has too many brackets, asterisks, underscores or backticks. Split it up, or put a backslash before the ones you want to show.",
			1+bytes.Count(m.source[:m.from], []byte("\n"))))
	}
	return m.err == nil
}

func (m *meter) refuse(why domain.Text) {
	if m.err == nil {
		m.err = TooHeavy{why}
	}
}

// budgeted is the parser's state with the meter of the text.
type budgeted struct {
	parser.Context
	meter *meter
}

func meterOf(pc parser.Context) *meter { return pc.(*budgeted).meter }

// Reference looks up a label, as long as references have not repeated too much.
func (b *budgeted) Reference(label string) (parser.Reference, bool) {
	m := b.meter
	const each = 8 // normalizing a label takes longer than reading it
	if !m.spend(each * len(label)) {
		return nil, false
	}
	r, ok := b.Context.Reference(label)
	if !ok {
		return nil, false
	}
	if m.copies -= len(r.Destination()) + len(r.Title()); m.copies < 0 {
		m.refuse(domain.Say("Links like [text][1] repeat long addresses too often. Use shorter addresses, or fewer links."))
		return nil, false
	}
	return r, true
}

// measure rejects a parsed text with too many nodes, or too deeply nested ones.
func (m *meter) measure(root ast.Node) {
	nodes := 0
	var visit func(n ast.Node, deep int)
	visit = func(n ast.Node, deep int) {
		for c := n.FirstChild(); c != nil && m.err == nil; c = c.NextSibling() {
			nodes++
			switch {
			case nodes > domain.MaxNodes:
				m.refuse(domain.Say("The text has more than %d elements, such as paragraphs, links and words in bold. Split it up.", domain.MaxNodes))
			case deep > domain.MaxBlocksDeep+domain.MaxMarksDeep:
				m.refuse(domain.Say("Emphasis, links and images are nested more than %d levels deep. Remove some of them.", domain.MaxMarksDeep))
			default:
				visit(c, deep+1)
			}
		}
	}
	visit(root, 0)
}

// tooLong is the error for a text that grows too much when rendered.
func tooLong(most int) error {
	return TooHeavy{domain.Say("Once formatted, the text is larger than %d KB. Shorten it, or use fewer tables, links and formatting marks.", most>>10)}
}

// output collects the rendered text, and refuses more than it may take.
type output struct {
	bytes.Buffer
	most int
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	if o.Len()+len(p) > o.most {
		return 0, tooLong(o.most)
	}
	return o.Buffer.Write(p)
}
