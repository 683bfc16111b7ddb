package store

import (
	"context"
	"math"
	"strconv"
	"time"

	"postrider/domain"
)

// PostQuery selects the posts of a page for editors.
type PostQuery struct {
	Q     string           // substring of title, slug or content, ignoring case
	State domain.PostState // anything unknown for all
	Sort  string           // "title", "published" or "views"; anything else for newest first
	After string           // Next of the previous page
	Per   int              // 25, 50 or 100
}

// match is the condition that makes the choice.
func (q PostQuery) match(now time.Time) fragment {
	match := fragment{text: ` FROM ` + postTables + ` WHERE TRUE`}
	match.addFragment(contains(q.Q))
	switch q.State {
	case domain.PostDraft:
		match.add(` AND p.published_at IS NULL`)
	case domain.PostScheduled:
		match.add(` AND p.published_at > ?`, now.UnixMilli())
	case domain.PostPublished:
		match.add(` AND p.published_at <= ?`, now.UnixMilli())
	}
	return match
}

// lastInstant sorts drafts, which have no date, after all others.
const lastInstant = math.MaxInt64

// postOrders are the sort orders of a list.
var postOrders = map[string]order{
	"":      newest(`p.id`),
	"title": {by: `p.title, p.id`, after: `(p.title, p.id) > (?, ?)`},
	"published": {by: `coalesce(p.published_at, 9223372036854775807) DESC, p.id DESC`,
		after: `(coalesce(p.published_at, 9223372036854775807), p.id) < (?, ?)`, number: true},
	"views": {by: `coalesce(v.views, 0) DESC, p.id DESC`, after: `(coalesce(v.views, 0), p.id) < (?, ?)`, number: true},
}

func postCursor(p domain.Post, sort string) cursor {
	switch sort {
	case "title":
		return cursor{p.Title, p.ID}
	case "published":
		if p.PublishedAt.IsZero() {
			return cursor{strconv.FormatInt(lastInstant, 10), p.ID}
		}
		return cursor{strconv.FormatInt(p.PublishedAt.UnixMilli(), 10), p.ID}
	case "views":
		return cursor{strconv.FormatInt(p.Views, 10), p.ID}
	}
	return cursor{"", p.ID}
}

// Posts returns a page of the posts, whatever their state. They come without their content.
func (s *Store) Posts(ctx context.Context, q PostQuery, now time.Time) (Page[domain.Post], error) {
	return postListing.counted(ctx, s.lists, q.match(now), q.Sort, q.After, q.Per)
}

var postListing = listing[domain.Post]{
	rows: fragment{text: `SELECT ` + postRow + ` FROM ` + postTables}, id: `p.id`, orders: postOrders, scan: scanPost, cursor: postCursor,
}

// FreeSlug is the slug, with the first number from 2 appended that makes it unused if a post has, or had, that slug.
// The post with that id is ignored.
func (s *Store) FreeSlug(ctx context.Context, slug string, id int64) (string, error) {
	rows := s.read.rows(ctx, `SELECT slug FROM posts WHERE id <> $1 AND (slug = $2 OR slug > $3 AND slug < $4)
		UNION SELECT slug FROM old_slugs WHERE post_id <> $1 AND (slug = $2 OR slug > $3 AND slug < $4)`,
		id, slug, slug+"-", slug+".") // "." comes after "-"
	found, err := collect(rows, scanText)
	if err != nil {
		return "", err
	}
	taken := map[string]bool{}
	for _, f := range found {
		taken[f] = true
	}
	free := slug
	for n := 2; taken[free]; n++ {
		free = slug + "-" + strconv.Itoa(n)
	}
	return free, nil
}
