package markdown

import (
	"context"
	"regexp"

	"github.com/yuin/goldmark/ast"
)

// ownImage matches the path of a picture stored by this service.
var ownImage = regexp.MustCompile(`^/images/[0-9a-z-]+\.(?:jpg|png)$`)

// Article renders an article in Markdown as a safe HTML fragment. It differs from Letter in three ways: headings are
// one level lower, because the title is the first, and skip no level; links may lead to our own pages, like /blog; and
// only our own images are shown. An image on another host becomes a link to it, because our pages load nothing from
// other hosts. The error is TooHeavy, or that of ctx.
func Article(ctx context.Context, source string) (string, error) {
	src := []byte(source)
	root, err := parse(ctx, src)
	if err != nil {
		return "", err
	}
	asArticle(root, src)
	return safe(root, src, articlePolicy())
}

// asArticle lowers headings, so that none is more than one level below the previous one, and turns images on other
// hosts into links.
func asArticle(root ast.Node, source []byte) {
	var foreign []*ast.Image
	above := 1 // the previous heading's level; at first the title's
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
	}) // the function never fails
	for _, image := range foreign {
		image.Parent().ReplaceChild(image.Parent(), image, instead(image, source))
	}
}

// instead replaces an image on another host in an article: by a link with the image's alt text, or by the text alone
// inside a link.
func instead(image *ast.Image, source []byte) ast.Node {
	label := newPlain(source).inlines(image)
	if label == "" {
		label = string(image.Destination)
	}
	words := ast.NewString([]byte(label))
	words.SetRaw(true) // its references are resolved
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
