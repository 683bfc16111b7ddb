package store

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// With 10,000 articles, every page of the blog reads only a few.
func TestBlogPlans(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "p.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = s.write.exec(t.Context(), `WITH RECURSIVE counted (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < 10000)
		INSERT INTO posts (author, title, slug, content, image_alt, published_at, search, created_at, updated_at)
		SELECT 'Ann', 'Post ' || i, 'post-' || i, 'Text ' || i, '', CASE WHEN i % 10 = 0 THEN NULL ELSE i END, '', 1, 1 FROM counted`)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UnixMilli()
	for _, analysed := range []bool{false, true} {
		if analysed {
			if _, err := s.write.exec(t.Context(), `ANALYZE`); err != nil {
				t.Fatal(err)
			}
		}
		for name, q := range map[string]struct {
			text  query
			args  []any
			index string
		}{
			"a page":                {cardsBefore, []any{now, math.MaxInt64, 11}, "posts_published"},
			"the page before":       {keysAfter, []any{1, 1, now, 11}, "posts_published"},
			"one by its slug":       {bySlug, []any{"post-7"}, "sqlite_autoindex_posts_1"},
			"the one before":        {linkBefore, []any{now, 7}, "posts_published"},
			"the one after":         {linkAfter, []any{1, 7, now}, "posts_published"},
			"the feed":              {latest, []any{now, 20}, "posts_published"},
			"the sitemap":           {links, []any{now, 50000}, "posts_published"},
			"one at a random place": {cardFrom, []any{5000, 1, 2, 3, now}, "PRIMARY KEY"},
		} {
			t.Run(fmt.Sprintf("%s, analysed: %v", name, analysed), func(t *testing.T) {
				plan := planOf(t, s, q.text, q.args...)
				if strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") || !strings.Contains(plan, q.index) {
					t.Error(plan)
				}
			})
		}
	}
}
