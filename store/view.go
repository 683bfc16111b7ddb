package store

import (
	"context"
)

// AddViews adds to the numbers of views of posts, by their ids. A post that is gone is left out.
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
