// Package markdown defines what people may write in letters and articles: it takes Markdown and returns safe HTML or
// plain text.
//
// HTML in the input is shown as typed. The output passes through a strict policy all the same, so that a mistake in one
// of the two lets nothing through.
package markdown

import (
	"context"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	nodes "github.com/yuin/goldmark/renderer"
	renderer "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"postrider/domain"
)

// Letter renders a letter in Markdown as a safe HTML fragment and as plain text. The fragment has no ids, classes or
// styles. Links may use only https, http and mailto, and images only https and http. A line break in the source is a
// line break in the fragment. The plain text has no line break at its end; addresses follow the labels of links in
// parentheses. The error is TooHeavy, or that of ctx.
func Letter(ctx context.Context, source string) (fragment, words string, err error) {
	src := []byte(source)
	root, err := parse(ctx, src)
	if err != nil {
		return "", "", err
	}
	if words, err = plainText(root, src); err != nil {
		return "", "", err
	}
	fragment, err = safe(root, src, letterPolicy())
	return fragment, words, err
}

// parse parses a text within its budget.
func parse(ctx context.Context, source []byte) (ast.Node, error) {
	m := newMeter(ctx, source)
	if m.err != nil {
		return nil, m.err
	}
	root := converter().Parser().Parse(text.NewReader(source), parser.WithContext(&budgeted{parser.NewContext(), m}))
	m.measure(root)
	return root, m.err
}

// safe is the HTML of a parsed text, as far as the policy allows it.
func safe(root ast.Node, source []byte, p policy) (string, error) {
	out := &output{most: domain.MaxOutput(len(source))}
	if err := converter().Renderer().Render(out, source, root); err != nil {
		return "", err
	}
	fragment := p.Sanitize(out.String())
	if len(fragment) > out.most {
		return "", tooLong(out.most)
	}
	return fragment, nil
}

// converter parses CommonMark with tables, strikethrough and bare links. It leaves out the parsers for HTML, because
// they would drop text like <Ann Smith>. It is created once and never changes.
var converter = sync.OnceValue(func() goldmark.Markdown {
	blocks := parser.WithBlockParsers(
		util.Prioritized(parser.NewSetextHeadingParser(), 100),
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(shallow{parser.NewListParser()}, 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewCodeBlockParser(), 500),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(shallow{parser.NewBlockquoteParser()}, 800),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	)
	inlines := parser.WithInlineParsers(
		util.Prioritized(codeSpans(), 100),
		util.Prioritized(links(), 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(pairs(parser.NewEmphasisParser()), 500),
		util.Prioritized(pairs(extension.NewStrikethroughParser()), 500),
		util.Prioritized(addresses(extension.NewLinkifyParser()), 999),
	)
	paragraphs := parser.WithParagraphTransformers(
		util.Prioritized(definitions{parser.LinkReferenceParagraphTransformer}, 100),
		util.Prioritized(smallTables{extension.NewTableParagraphTransformer()}, 200),
	)
	cells := parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0))
	return goldmark.New(
		goldmark.WithParser(parser.NewParser(blocks, inlines, paragraphs, cells)),
		goldmark.WithRendererOptions(renderer.WithHardWraps(), nodes.WithNodeRenderers(
			util.Prioritized(extension.NewTableHTMLRenderer(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)), 500),
			util.Prioritized(extension.NewStrikethroughHTMLRenderer(), 500))),
	)
})
