package handlers

import (
	"errors"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/views"
)

// publishes reports whether the form was sent with the button that publishes at once.
func publishes(c echo.Context) bool { return typed(c, "publish") == "now" }

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
	form := views.PostForm{Form: f, Again: came}
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
	if publishes(c) {
		p.PublishedAt, noDate = s.Now(), nil
	}
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
