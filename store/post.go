package store

import (
	"context"
	"strings"
	"time"

	"postrider/domain"
)

const (
	postHead = `p.id, coalesce(p.author_id, 0), p.author, p.title, p.slug, `
	postTail = `, coalesce(p.image_id, 0), coalesce(i.name, ''), coalesce(i.type, ''),
	(SELECT coalesce(string_agg(CAST(z.width AS TEXT) || 'x' || CAST(z.height AS TEXT), ','), '') FROM image_sizes z WHERE z.image_id = p.image_id),
	p.image_alt, p.published_at, coalesce(v.views, 0), p.version, p.created_at, p.updated_at`

	postColumns = postHead + `p.content` + postTail
	postRow     = postHead + `''` + postTail // for lists, which do not show the content
)

const postTables = `posts p LEFT JOIN images i ON i.id = p.image_id LEFT JOIN post_views v ON v.post_id = p.id`

func scanPost(row scanner) (domain.Post, error) {
	var p domain.Post
	var sizes string
	err := row.Scan(&p.ID, &p.AuthorID, &p.Author, &p.Title, &p.Slug, &p.Content, &p.Image.ID, &p.Image.Name, &p.Image.Type,
		&sizes, &p.ImageAlt, instant{&p.PublishedAt}, &p.Views, &p.Version, instant{&p.CreatedAt}, instant{&p.UpdatedAt})
	if err != nil {
		return p, mapError(err)
	}
	p.Image.Sizes, err = parseSizes(sizes)
	return p, err
}

// Post returns a post; ErrNotFound when there is none.
func (s *Store) Post(ctx context.Context, id int64) (domain.Post, error) {
	return post(ctx, s.read, id)
}

func post(ctx context.Context, q reader, id int64) (domain.Post, error) {
	return scanPost(q.row(ctx, `SELECT `+postColumns+` FROM `+postTables+` WHERE p.id = $1`, id))
}

// CreatePost saves a new post. Invalid says what is wrong with it.
func (s *Store) CreatePost(ctx context.Context, p domain.Post, now time.Time) (domain.Post, error) {
	if err := checkPost(&p); err != nil {
		return p, err
	}
	saved := p
	err := s.tx(ctx, func(tx transaction) error {
		if err := takeSlug(ctx, tx, p.Slug, 0); err != nil {
			return err
		}
		image, err := keepImage(ctx, tx, p.Image, now)
		if err != nil {
			return err
		}
		var id int64
		err = tx.row(ctx, `INSERT INTO posts
			(author_id, author, title, slug, content, image_id, image_alt, published_at, search, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
			reference(p.AuthorID), p.Author, p.Title, p.Slug, p.Content, reference(image), p.ImageAlt, millis(p.PublishedAt),
			searchText(p.Title, p.Slug, p.Content), now.UnixMilli(), now.UnixMilli()).Scan(&id)
		if err != nil {
			return err
		}
		saved, err = post(ctx, tx, id)
		return err
	})
	return saved, err
}

// UpdatePost saves a post if its version is still the current one; the author stays. ErrConflict means that there is a
// newer one. A post that readers may know is still found by its old slug.
func (s *Store) UpdatePost(ctx context.Context, p domain.Post, now time.Time) (domain.Post, error) {
	if err := checkPost(&p); err != nil {
		return p, err
	}
	saved := p
	err := s.tx(ctx, func(tx transaction) error {
		old, err := post(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if err := takeSlug(ctx, tx, p.Slug, p.ID); err != nil {
			return err
		}
		image, err := keepImage(ctx, tx, p.Image, now)
		if err != nil {
			return err
		}
		var id int64
		err = tx.row(ctx, `UPDATE posts SET title = $1, slug = $2, content = $3, image_id = $4, image_alt = $5,
			published_at = $6, search = $7, version = version + 1, updated_at = $8 WHERE id = $9 AND version = $10 RETURNING id`,
			p.Title, p.Slug, p.Content, reference(image), p.ImageAlt, millis(p.PublishedAt),
			searchText(p.Title, p.Slug, p.Content), now.UnixMilli(), p.ID, p.Version).Scan(&id)
		if err != nil {
			return asConflict(mapError(err))
		}
		if err := keepOldSlug(ctx, tx, old, p.Slug); err != nil {
			return err
		}
		if err := dropImage(ctx, tx, old.Image.ID); err != nil {
			return err
		}
		saved, err = post(ctx, tx, id)
		return err
	})
	if err != nil {
		return p, err
	}
	return saved, nil
}

// DeletePost deletes a post, with its image, its views and its old slugs.
func (s *Store) DeletePost(ctx context.Context, by domain.Actor, id int64, now time.Time) error {
	return s.tx(ctx, func(tx transaction) error {
		var slug string
		var image int64
		err := tx.row(ctx, `DELETE FROM posts WHERE id = $1 RETURNING slug, coalesce(image_id, 0)`, id).Scan(&slug, &image)
		if err != nil {
			return err
		}
		if err := dropImage(ctx, tx, image); err != nil {
			return err
		}
		return insertAudit(ctx, tx, by, domain.AuditDelete, slug, "post", now)
	})
}

// takeSlug makes the slug available to the post with that id; Invalid when it is, or was, another post's.
func takeSlug(ctx context.Context, tx transaction, slug string, id int64) error {
	var taken bool
	err := tx.row(ctx, `SELECT EXISTS (SELECT 1 FROM posts WHERE slug = $1 AND id <> $2)
		OR EXISTS (SELECT 1 FROM old_slugs WHERE slug = $1 AND post_id <> $2)`, slug, id).Scan(&taken)
	if err != nil {
		return err
	}
	if taken {
		return domain.Invalid{"slug": domain.Say("Another article uses this address, or used it before.")}
	}
	_, err = tx.exec(ctx, `DELETE FROM old_slugs WHERE slug = $1`, slug)
	return err
}

func keepOldSlug(ctx context.Context, tx transaction, old domain.Post, slug string) error {
	if old.Slug == slug || old.PublishedAt.IsZero() {
		return nil
	}
	_, err := tx.exec(ctx, `INSERT INTO old_slugs (slug, post_id) VALUES ($1, $2)`, old.Slug, old.ID)
	return err
}

// checkPost also converts the browser's line endings to LF.
func checkPost(p *domain.Post) error {
	p.Title, p.ImageAlt = strings.TrimSpace(p.Title), strings.TrimSpace(p.ImageAlt)
	p.Content = strings.ReplaceAll(p.Content, "\r\n", "\n")
	return p.Check()
}
