package handlers

import (
	"errors"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/views"
)

// savesAs is the state that the pressed button gives an article; "" leaves that to the date.
func savesAs(c echo.Context) domain.PostState { return domain.PostState(typed(c, "publish")) }

// pressed sets the date of a post as the pressed button says, and returns what is wrong with the typed date. Publishing keeps a date in the
// past, so that an article can be backdated.
func pressed(as domain.PostState, p *domain.Post, noDate error, now time.Time) error {
	switch {
	case as == domain.PostDraft:
		p.PublishedAt, noDate = time.Time{}, nil
	case as == domain.PostPublished && (noDate != nil || p.State(now) != domain.PostPublished):
		p.PublishedAt, noDate = now, nil
	case as == domain.PostScheduled && noDate == nil && p.State(now) != domain.PostScheduled:
		noDate = domain.LocalTimeError{Why: domain.Say("Choose a time in the future.")}
	}
	return noDate
}

// postForms are the forms that add and edit articles.
func (s *Server) postForms() forms {
	return forms{server: s, thing: "post",
		saved: func(c echo.Context) (views.Form, error) {
			p, err := s.post(c)
			return views.FormOfPost(p, printer(c).Zone()), err
		},
		draw: func(c echo.Context, f views.Form) (page, row templ.Component, err error) {
			form, err := s.postForm(c, f)
			return views.PostEdit(form), views.PostFormRow(form), err
		},
	}
}

// postForm adds to a form what only the saved article knows.
func (s *Server) postForm(c echo.Context, f views.Form) (views.PostForm, error) {
	_, came := c.Get(uploadKey).(upload)
	form := views.PostForm{Form: f, Again: came && !forFragment(c.Request()), Now: s.Now()}
	if f.ID == "" {
		return form, nil
	}
	p, err := s.post(c)
	form.Image, form.SavedSlug, form.State = p.Image, p.Slug, p.State(s.Now())
	return form, err
}

// readPost sets p's fields from the form and the picture sent with it. It reports all mistakes at once.
func (s *Server) readPost(c echo.Context, f views.PostForm, saved domain.Post) (domain.Post, error) {
	p, noDate := f.Read(saved, printer(c).Zone())
	var err error
	if p.Slug == "" {
		if p.Slug, err = s.freeSlug(c, p.Title, p.ID); err != nil {
			return p, err
		}
	}
	img, came, noPicture := s.newPicture(c)
	switch {
	case came && noPicture == nil:
		p.Image = img
	case f.RemovesImage():
		p.Image, p.ImageAlt = domain.Image{}, ""
	}
	noDate = pressed(savesAs(c), &p, noDate, s.Now())
	wrong := mistakes(p, noDate)
	if wrong == nil && p.Content != saved.Content { // a text saved before there were limits may stay unchanged
		_, wrong = s.articleHTML(c, p.Content)
	}
	return p, errors.Join(noPicture, wrong)
}

// mistakes merges the mistakes of a post with that of its date.
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
