// Package markdown owns what people may write in letters and articles: Markdown in, safe HTML or plain text out.
//
// HTML that somebody types is shown as typed. What comes out is passed through a narrow policy all the same, so that a
// mistake in one of the two lets nothing through.
package markdown

import (
	"bytes"
	"html"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	nodes "github.com/yuin/goldmark/renderer"
	renderer "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// HTML is the safe HTML fragment that a Markdown text stands for. It has no ids, classes or styles; links lead to https,
// http and mailto only, images to https and http. A line break in the source is a line break in the fragment.
func HTML(source string) string {
	var out bytes.Buffer
	if err := converter().Convert([]byte(source), &out); err != nil {
		return "<p>" + html.EscapeString(source) + "</p>" // a bytes.Buffer refuses nothing, so this is not reached
	}
	return policy().Sanitize(out.String())
}

// Text is the plain text that a Markdown text stands for, without a line break at its end. Links stand behind their
// label in round brackets.
func Text(source string) string {
	t := plain{source: []byte(source)}
	root := converter().Parser().Parse(text.NewReader(t.source))
	return t.blocks(root, "\n\n")
}

// converter reads CommonMark with tables, strikethrough and bare links. It knows no HTML: the parsers for that are left
// out, because text like <Ann Smith> would otherwise vanish.
func converter() goldmark.Markdown {
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
		util.Prioritized(parser.NewCodeSpanParser(), 100),
		util.Prioritized(parser.NewLinkParser(), 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(parser.NewEmphasisParser(), 500),
	)
	paragraphs := parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(),
		util.Prioritized(smallTables{extension.NewTableParagraphTransformer()}, 200))...)
	tables := parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0))
	cells := extension.NewTableHTMLRenderer(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))
	return goldmark.New(
		goldmark.WithParser(parser.NewParser(blocks, inlines, paragraphs, tables)),
		goldmark.WithRendererOptions(renderer.WithHardWraps(), nodes.WithNodeRenderers(util.Prioritized(cells, 500))),
		goldmark.WithExtensions(extension.Strikethrough, extension.Linkify),
	)
}
