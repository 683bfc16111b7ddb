package handlers

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/views"
)

// publishes reports whether a form was sent with the button that publishes at once.
func publishes(c echo.Context) bool { return typed(c, "publish") == "now" }

// typedPost is the form as typed, from the body.
func typedPost(c echo.Context) views.PostForm {
	_, came := c.Get(uploadKey).(upload)
	return views.PostForm{Title: typed(c, "title"), Slug: typed(c, "slug"), Content: typed(c, "content"),
		PublishedAt: typed(c, "published_at"), ImageAlt: typed(c, "image_alt"), Remove: typed(c, "image_remove") != "",
		Version: typed(c, "version"), Row: inRow(c), Again: came}
}

func (s *Server) formOfPost(c echo.Context, p domain.Post) views.PostForm {
	return views.PostForm{ID: strconv.FormatInt(p.ID, 10), Title: p.Title, Slug: p.Slug, Content: p.Content,
		PublishedAt: domain.LocalTimeOf(p.PublishedAt, printer(c).Zone()).String(), ImageAlt: p.ImageAlt,
		Version: strconv.FormatInt(p.Version, 10), Image: p.Image, SavedSlug: p.Slug, State: p.State(s.Now())}
}

// saved is a form with what only the saved post knows. A form in a row has no content and no image, so it keeps them.
func saved(f, saved views.PostForm) views.PostForm {
	f.ID, f.Image, f.SavedSlug, f.State = saved.ID, saved.Image, saved.SavedSlug, saved.State
	if f.Row {
		f.Content, f.ImageAlt = saved.Content, saved.ImageAlt
	}
	return f
}

// chosenPost is the form with the fields of somebody else's version that the reader takes.
func chosenPost(v url.Values, mine, theirs views.PostForm) views.PostForm {
	out := mine
	out.Title, out.Slug = chosen(v, "title", mine.Title, theirs.Title), chosen(v, "slug", mine.Slug, theirs.Slug)
	out.Content = chosen(v, "content", mine.Content, theirs.Content)
	out.PublishedAt = chosen(v, "published_at", mine.PublishedAt, theirs.PublishedAt)
	out.ImageAlt = chosen(v, "image_alt", mine.ImageAlt, theirs.ImageAlt)
	return out
}

// readPost gives p the values of the form, and the picture that came with it. All mistakes are named at once.
func (s *Server) readPost(c echo.Context, f views.PostForm, p domain.Post) (domain.Post, error) {
	var err error
	old, content := p.PublishedAt, p.Content
	p.Title, p.Slug, p.Content, p.ImageAlt, p.Version = f.Title, strings.TrimSpace(f.Slug), f.Content, f.ImageAlt, version(f.Version)
	if p.Slug == "" {
		if p.Slug, err = s.freeSlug(c, p.Title, p.ID); err != nil {
			return p, err
		}
	}
	if f.Remove {
		p.Image, p.ImageAlt = domain.Image{}, ""
	}
	img, came, noPicture := s.newPicture(c)
	if came && noPicture == nil {
		p.Image, p.ImageAlt = img, f.ImageAlt
	}
	at, noDate := domain.PublishAt(f.PublishedAt, printer(c).Zone())
	switch {
	case publishes(c):
		at, noDate = s.Now(), nil
	case domain.LocalTimeOf(at, printer(c).Zone()) == domain.LocalTimeOf(old, printer(c).Zone()):
		at = old // which may have seconds
	}
	p.PublishedAt = at
	wrong := mistakes(p, noDate)
	if wrong == nil && p.Content != content { // what was kept before there were bounds stays as it is
		_, wrong = s.articleHTML(c, p.Content)
	}
	return p, errors.Join(noPicture, wrong)
}

// mistakes are those of a post, and of its date.
func mistakes(p domain.Post, noDate error) error {
	wrong := domain.Invalid{}
	var date domain.LocalTimeError
	if errors.As(noDate, &date) {
		wrong["published_at"] = date.Why
	}
	var more domain.Invalid
	if errors.As(p.Check(), &more) {
		for field, why := range more {
			wrong[field] = why
		}
	}
	return wrong.Or()
}

// postNotSaved shows the form of an edit again; beside the version of somebody else after a conflict, and as long as the
// reader chooses between the two.
func (s *Server) postNotSaved(c echo.Context, err error, form views.PostForm) error {
	v := c.Request().PostForm
	if !errors.Is(err, domain.ErrConflict) && !errors.Is(err, domain.ErrNotFound) && !choosing(v) {
		return s.postError(c, err, form)
	}
	now, missing := s.post(c)
	if missing != nil {
		form.ID, form.Image = "", domain.Image{}
		return s.gone(c, missing, form.Row, views.PostEdit(form))
	}
	newer := s.formOfPost(c, now)
	form = saved(form, newer)
	form.Version = newer.Version
	form.Conflict = conflict(v, now.UpdatedAt, versions{"title", form.Title, newer.Title, newer.Title},
		versions{"slug", form.Slug, newer.Slug, newer.Slug}, versions{"content", form.Content, newer.Content, newer.Content},
		versions{"published_at", form.PublishedAt, newer.PublishedAt, newer.PublishedAt},
		versions{"image_alt", form.ImageAlt, newer.ImageAlt, newer.ImageAlt})
	return s.postError(c, err, form)
}

func (s *Server) postError(c echo.Context, err error, f views.PostForm) error {
	if f.Row {
		return s.formError(c, err, views.PostEdit(f), views.PostFormRow(f))
	}
	return s.formError(c, err, views.PostEdit(f))
}
