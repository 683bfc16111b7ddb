package domain

import (
	"strconv"
	"time"
)

// PostCard is a published article as lists show it.
type PostCard struct {
	ID          int64
	Title       string
	Slug        string
	Author      string
	Opening     string // the beginning of the article, in Markdown
	Length      int    // of the whole article, in characters
	Image       Image  // zero when there is none
	ImageAlt    string
	PublishedAt time.Time
}

// PostLink links to an article; the zero PostLink links to none.
type PostLink struct {
	Title     string
	Slug      string
	ChangedAt time.Time // when readers last got something new
}

// charactersAMinute is the usual reading speed in both languages, counting spaces.
const charactersAMinute = 1200

// ReadingMinutes is how long an article of that many characters takes to read, at least 1.
func ReadingMinutes(characters int) int {
	return max(1, (characters+charactersAMinute/2)/charactersAMinute)
}

// ChangedAt is when readers last got something new. Edits before publication do not count: to readers, the post is as
// new as its publication.
func (p Post) ChangedAt() time.Time {
	if p.PublishedAt.After(p.UpdatedAt) {
		return p.PublishedAt
	}
	return p.UpdatedAt
}

// Path is the URL path of one of the image's sizes, by its width in pixels.
func (i Image) Path(width int) string {
	ext := ".jpg"
	if i.Type == "image/png" {
		ext = ".png"
	}
	return "/images/" + i.Name + "-" + strconv.Itoa(width) + ext
}

// Largest is the widest size of the image, or the zero ImageSize when there is none.
func (i Image) Largest() ImageSize {
	if len(i.Sizes) == 0 {
		return ImageSize{}
	}
	return i.Sizes[len(i.Sizes)-1]
}
