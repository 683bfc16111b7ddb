package markdown_test

import (
	"errors"
	"testing"

	"postrider/markdown"
)

// fragment is the HTML of a letter.
func fragment(t testing.TB, source string) string {
	t.Helper()
	html, _, err := markdown.Letter(t.Context(), source)
	if err != nil {
		t.Fatalf("%.60q: %v", source, err)
	}
	return html
}

// words is the plain text of a letter.
func words(t testing.TB, source string) string {
	t.Helper()
	_, text, err := markdown.Letter(t.Context(), source)
	if err != nil {
		t.Fatalf("%.60q: %v", source, err)
	}
	return text
}

// article is the HTML of an article.
func article(t testing.TB, source string) string {
	t.Helper()
	html, err := markdown.Article(t.Context(), source)
	if err != nil {
		t.Fatalf("%.60q: %v", source, err)
	}
	return html
}

// refusedOr fails for an error that does not say, in words, why a text is too heavy. It reports whether there was one.
func refusedOr(t testing.TB, err error) bool {
	t.Helper()
	var heavy markdown.TooHeavy
	if err != nil && (!errors.As(err, &heavy) || heavy.Why.Key == "") {
		t.Fatalf("the error is %v", err)
	}
	return err != nil
}
