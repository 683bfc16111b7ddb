package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestPosts(t *testing.T) {
	t.Run("are saved as they were written", func(t *testing.T) {
		s := storetest.Open(t)
		u := storetest.User(t, s, "a@example.com")
		at := now.Add(time.Hour)
		saved, err := s.CreatePost(t.Context(), domain.Post{AuthorID: u.ID, Author: "Ann", Title: " A title ", Slug: "a-title",
			Content: "One\r\ntwo", PublishedAt: at}, now)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Post(t.Context(), saved.ID)
		if err != nil || got.Title != "A title" || got.Content != "One\ntwo" || !got.PublishedAt.Equal(at) || got.AuthorID != u.ID ||
			got.Author != "Ann" || got.Version != 1 || got.Image.ID != 0 {
			t.Errorf("%+v, %v", got, err)
		}
	})
	t.Run("are saved once when two people edit them", func(t *testing.T) {
		s := storetest.Open(t)
		p := draft(t, s, "first")
		p.Title = "Second"
		if saved, err := s.UpdatePost(t.Context(), p, now); err != nil || saved.Version != 2 || saved.Title != "Second" {
			t.Errorf("%+v, %v", saved, err)
		}
		if _, err := s.UpdatePost(t.Context(), p, now); !errors.Is(err, domain.ErrConflict) {
			t.Errorf("%v", err)
		}
	})
	t.Run("are deleted with their views and former slugs, and logged", func(t *testing.T) {
		s := storetest.Open(t)
		p := draft(t, s, "first")
		p.PublishedAt = now
		p = update(t, s, p)
		p.Slug = "second"
		p = update(t, s, p)
		by := domain.Actor{ID: 1, Email: "a@example.com"}
		if err := s.DeletePost(t.Context(), by, p.ID, now); err != nil {
			t.Fatal(err)
		}
		if err := s.DeletePost(t.Context(), by, p.ID, now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("%v", err)
		}
		draft(t, s, "first")
		log, err := s.Audit(t.Context(), store.AuditQuery{})
		if err != nil || log.Rows[0].Action != domain.AuditDelete || log.Rows[0].Subject != "second" || log.Rows[0].Detail != "post" {
			t.Errorf("%+v, %v", log.Rows, err)
		}
	})
}

func TestPostAddresses(t *testing.T) {
	s := storetest.Open(t)
	p := draft(t, s, "first")
	p.PublishedAt = now
	p = update(t, s, p)
	p.Slug = "second"
	p = update(t, s, p)
	refused := func(slug string) {
		t.Helper()
		var wrong domain.Invalid
		if _, err := s.CreatePost(t.Context(), domain.Post{Title: "x", Slug: slug, Content: "x"}, now); !errors.As(err, &wrong) || wrong["slug"].Key == "" {
			t.Errorf("%s: %v", slug, err)
		}
	}
	refused("second")
	refused("first") // readers may know it
	for _, c := range []struct {
		slug, want string
		id         int64
	}{
		{"new", "new", 0}, {"first", "first-2", 0}, {"second", "second-2", 0}, {"second", "second", p.ID}, {"first", "first", p.ID}, {"fir", "fir", 0},
	} {
		if got, err := s.FreeSlug(t.Context(), c.slug, c.id); got != c.want || err != nil {
			t.Errorf("%s: %s, %v", c.slug, got, err)
		}
	}
	draft(t, s, "first-2")
	draft(t, s, "first-4")
	if got, err := s.FreeSlug(t.Context(), "first", 0); got != "first-3" || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	p.Slug = "first"
	update(t, s, p)
	d := draft(t, s, "unknown")
	d.Slug = "known" // nobody has read the draft
	update(t, s, d)
	draft(t, s, "unknown")
}

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
			posts = append(posts, page.Rows...)
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
