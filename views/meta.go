package views

import (
	"context"
	"strconv"
	"strings"
	"time"

	"postrider/domain"
	"postrider/markdown"
)

// Meta describes a public page to search engines, feed readers and link previews. The zero Meta describes nothing.
type Meta struct {
	Site        string // public address of the service, without a trailing slash
	Path        string // canonical path of the page; "" for a page without metadata
	Hidden      bool   // keep the page out of search engines
	Description string
	Article     *domain.Post // what the page is about; nil for other pages
	Newer       string       // path of the previous page of a list
	Older       string       // path of the next page of a list
}

func (m Meta) canonical() string { return m.Site + m.Path }

// image is the address of the article's image; "" when it has none.
func (m Meta) image() string {
	if m.Article == nil || len(m.Article.Image.Sizes) == 0 {
		return ""
	}
	return m.Site + m.Article.Image.Path(m.Article.Image.Largest().Width)
}

// posting describes an article as a schema.org/BlogPosting.
func (m Meta) posting() map[string]any {
	p := m.Article
	us := map[string]any{"@type": "Organization", "name": "Postrider", "url": m.Site + "/"}
	out := map[string]any{
		"@context": "https://schema.org", "@type": "BlogPosting", "headline": p.Title, "description": m.Description,
		"url": m.canonical(), "mainEntityOfPage": m.canonical(), "datePublished": utc(p.PublishedAt),
		"dateModified": utc(p.ChangedAt()), "author": us, "publisher": us,
	}
	if p.Author != "" {
		out["author"] = map[string]any{"@type": "Person", "name": p.Author}
	}
	if m.image() != "" {
		out["image"] = []string{m.image()}
	}
	return out
}

func utc(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// srcset lists the sizes of an image for the browser to choose from.
func srcset(i domain.Image) string {
	var all []string
	for _, size := range i.Sizes {
		all = append(all, i.Path(size.Width)+" "+strconv.Itoa(size.Width)+"w")
	}
	return strings.Join(all, ", ")
}

// openingLength is how many characters of an article a list shows. openingSource is how many bytes of its source are searched for them.
const (
	openingLength = 220
	openingSource = 4000
)

// Opening is the beginning of an article.
func Opening(source string) string {
	return markdown.Opening(strings.ToValidUTF8(source[:min(len(source), openingSource)], ""), openingLength)
}

// reading says how long an article of that many characters takes to read.
func reading(ctx context.Context, characters int) string {
	return t(ctx, "%d-minute read", domain.ReadingMinutes(characters))
}
