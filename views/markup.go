package views

import (
	"context"
	"errors"
	"html"
	"io"

	"github.com/a-h/templ"

	"postrider/markdown"
)

// ArticleHTML is the HTML of an article. An article that was saved before there were limits and exceeds them is shown as typed. The error
// is that of ctx.
func ArticleHTML(ctx context.Context, content string) (string, error) {
	text, err := markdown.Article(ctx, content)
	var heavy markdown.TooHeavy
	if errors.As(err, &heavy) {
		return "<pre>" + html.EscapeString(content) + "</pre>\n", nil
	}
	return text, err
}

func articleText(content string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		text, err := ArticleHTML(ctx, content)
		if err != nil {
			return err
		}
		_, err = io.WriteString(w, text)
		return err
	})
}
