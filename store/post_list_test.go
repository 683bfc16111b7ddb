package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestPostList(t *testing.T) {
	s := storetest.Open(t)
	for i := range 60 {
		p := draft(t, s, fmt.Sprintf("post-%02d", i*7%60))
		if i%3 > 0 {
			p.PublishedAt = now.Add(time.Duration(i%3*2-3) * time.Hour) // one hour ago, or in one hour
			update(t, s, p)
		}
	}
	all := func(q store.PostQuery) []domain.Post {
		t.Helper()
		var posts []domain.Post
		for pages := 0; ; pages++ {
			page, err := s.Posts(t.Context(), q, now)
			if err != nil || pages > 3 {
				t.Fatalf("page %d: %v", pages, err)
			}
			posts = append(posts, page.Posts...)
			if q.After = page.Next; q.After == "" {
				if page.Total != len(posts) {
					t.Errorf("%d of %d", len(posts), page.Total)
				}
				return posts
			}
		}
	}
	for _, sort := range []string{"", "title", "published", "views", "evil; DROP TABLE posts"} {
		seen := map[int64]bool{}
		for _, p := range all(store.PostQuery{Sort: sort}) {
			seen[p.ID] = true
			if p.Content != "" {
				t.Error("the content came along")
			}
		}
		if len(seen) != 60 {
			t.Errorf("in the order of %q there are %d of 60", sort, len(seen))
		}
	}
	if got := all(store.PostQuery{Sort: "published"}); got[0].State(now) != domain.PostDraft || got[59].State(now) != domain.PostPublished {
		t.Errorf("%v … %v", got[0], got[59])
	}
	if got := all(store.PostQuery{Sort: "title"}); got[0].Title != "Title of post-00" || got[59].Title != "Title of post-59" {
		t.Errorf("%s … %s", got[0].Title, got[59].Title)
	}
	for _, state := range []domain.PostState{domain.PostDraft, domain.PostScheduled, domain.PostPublished} {
		got := all(store.PostQuery{State: state})
		if len(got) != 20 || slices.ContainsFunc(got, func(p domain.Post) bool { return p.State(now) != state }) {
			t.Errorf("%s: %d", state, len(got))
		}
	}
	for q, want := range map[string]int{"TITLE OF": 60, "post-07": 1, "TEXT of post-07": 1, "%": 0, "": 60, "nothing": 0} {
		if got := all(store.PostQuery{Q: q}); len(got) != want {
			t.Errorf("%q: %d", q, len(got))
		}
	}
}
