package domain

import (
	"strconv"
	"time"
)

// PostCard is what a list shows of a published article.
type PostCard struct {
	ID          int64
	Title       string
	Slug        string
	Author      string
	Opening     string // how the article begins, in Markdown
	Length      int    // of the whole article, in characters
	Image       Image  // the zero Image when it has none
	ImageAlt    string
	PublishedAt time.Time
}

// PostLink leads to an article; the zero PostLink to none.
type PostLink struct {
	Title     string
	Slug      string
	ChangedAt time.Time // when its readers last got something new
}

// charactersAMinute is how fast people read: of either language, with the spaces, about this.
const charactersAMinute = 1200

// ReadingMinutes is how long an article of that many characters takes to read; at least 1.
func ReadingMinutes(characters int) int {
	return max(1, (characters+charactersAMinute/2)/charactersAMinute)
}

// ChangedAt is when the readers of the post last got something new: what was written before it was published is as new
// as that.
func (p Post) ChangedAt() time.Time {
	if p.PublishedAt.After(p.UpdatedAt) {
		return p.PublishedAt
	}
	return p.UpdatedAt
}

// Path is where one of the image's sizes is served; its width is in pixels.
func (i Image) Path(width int) string {
	ext := ".jpg"
	if i.Type == "image/png" {
		ext = ".png"
	}
	return "/images/" + i.Name + "-" + strconv.Itoa(width) + ext
}

// Largest is the widest size of an image; the zero ImageSize when there is none.
func (i Image) Largest() ImageSize {
	if len(i.Sizes) == 0 {
		return ImageSize{}
	}
	return i.Sizes[len(i.Sizes)-1]
}
