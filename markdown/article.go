package markdown

import (
	"bytes"
	"html"
	"regexp"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// ownImage is the address of a picture that this service keeps.
var ownImage = regexp.MustCompile(`^/images/[0-9a-z-]+\.(?:jpg|png)$`)

// Article is the safe HTML fragment of an article in Markdown. It is HTML with three differences: headings are one level
// lower, because the title is the first, and no level is left out; links may lead to pages of ours, as /blog; and the only
// images are those of ours. An image of another host becomes a link to it, because pages of ours load nothing from others.
func Article(source string) string {
	var out bytes.Buffer
	if err := articles().Convert([]byte(source), &out); err != nil {
		return "<p>" + html.EscapeString(source) + "</p>" // a bytes.Buffer refuses nothing, so this is not reached
	}
	return articlePolicy().Sanitize(out.String())
}

// articles and articlePolicy are made once and never change: a page is made of an article at every visit.
var articles = sync.OnceValue(func() goldmark.Markdown {
	md := converter()
	md.Parser().AddOptions(parser.WithASTTransformers(util.Prioritized(asArticle{}, 100)))
	return md
})

var articlePolicy = sync.OnceValue(func() *bluemonday.Policy {
	p := textPolicy()
	p.AllowRelativeURLs(true)
	p.AllowAttrs("src").Matching(ownImage).OnElements("img")
	return p
})

// asArticle lowers headings, so that none is more than one level below the one before, and turns images of other hosts into links.
type asArticle struct{}

// Transform implements parser.ASTTransformer.
func (asArticle) Transform(root *ast.Document, reader text.Reader, _ parser.Context) {
	var foreign []*ast.Image
	above := 1 // the level of the heading before; the title's at first
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			n.Level = min(n.Level+1, above+1, 6)
			above = n.Level
		case *ast.Image:
			if !ownImage.Match(n.Destination) {
				foreign = append(foreign, n)
			}
		}
		return ast.WalkContinue, nil
	}) // the function returns no error
	for _, image := range foreign {
		image.Parent().ReplaceChild(image.Parent(), image, instead(image, reader.Source()))
	}
}

// instead is what stands in an article for an image of another host: a link with the image's alt text, or the text alone
// where that stands in a link already.
func instead(image *ast.Image, source []byte) ast.Node {
	label := plain{source: source}.inlines(image)
	if label == "" {
		label = string(image.Destination)
	}
	words := ast.NewString([]byte(label))
	words.SetRaw(true) // its references are resolved already
	for n := image.Parent(); n != nil; n = n.Parent() {
		if n.Kind() == ast.KindLink {
			return words
		}
	}
	link := ast.NewLink()
	link.Destination = image.Destination
	link.AppendChild(link, words)
	return link
}
