package domain_test

import (
	"testing"
	"time"

	"postrider/domain"
)

func TestReadingMinutes(t *testing.T) {
	for characters, want := range map[int]int{0: 1, 1: 1, 1799: 1, 1800: 2, 12000: 10} {
		if got := domain.ReadingMinutes(characters); got != want {
			t.Errorf("%d characters take %d minutes, want %d", characters, got, want)
		}
	}
}

func TestPostStateAndChange(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name               string
		published, updated time.Time
		state              domain.PostState
		changed            time.Time
	}{
		{"a draft", time.Time{}, now, domain.PostDraft, now},
		{"a future one", now.Add(time.Millisecond), now, domain.PostScheduled, now.Add(time.Millisecond)},
		{"one from this moment", now, now.Add(-time.Hour), domain.PostPublished, now},
		{"one changed since", now.Add(-time.Hour), now, domain.PostPublished, now},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := domain.Post{PublishedAt: c.published, UpdatedAt: c.updated}
			if p.State(now) != c.state || !p.ChangedAt().Equal(c.changed) {
				t.Errorf("it is %s, changed %v", p.State(now), p.ChangedAt())
			}
		})
	}
}

func TestImagePath(t *testing.T) {
	i := domain.Image{Name: "abc", Type: "image/png", Sizes: []domain.ImageSize{{Width: 400, Height: 1}, {Width: 800, Height: 2}}}
	if got := i.Path(400); got != "/images/abc-400.png" {
		t.Error(got)
	}
	i.Type = "image/jpeg"
	if got := i.Path(i.Largest().Width); got != "/images/abc-800.jpg" {
		t.Error(got)
	}
	if got := (domain.Image{}).Largest(); got.Width != 0 {
		t.Error(got)
	}
}
