package store_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

// titles are the last words of the listed titles.
func titles[T any](all []T, title func(T) string) string {
	var out []string
	for _, one := range all {
		_, last, _ := strings.Cut(title(one), " ")
		out = append(out, last)
	}
	return strings.Join(out, " ")
}

func cardTitles(all []domain.PostCard) string {
	return titles(all, func(c domain.PostCard) string { return c.Title })
}

func TestBlogPages(t *testing.T) {
	s := fillBlog(t)
	var pages []store.BlogPage
	for after := ""; ; after = pages[len(pages)-1].Older {
		page, err := s.Blog(t.Context(), after, now)
		if err != nil || len(pages) > 3 {
			t.Fatalf("page %d: %v", len(pages), err)
		}
		if pages = append(pages, page); page.Older == "" {
			break
		}
	}
	t.Run("have each published article once, newest first", func(t *testing.T) {
		for i, want := range []string{"25 24 23 22 21 20 19 18 17 16", "15 14 13 12 11 10 9 8 7 6", "5 4 3 2 1"} {
			if got := cardTitles(pages[i].Cards); got != want {
				t.Errorf("page %d has %s", i, got)
			}
		}
	})
	t.Run("know the previous page", func(t *testing.T) {
		if !pages[0].First || pages[1].First || pages[1].Newer != "" || pages[2].First || pages[2].Newer != pages[0].Older {
			t.Errorf("%+v", pages)
		}
	})
	t.Run("start over for an invalid cursor, and hide future articles from a cursor of the future", func(t *testing.T) {
		future := base64.RawURLEncoding.EncodeToString([]byte(`{"Value":"99999999999999","ID":99}`))
		for _, after := range []string{"", "x", "%%", future} {
			if page, err := s.Blog(t.Context(), after, now); err != nil || page.Cards[0].Title != "Post 25" {
				t.Errorf("%q: %v, %s", after, err, cardTitles(page.Cards))
			}
		}
	})
	t.Run("include a scheduled article once its time has come", func(t *testing.T) {
		if page, err := s.Blog(t.Context(), "", now.Add(time.Millisecond)); err != nil || page.Cards[0].Title != "Soon 0" {
			t.Errorf("%v, %s", err, cardTitles(page.Cards))
		}
	})
	t.Run("show how an article begins and how long it is", func(t *testing.T) {
		p := storetest.Post(t, s, "Post long", now)
		p.Content = strings.Repeat("я", 5000)
		if _, err := s.UpdatePost(t.Context(), p, now); err != nil {
			t.Fatal(err)
		}
		page, err := s.Blog(t.Context(), "", now)
		if err != nil || page.Cards[0].Length != 5000 || page.Cards[0].Opening != strings.Repeat("я", 1500) || page.Cards[0].Author != "Ann Author" {
			t.Errorf("%v, %+v", err, page.Cards[0])
		}
	})
	t.Run("are empty when nothing is published", func(t *testing.T) {
		empty := storetest.Open(t)
		storetest.Post(t, empty, "Draft 1", time.Time{})
		if page, err := empty.Blog(t.Context(), "", now); err != nil || len(page.Cards) > 0 || page.Older != "" {
			t.Errorf("%v, %+v", err, page)
		}
	})
}

func TestPostBySlug(t *testing.T) {
	s := storetest.Open(t)
	p := storetest.Post(t, s, "First name", now)
	for _, slug := range []string{"second-name", "third-name"} {
		p.Slug = slug
		var err error
		if p, err = s.UpdatePost(t.Context(), p, now); err != nil {
			t.Fatal(err)
		}
	}
	for _, slug := range []string{"first-name", "second-name", "third-name"} {
		if got, err := s.PostBySlug(t.Context(), slug); err != nil || got.ID != p.ID || got.Slug != "third-name" {
			t.Errorf("%s: %+v, %v", slug, got, err)
		}
	}
	if _, err := s.PostBySlug(t.Context(), "no-such-name"); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("no such slug: %v", err)
	}
}

func TestNeighbours(t *testing.T) {
	s := fillBlog(t)
	for title, want := range map[string]string{"post-1": "/2", "post-12": "11/13", "post-13": "12/14", "post-25": "24/"} {
		p, err := s.PostBySlug(t.Context(), title)
		if err != nil {
			t.Fatal(err)
		}
		older, newer, err := s.Neighbours(t.Context(), p, now)
		got := strings.TrimPrefix(older.Slug, "post-") + "/" + strings.TrimPrefix(newer.Slug, "post-")
		if err != nil || got != want {
			t.Errorf("%s: %s, want %s; %v", title, got, want, err)
		}
	}
}

func TestLatestPosts(t *testing.T) {
	s := fillBlog(t)
	posts, err := s.LatestPosts(t.Context(), 3, now)
	if got := titles(posts, func(p domain.Post) string { return p.Title }); err != nil || got != "25 24 23" || posts[0].Content != "The text of Post 25." {
		t.Errorf("%s, %v", got, err)
	}
	links, err := s.PostLinks(t.Context(), 24, now)
	if err != nil || len(links) != 24 || links[0].Slug != "post-25" || links[23].Slug != "post-2" {
		t.Errorf("%+v, %v", links, err)
	}
	if posts[0].ChangedAt().Before(posts[0].PublishedAt) || !links[0].ChangedAt.Equal(posts[0].ChangedAt()) {
		t.Errorf("changed at %v, by its link at %v", posts[0].ChangedAt(), links[0].ChangedAt)
	}
}

func TestRandomPosts(t *testing.T) {
	t.Run("are three different ones, and eventually all of them", func(t *testing.T) {
		s := fillBlog(t)
		seen := map[string]bool{}
		for range 400 {
			cards, err := s.RandomPosts(t.Context(), now)
			if err != nil || len(cards) != 3 || cards[0].ID == cards[1].ID || cards[1].ID == cards[2].ID || cards[0].ID == cards[2].ID {
				t.Fatalf("%s, %v", cardTitles(cards), err)
			}
			for _, c := range cards {
				seen[c.Title] = true
			}
		}
		if len(seen) != 25 || seen["Draft 0"] || seen["Soon 0"] {
			t.Errorf("%d were seen", len(seen))
		}
	})
	t.Run("are all of them if there are fewer", func(t *testing.T) {
		s := storetest.Open(t)
		for want := range 4 {
			cards, err := s.RandomPosts(t.Context(), now)
			all := strings.Fields(cardTitles(cards))
			slices.Sort(all)
			if err != nil || strings.Join(all, " ") != strings.Join([]string{"0", "1", "2"}[:want], " ") {
				t.Fatalf("%d published: %v, %v", want, all, err)
			}
			storetest.Post(t, s, fmt.Sprintf("Draft %d", want), time.Time{})
			storetest.Post(t, s, fmt.Sprintf("Post %d", want), now)
		}
	})
}

func TestAddViews(t *testing.T) {
	s := storetest.Open(t)
	a, b := storetest.Post(t, s, "Post 1", now), storetest.Post(t, s, "Post 2", now)
	for range 2 {
		if err := s.AddViews(t.Context(), map[int64]int64{a.ID: 3, b.ID: 1, 999: 5}); err != nil {
			t.Fatal(err)
		}
	}
	for id, want := range map[int64]int64{a.ID: 6, b.ID: 2} {
		if p, err := s.Post(t.Context(), id); err != nil || p.Views != want || p.Version != 1 {
			t.Errorf("%+v, %v", p, err)
		}
	}
}
