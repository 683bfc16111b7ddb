package handlers

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/store"
	"postrider/views"
)

// message loads the message that the path names, for somebody who may do that with it.
func (s *Server) message(c echo.Context, a domain.Action) (domain.Message, error) {
	id, err := number(c, "id")
	if err != nil {
		return domain.Message{}, err
	}
	m, err := s.Store.Message(c.Request().Context(), id)
	if err != nil {
		return domain.Message{}, err
	}
	return m, user(c).May(a, m.TeamID)
}

// messageList shows a page of the team's messages.
func (s *Server) messageList(c echo.Context) error {
	q := store.MessageQuery{Q: c.QueryParam("q"), After: c.QueryParam("after")}
	page, err := s.Store.Messages(c.Request().Context(), user(c).TeamID, q)
	if err != nil {
		return err
	}
	v := views.MessageList{Paging: paging(c, page.Next, page.Total), Messages: page.Messages, Q: q.Q}
	if part(c) == "list" {
		return s.render(c, views.Messages(v), views.MessageTable(v))
	}
	return s.render(c, views.Messages(v))
}

// messageShow shows a message as a client would see it.
func (s *Server) messageShow(c echo.Context) error {
	m, err := s.message(c, domain.View)
	if err != nil {
		return err
	}
	if part(c) == "row" {
		return s.render(c, views.MessageShow(m), views.MessageRow(m))
	}
	return s.render(c, views.MessageShow(m))
}

// messageNew shows an empty form.
func (s *Server) messageNew(c echo.Context) error {
	return s.render(c, views.MessageEdit(views.MessageForm{}))
}

// messageEdit shows the form of a message.
func (s *Server) messageEdit(c echo.Context) error {
	m, err := s.message(c, domain.Edit)
	if err != nil {
		return err
	}
	form := views.MessageForm{ID: strconv.FormatInt(m.ID, 10), Subject: m.Subject, Body: m.Body,
		Version: strconv.FormatInt(m.Version, 10), Row: part(c) == "row"}
	if form.Row {
		return s.render(c, views.MessageEdit(form), views.MessageFormRow(form))
	}
	return s.render(c, views.MessageEdit(form))
}

// messageCreate keeps a new message.
func (s *Server) messageCreate(c echo.Context) error {
	form := typedMessage(c)
	m := domain.Message{TeamID: user(c).TeamID, Subject: form.Subject, Body: form.Body}
	err := s.checkMessage(c, m)
	if err == nil {
		m, err = s.Store.CreateMessage(c.Request().Context(), m, s.Now())
	}
	if err != nil {
		return s.messageError(c, err, form)
	}
	return s.done(c, "/messages", domain.Say("Saved the message “%s”.", m.Subject))
}

// messageUpdate saves an edit. It answers 409 with both versions when a colleague was faster.
func (s *Server) messageUpdate(c echo.Context) error {
	form := typedMessage(c)
	m, err := s.message(c, domain.Edit)
	if err != nil {
		return s.gone(c, err, form.Row, views.MessageEdit(form))
	}
	form.ID = strconv.FormatInt(m.ID, 10)
	v, edited := c.Request().PostForm, m
	edited.Subject, edited.Body = chosen(v, "subject", form.Subject, m.Subject), chosen(v, "body", form.Body, m.Body)
	edited.Version = version(form.Version)
	saved := edited
	if err = s.checkMessage(c, edited); err == nil {
		saved, err = s.Store.UpdateMessage(c.Request().Context(), edited, s.Now())
	}
	if err != nil {
		return s.messageNotSaved(c, err, form)
	}
	if form.Row {
		return s.render(c, views.MessageShow(saved), views.MessageSaved(saved))
	}
	return s.done(c, "/messages", domain.Say("Saved the message “%s”.", saved.Subject))
}

// messageNotSaved shows the form of an edit again; beside the version of somebody else after a conflict, and as long as the
// reader chooses between the two.
func (s *Server) messageNotSaved(c echo.Context, err error, form views.MessageForm) error {
	v := c.Request().PostForm
	if !errors.Is(err, domain.ErrConflict) && !choosing(v) {
		return s.messageError(c, err, form)
	}
	now, missing := s.message(c, domain.Edit)
	if missing != nil {
		form.ID = ""
		return s.gone(c, missing, form.Row, views.MessageEdit(form))
	}
	form.Version = strconv.FormatInt(now.Version, 10)
	form.Conflict = conflict(v, now.UpdatedAt, versions{"subject", form.Subject, now.Subject, now.Subject},
		versions{"body", form.Body, now.Body, now.Body})
	return s.messageError(c, err, form)
}

// messageDelete deletes a message that no mailing needs.
func (s *Server) messageDelete(c echo.Context) error {
	m, err := s.message(c, domain.Edit)
	if err != nil {
		return err
	}
	if err := s.Store.DeleteMessage(c.Request().Context(), actor(c), m.ID, s.Now()); err != nil {
		return err
	}
	return s.deleted(c, "/messages", domain.Say("Deleted “%s”.", m.Subject))
}

func (s *Server) messageError(c echo.Context, err error, f views.MessageForm) error {
	if f.Row {
		return s.formError(c, err, views.MessageEdit(f), views.MessageFormRow(f))
	}
	return s.formError(c, err, views.MessageEdit(f))
}

func typedMessage(c echo.Context) views.MessageForm {
	return views.MessageForm{Subject: typed(c, "subject"), Body: typed(c, "body"), Version: typed(c, "version"), Row: inRow(c)}
}

// messagePreview is what the frame on the message's page holds.
func (s *Server) messagePreview(c echo.Context) error {
	m, err := s.message(c, domain.View)
	if err != nil {
		return err
	}
	return s.preview(c, m, "html")
}

// messagePreviewTyped is what the frame beside the form holds: the letter as it would be with what is typed now.
func (s *Server) messagePreviewTyped(c echo.Context) error {
	return s.preview(c, domain.Message{Subject: typed(c, "subject"), Body: typed(c, "body")}, typed(c, "as"))
}

// preview shows the letter to the reader, who stands in for a client.
func (s *Server) preview(c echo.Context, m domain.Message, as string) error {
	t, err := s.template(c, m)
	if err != nil {
		return noPreview(c, err)
	}
	u := user(c)
	_, html, text := t.Preview(domain.Recipient{Email: u.Email, Name: u.Name})
	if as == "text" {
		return textFrame(c, http.StatusOK, text)
	}
	return letterFrame(c, html)
}
