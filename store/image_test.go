package store_test

import (
	"errors"
	"testing"

	"postrider/domain"
	"postrider/store/storetest"
)

func TestImages(t *testing.T) {
	s := storetest.Open(t)
	first, second := picture("first"), picture("second")
	p, err := s.CreatePost(t.Context(), domain.Post{Title: "x", Slug: "x", Content: "x", Image: first, ImageAlt: "A cat"}, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("come back ordered by width", func(t *testing.T) {
		if got := p.Image; len(got.Name) != 32 || got.Type != "image/png" || len(got.Sizes) != 3 || got.Sizes[0].Width != 100 || got.Sizes[2].Width != 1600 {
			t.Errorf("%+v", got)
		}
	})
	t.Run("are served by name and width", func(t *testing.T) {
		kind, data, err := s.ImageFile(t.Context(), p.Image.Name, 400)
		if err != nil || kind != "image/png" || string(data) != "first 400" {
			t.Errorf("%s %s, %v", kind, data, err)
		}
		for name, width := range map[string]int{p.Image.Name: 401, "x": 400} {
			if _, _, err := s.ImageFile(t.Context(), name, width); !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("%s %d: %v", name, width, err)
			}
		}
	})
	t.Run("stay when the post is changed, and are deleted when replaced", func(t *testing.T) {
		old := p.Image
		p.Title = "y"
		if p = update(t, s, p); p.Image.Name != old.Name {
			t.Errorf("%+v", p.Image)
		}
		p.Image = second
		p = update(t, s, p)
		wantImages(t, s, map[string]bool{old.Name: false, p.Image.Name: true})
	})
	t.Run("of an edit that came too late are not saved", func(t *testing.T) {
		late := p
		late.Version, late.Image = p.Version-1, picture("late")
		if _, err := s.UpdatePost(t.Context(), late, now); !errors.Is(err, domain.ErrConflict) {
			t.Errorf("%v", err)
		}
		wantImages(t, s, map[string]bool{p.Image.Name: true})
	})
	t.Run("are deleted when removed from the post", func(t *testing.T) {
		old := p.Image
		p.Image, p.ImageAlt = domain.Image{}, ""
		p = update(t, s, p)
		wantImages(t, s, map[string]bool{old.Name: false})
	})
	t.Run("are deleted with their post", func(t *testing.T) {
		p.Image, p.ImageAlt = picture("third"), "A dog"
		p = update(t, s, p)
		if err := s.DeletePost(t.Context(), domain.Actor{}, p.ID, now); err != nil {
			t.Fatal(err)
		}
		wantImages(t, s, map[string]bool{p.Image.Name: false})
	})
}
