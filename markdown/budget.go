package markdown

import (
	"bytes"
	"context"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"

	"postrider/domain"
)

// MaxSource is the longest text that is looked at, in bytes. It leaves room for what stands in for the fields of a letter.
const MaxSource = domain.MaxBody + 64<<10

// The steps that a text may cost. A step is about what it takes to look at a byte, or at a mark, once more. Usual texts
// take fewer than ten for each byte; the share that does not grow with the text is for a short one with many marks.
const (
	freeSteps    = 5_000_000
	stepsPerByte = 100
)

// TooHeavy says why a text is not laid out. It depends on the text alone, so one that was accepted once always will be.
type TooHeavy struct{ Why domain.Text }

// Error is the reason in English.
func (e TooHeavy) Error() string { return e.Why.String() }

// meter counts what a text has cost. The parser cannot be told to stop; but when the budget is used up, or ctx is done,
// nothing more is found in the text, and the rest of it is read as words, which takes no time.
type meter struct {
	ctx    context.Context
	source []byte
	steps  int // that are left
	copies int // bytes that references may still repeat
	cells  int // of tables that are left
	pipes  int // escaped ones in tables so far
	calls  int
	err    error // why nothing more is looked for

	block ast.Node // whose inside is being read
	from  int      // where the block begins and ends in the source
	until int
	lines int   // of it
	nodes int   // found in it so far
	marks int   // of emphasis in it so far
	open  []int // nodes that were found before each bracket that is open
}

func newMeter(ctx context.Context, source []byte) *meter {
	m := &meter{ctx: ctx, source: source, steps: freeSteps + stepsPerByte*len(source), copies: domain.MaxOutput(len(source)),
		cells: domain.MaxCells, err: ctx.Err()}
	if len(source) > MaxSource {
		m.refuse(domain.Say("The text is too long: at most %d bytes.", domain.MaxBody))
	}
	return m
}

// enter begins a block, unless it is the one that is being read.
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

// budgeted is the parser's own state with the meter of the text.
type budgeted struct {
	parser.Context
	meter *meter
}

func meterOf(pc parser.Context) *meter { return pc.(*budgeted).meter }

// Reference finds what a label stands for, as long as references have not repeated too much.
func (b *budgeted) Reference(label string) (parser.Reference, bool) {
	m := b.meter
	const each = 8 // normalising a label takes longer than looking at it
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

// measure refuses a parsed text that has too much in it, or too much inside one another.
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

// tooLong is the error of a text that grows too much when it is laid out.
func tooLong(most int) error {
	return TooHeavy{domain.Say("Once formatted, the text is larger than %d KB. Shorten it, or use fewer tables, links and formatting marks.", most>>10)}
}

// output takes what a text is laid out as, and refuses what is too much.
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
