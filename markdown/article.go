package markdown

import (
	"context"
	"regexp"

	"github.com/yuin/goldmark/ast"
)

// ownImage is the address of a picture that this service keeps.
var ownImage = regexp.MustCompile(`^/images/[0-9a-z-]+\.(?:jpg|png)$`)

// Article is the safe HTML fragment of an article in Markdown. It is HTML with three differences: headings are one level
// lower, because the title is the first, and no level is left out; links may lead to pages of ours, as /blog; and the only
// images are those of ours. An image of another host becomes a link to it, because pages of ours load nothing from others.
// The error is TooHeavy, or that of ctx.
func Article(ctx context.Context, source string) (string, error) {
	src := []byte(source)
	root, err := parse(ctx, src)
	if err != nil {
		return "", err
	}
	asArticle(root, src)
	return safe(root, src, articlePolicy())
}

// asArticle lowers headings, so that none is more than one level below the one before, and turns images of other hosts into links.
func asArticle(root ast.Node, source []byte) {
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
		image.Parent().ReplaceChild(image.Parent(), image, instead(image, source))
	}
}

// instead is what stands in an article for an image of another host: a link with the image's alt text, or the text alone
// where that stands in a link already.
func instead(image *ast.Image, source []byte) ast.Node {
	label := newPlain(source).inlines(image)
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
