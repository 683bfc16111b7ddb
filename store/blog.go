package store

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"postrider/domain"
)

// blogPer is the number of articles on a blog page.
const blogPer = 10

const cardColumns = `p.id, p.title, p.slug, p.author, substr(p.content, 1, 1500), length(p.content), coalesce(i.name, ''), coalesce(i.type, ''),
	(SELECT coalesce(string_agg(CAST(z.width AS TEXT) || 'x' || CAST(z.height AS TEXT), ','), '') FROM image_sizes z WHERE z.image_id = p.image_id),
	p.image_alt, p.published_at`

const cardTables = `posts p LEFT JOIN images i ON i.id = p.image_id`

// The queries of the blog, named so that a test can check SQLite's plans for them.
const (
	cardsBefore = `SELECT ` + cardColumns + ` FROM ` + cardTables + ` WHERE p.published_at IS NOT NULL
		AND (p.published_at, p.id) < ($1, $2) ORDER BY p.published_at DESC, p.id DESC LIMIT $3`
	keysAfter = `SELECT p.published_at, p.id FROM posts p WHERE p.published_at IS NOT NULL AND (p.published_at, p.id) > ($1, $2)
		AND p.published_at <= $3 ORDER BY p.published_at, p.id LIMIT $4`
	bySlug = `SELECT ` + postColumns + ` FROM ` + postTables + ` WHERE p.id = coalesce(
		(SELECT id FROM posts WHERE slug = $1), (SELECT post_id FROM old_slugs WHERE old_slugs.slug = $1))`
	linkBefore = `SELECT ` + linkColumns + ` FROM posts p WHERE p.published_at IS NOT NULL AND (p.published_at, p.id) < ($1, $2)
		ORDER BY p.published_at DESC, p.id DESC LIMIT 1`
	linkAfter = `SELECT ` + linkColumns + ` FROM posts p WHERE p.published_at IS NOT NULL AND (p.published_at, p.id) > ($1, $2)
		AND p.published_at <= $3 ORDER BY p.published_at, p.id LIMIT 1`
	latest = `SELECT ` + postColumns + ` FROM ` + postTables + ` WHERE p.published_at IS NOT NULL AND p.published_at <= $1
		ORDER BY p.published_at DESC, p.id DESC LIMIT $2`
	links = `SELECT ` + linkColumns + ` FROM posts p WHERE p.published_at IS NOT NULL AND p.published_at <= $1
		ORDER BY p.published_at DESC, p.id DESC LIMIT $2`
	// The plus keeps SQLite from using the index on dates instead of the order of ids.
	cardFrom = `SELECT ` + cardColumns + ` FROM ` + cardTables + ` WHERE p.id >= $1 AND p.id NOT IN ($2, $3, $4)
		AND +p.published_at <= $5 ORDER BY p.id LIMIT 1`
)

const linkColumns = `p.title, p.slug, CASE WHEN p.published_at > p.updated_at THEN p.published_at ELSE p.updated_at END`

func scanCard(row scanner) (domain.PostCard, error) {
	var c domain.PostCard
	var sizes string
	err := row.Scan(&c.ID, &c.Title, &c.Slug, &c.Author, &c.Opening, &c.Length, &c.Image.Name, &c.Image.Type, &sizes, &c.ImageAlt,
		instant{&c.PublishedAt})
	if err != nil {
		return c, mapError(err)
	}
	c.Image.Sizes, err = parseSizes(sizes)
	return c, err
}

func scanLink(row scanner) (l domain.PostLink, err error) {
	err = row.Scan(&l.Title, &l.Slug, instant{&l.ChangedAt})
	return l, mapError(err)
}

// BlogPage is a page of the published articles, newest first.
type BlogPage struct {
	Cards []domain.PostCard
	Older string // cursor of the next, older page; "" on the last page
	Newer string // cursor of the previous, newer page; "" when that is the first page
	First bool   // no article is newer
}

// Blog returns the page that begins after a cursor, or the first one when after is empty or invalid.
func (s *Store) Blog(ctx context.Context, after string, now time.Time) (BlogPage, error) {
	page := BlogPage{First: true}
	before := cursor{strconv.FormatInt(now.UnixMilli(), 10), math.MaxInt64}
	if at, ok := parseCursor(after); ok {
		before = at
	}
	all, err := collect(s.read.rows(ctx, cardsBefore, min(before.number(), now.UnixMilli()), before.ID, blogPer+1), scanCard)
	if err != nil {
		return page, err
	}
	page.Cards, page.Older = trimPage(all, blogPer, func(c domain.PostCard) cursor {
		return cursor{strconv.FormatInt(c.PublishedAt.UnixMilli(), 10), c.ID}
	})
	if len(all) > 0 {
		page.First, page.Newer, err = s.newer(ctx, all[0], now)
	}
	return page, err
}

// newer finds the page before the one that begins with this article.
func (s *Store) newer(ctx context.Context, c domain.PostCard, now time.Time) (first bool, newer string, err error) {
	keys, err := collect(s.read.rows(ctx, keysAfter, c.PublishedAt.UnixMilli(), c.ID, now.UnixMilli(), blogPer+1), func(row scanner) (k cursor, err error) { return k, row.Scan(&k.Value, &k.ID) })
	if len(keys) > blogPer {
		newer = keys[blogPer].String()
	}
	return len(keys) == 0, newer, err
}

// PostBySlug returns the post that has, or once had, this slug. Its Slug is the current one. ErrNotFound means that
// there is none.
func (s *Store) PostBySlug(ctx context.Context, slug string) (domain.Post, error) {
	return scanPost(s.statements.bySlug.row(unwatched(ctx), slug))
}

// Neighbours returns the published articles before and after a published one.
func (s *Store) Neighbours(ctx context.Context, p domain.Post, now time.Time) (older, newer domain.PostLink, err error) {
	at := p.PublishedAt.UnixMilli()
	older, err = scanLink(s.statements.linkBefore.row(unwatched(ctx), at, p.ID))
	if err != nil && !errors.Is(err, domain.ErrNotFound) {
		return older, newer, err
	}
	newer, err = scanLink(s.statements.linkAfter.row(unwatched(ctx), at, p.ID, now.UnixMilli()))
	if errors.Is(err, domain.ErrNotFound) {
		err = nil
	}
	return older, newer, err
}

// LatestPosts returns the last n published articles, newest first.
func (s *Store) LatestPosts(ctx context.Context, n int, now time.Time) ([]domain.Post, error) {
	return collect(s.read.rows(ctx, latest, now.UnixMilli(), n), scanPost)
}

// PostLinks returns up to n published articles, newest first.
func (s *Store) PostLinks(ctx context.Context, n int, now time.Time) ([]domain.PostLink, error) {
	return collect(s.read.rows(ctx, links, now.UnixMilli(), n), scanLink)
}

// RandomPosts returns three published articles, or all if there are fewer. It picks three random ids, so its cost does
// not depend on their number. An article that follows deleted ones is picked more often.
func (s *Store) RandomPosts(ctx context.Context, now time.Time) ([]domain.PostCard, error) {
	var last int64
	if err := s.read.row(ctx, `SELECT coalesce(max(id), 0) FROM posts`).Scan(&last); err != nil {
		return nil, mapError(err)
	}
	var found []domain.PostCard
	for len(found) < 3 {
		c, err := s.randomPost(ctx, 1+rand.Int64N(max(last, 1)), found, now)
		if errors.Is(err, domain.ErrNotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		found = append(found, c)
	}
	return found, nil
}

// randomPost returns the first article at or after the id that is not in found, or else the first one of all.
func (s *Store) randomPost(ctx context.Context, from int64, found []domain.PostCard, now time.Time) (domain.PostCard, error) {
	var not [3]int64
	for i, c := range found {
		not[i] = c.ID
	}
	for _, at := range []int64{from, 0} {
		c, err := scanCard(s.read.row(ctx, cardFrom, at, not[0], not[1], not[2], now.UnixMilli()))
		if !errors.Is(err, domain.ErrNotFound) {
			return c, err
		}
	}
	return domain.PostCard{}, domain.ErrNotFound
}

// PostsState identifies what strangers may read at a time. While it stays equal, so do the published posts. It changes
// with every saved change and with every publication date that passes.
type PostsState struct {
	changes int64
	latest  int64 // when the latest one so far was published
}

// PostsState returns the state at now.
func (s *Store) PostsState(ctx context.Context, now time.Time) (PostsState, error) {
	var st PostsState
	err := s.statements.postsState.row(unwatched(ctx), now.UnixMilli()).Scan(&st.changes, &st.latest)
	return st, mapError(err)
}

// AddViews adds to the view counts of posts, by id. Deleted posts are ignored.
func (s *Store) AddViews(ctx context.Context, views map[int64]int64) error {
	return s.tx(ctx, func(tx transaction) error {
		for id, n := range views {
			_, err := tx.exec(ctx, `INSERT INTO post_views (post_id, views) SELECT id, $1 FROM posts WHERE id = $2
				ON CONFLICT (post_id) DO UPDATE SET views = post_views.views + excluded.views`, n, id)
			if err != nil {
				return err
			}
		}
		return nil
	})
}
