package storetest

import (
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
)

// Post creates an article without an author's account, with its lowercased title as the slug. It is a draft when
// publishedAt is zero.
func Post(t testing.TB, s *store.Store, title string, publishedAt time.Time) domain.Post {
	t.Helper()
	p, err := s.CreatePost(t.Context(), domain.Post{Author: "Ann Author", Title: title, Content: "The text of " + title + ".",
		Slug: strings.ReplaceAll(strings.ToLower(title), " ", "-"), PublishedAt: publishedAt}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return p
}
