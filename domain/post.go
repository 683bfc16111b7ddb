package domain

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of a post.
const (
	MaxTitle    = 200    // characters
	MaxSlug     = 100    // characters, US-ASCII only
	MaxContent  = 200000 // octets
	MaxImageAlt = 300    // characters
)

// PostState says who may read a post.
type PostState string

// The states of a post.
const (
	PostDraft     PostState = "draft"     // no publication date: editors only
	PostScheduled PostState = "scheduled" // publication date in the future: editors only
	PostPublished PostState = "published" // everyone
)

// Post is a blog article in Markdown. It belongs to the installation, not to a team.
type Post struct {
	ID          int64
	AuthorID    int64  // 0 when the author's account is deleted
	Author      string // the name readers see
	Title       string
	Slug        string // its name in the URL, /blog/SLUG
	Content     string
	Image       Image     // zero when there is none
	ImageAlt    string    // describes the image for people who cannot see it
	PublishedAt time.Time // zero for a draft
	Views       int64
	Version     int64
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// State says who may read the post at now.
func (p Post) State(now time.Time) PostState {
	switch {
	case p.PublishedAt.IsZero():
		return PostDraft
	case p.PublishedAt.After(now):
		return PostScheduled
	}
	return PostPublished
}

// PublishAt reads a publication date given as local time in the zone, see ParseLocalTime. An empty text means no date.
// The error is always a LocalTimeError.
func PublishAt(text string, zone *time.Location) (time.Time, error) {
	if strings.TrimSpace(text) == "" {
		return time.Time{}, nil
	}
	w, err := ParseLocalTime(strings.TrimSpace(text))
	if err != nil {
		return time.Time{}, err
	}
	at, _ := w.in(zone)
	return at, nil
}

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Check returns Invalid when the post cannot be saved.
func (p Post) Check() error {
	wrong := Invalid{}
	if strings.TrimSpace(p.Title) == "" {
		wrong.Add("title", "An article needs a title.")
	}
	checkLine(wrong, "title", p.Title, MaxTitle)
	if len(p.Slug) > MaxSlug || !slugForm.MatchString(p.Slug) {
		wrong.Add("slug", "Use lowercase Latin letters, digits and single hyphens between them, up to %d characters.", MaxSlug)
	}
	if strings.TrimSpace(p.Content) == "" {
		wrong.Add("content", "An article needs some text.")
	}
	if len(p.Content) > MaxContent {
		wrong.Add("content", "The text is too long. Use at most %d bytes.", MaxContent)
	}
	if !utf8.ValidString(p.Content) || strings.ContainsRune(p.Content, 0) {
		wrong.Add("content", "This isn't valid text.")
	}
	if len(p.Image.Sizes) > 0 && strings.TrimSpace(p.ImageAlt) == "" {
		wrong.Add("image_alt", "Describe the image for readers who can't see it.")
	}
	checkLine(wrong, "image_alt", p.ImageAlt, MaxImageAlt)
	return wrong.Or()
}
