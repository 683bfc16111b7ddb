package store

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"postrider/domain"
)

// PostQuery says which posts a page for editors shows.
type PostQuery struct {
	Q     string           // is contained in title, slug or content, whatever its case
	State domain.PostState // anything unknown for all
	Sort  string           // "title", "published" or "views"; anything else is the newest first
	After string           // the Next of the page before
	Per   int              // 25, 50 or 100
}

// PostPage is a page of posts, which come without their content.
type PostPage struct {
	Posts []domain.Post
	Next  string // "" on the last page
	Total int    // how many match, on all pages
}

// The condition for each state that a list can be narrowed to. $1 is now.
var ofPostState = map[domain.PostState]string{
	domain.PostDraft:     ` AND p.published_at IS NULL`,
	domain.PostScheduled: ` AND p.published_at > $1`,
	domain.PostPublished: ` AND p.published_at <= $1`,
}

// lastInstant stands for the date of a draft, which comes after all others.
const lastInstant = math.MaxInt64

// postSorts are the orders that a list may have. Each has its own text, so that no input becomes SQL.
var postSorts = map[string]struct{ where, order string }{
	"":      {`(0, p.id) < (CAST($%d AS INTEGER), $%d)`, `p.id DESC`},
	"title": {`(p.title, p.id) > ($%d, $%d)`, `p.title, p.id`},
	"published": {`(coalesce(p.published_at, 9223372036854775807), p.id) < (CAST($%d AS INTEGER), $%d)`,
		`coalesce(p.published_at, 9223372036854775807) DESC, p.id DESC`},
	"views": {`(coalesce(v.views, 0), p.id) < (CAST($%d AS INTEGER), $%d)`, `coalesce(v.views, 0) DESC, p.id DESC`},
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
	return cursor{"0", p.ID}
}

// Posts returns a page of the posts, whatever their state.
func (s *Store) Posts(ctx context.Context, q PostQuery, now time.Time) (PostPage, error) {
	var page PostPage
	match := ` WHERE $1 = $1 AND ` + contains + ofPostState[q.State]
	args := []any{now.UnixMilli(), needle(q.Q)}
	if err := s.lists.QueryRowContext(ctx, `SELECT count(*) FROM posts p`+match, args...).Scan(&page.Total); err != nil {
		return page, mapError(err)
	}
	sort, ok := postSorts[q.Sort]
	if !ok {
		q.Sort, sort = "", postSorts[""]
	}
	if at, ok := parseCursor(q.After); ok {
		args = append(args, at.Value, at.ID)
		match += ` AND ` + fmt.Sprintf(sort.where, len(args)-1, len(args))
	}
	per := perPage(q.Per)
	args = append(args, per+1)
	rows, err := s.lists.QueryContext(ctx, fmt.Sprintf(`SELECT %s FROM %s WHERE p.id IN (SELECT p.id FROM %[2]s %[3]s
		ORDER BY %[4]s LIMIT $%[5]d) ORDER BY %[4]s`, postRow, postTables, match, sort.order, len(args)), args...)
	if err != nil {
		return page, mapError(err)
	}
	all, err := collect(rows, scanPost)
	page.Posts, page.Next = trimPage(all, per, func(p domain.Post) cursor { return postCursor(p, q.Sort) })
	return page, err
}

// FreeSlug is the slug, or the slug with the first number from 2 that makes it one that no post has, nor had. The post with
// that id counts for nothing.
func (s *Store) FreeSlug(ctx context.Context, slug string, id int64) (string, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT slug FROM posts WHERE id <> $1 AND (slug = $2 OR slug > $3 AND slug < $4)
		UNION SELECT slug FROM old_slugs WHERE post_id <> $1 AND (slug = $2 OR slug > $3 AND slug < $4)`,
		id, slug, slug+"-", slug+".") // "." comes after "-"
	if err != nil {
		return "", mapError(err)
	}
	found, err := collect(rows, func(row scanner) (text string, err error) { return text, row.Scan(&text) })
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
