package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"postrider/domain"
)

// ImageFile returns the file of an image in one of its widths, and its type; ErrNotFound when there is none.
func (s *Store) ImageFile(ctx context.Context, name string, width int) (kind string, data []byte, err error) {
	err = s.read.row(ctx, `SELECT i.type, z.data FROM images i JOIN image_sizes z ON z.image_id = i.id
		WHERE i.name = $1 AND z.width = $2`, name, width).Scan(&kind, &data)
	return kind, data, mapError(err)
}

// keepImage returns the id of an image. One without an id is new, and gets an id and a name that nobody can guess.
// Without an image, the id is 0.
func keepImage(ctx context.Context, tx transaction, img domain.Image, now time.Time) (id int64, err error) {
	if img.ID != 0 || len(img.Sizes) == 0 {
		return img.ID, nil
	}
	name := make([]byte, 16)
	_, _ = rand.Read(name) // never fails
	err = tx.row(ctx, `INSERT INTO images (name, type, created_at) VALUES ($1, $2, $3) RETURNING id`,
		hex.EncodeToString(name), img.Type, now.UnixMilli()).Scan(&id)
	if err != nil {
		return 0, err
	}
	for _, z := range img.Sizes {
		_, err := tx.exec(ctx, `INSERT INTO image_sizes (image_id, width, height, data) VALUES ($1, $2, $3, $4)`,
			id, z.Width, z.Height, z.Data)
		if err != nil {
			return 0, err
		}
	}
	return id, nil
}

// dropImage deletes an image that no post uses any more.
func dropImage(ctx context.Context, tx transaction, id int64) error {
	_, err := tx.exec(ctx, `DELETE FROM images WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM posts WHERE image_id = $1)`, id)
	return err
}

// parseSizes reads "320x200,640x400", in any order.
func parseSizes(text string) ([]domain.ImageSize, error) {
	var sizes []domain.ImageSize
	for part := range strings.SplitSeq(text, ",") {
		if part == "" {
			continue
		}
		var z domain.ImageSize
		if _, err := fmt.Sscanf(part, "%dx%d", &z.Width, &z.Height); err != nil {
			return nil, fmt.Errorf("the sizes of an image are %q: %w", text, err)
		}
		sizes = append(sizes, z)
	}
	slices.SortFunc(sizes, func(a, b domain.ImageSize) int { return cmp.Compare(a.Width, b.Width) })
	return sizes, nil
}
