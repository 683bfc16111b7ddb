package handlers

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/store"
	"postrider/views"
)

// message loads the message named in the path if the user may do that to it.
func (s *Server) message(c echo.Context, a domain.Action) (domain.Message, error) {
	return load(c, a, s.Store.Message)
}

// messageList shows a page of the team's messages.
func (s *Server) messageList(c echo.Context) error {
	q := store.MessageQuery{Q: c.QueryParam("q"), After: c.QueryParam("after")}
	page, err := s.Store.Messages(c.Request().Context(), user(c).TeamID, q)
	if err != nil {
		return err
	}
	v := views.MessageList{Paging: paging(c, page.Next, page.Total), Messages: page.Rows, Q: q.Q}
	if fragment(c) == "list" {
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
	if fragment(c) == "row" {
		return s.render(c, views.MessageShow(m), views.MessageRow(m))
	}
	return s.render(c, views.MessageShow(m))
}

// messageForms are the forms that add and edit messages.
func (s *Server) messageForms() forms {
	return forms{server: s, thing: "message",
		saved: func(c echo.Context) (views.Form, error) {
			m, err := s.message(c, domain.Edit)
			return views.FormOfMessage(m), err
		},
		draw: func(_ echo.Context, f views.Form) (page, row templ.Component, err error) {
			form := views.MessageForm{Form: f}
			return views.MessageEdit(form), views.MessageFormRow(form), nil
		},
	}
}

// messageNew shows an empty message form.
func (s *Server) messageNew(c echo.Context) error {
	return s.messageForms().show(c, views.Form{Thing: "message"})
}

// messageEdit shows a message's form.
func (s *Server) messageEdit(c echo.Context) error { return s.messageForms().edit(c) }

// messageCreate adds a message.
func (s *Server) messageCreate(c echo.Context) error {
	f := s.messageForms().typed(c)
	m := views.MessageForm{Form: f}.Read(domain.Message{TeamID: user(c).TeamID})
	warning, err := s.checkMessage(c, m)
	if err == nil {
		m, err = s.Store.CreateMessage(c.Request().Context(), actor(c), m, s.Now())
	}
	if err != nil {
		return s.messageForms().again(c, err, f)
	}
	return s.done(c, "/messages", savedMessage(m, warning))
}

// savedMessage says that a message was saved, with the warning about it if there is one.
func savedMessage(m domain.Message, warning domain.Text) domain.Text {
	if warning.Key == "" {
		return domain.Say("Saved the message “%s”.", m.Subject)
	}
	return domain.Say("Saved the message “%s”. %s", m.Subject, warning)
}

// messageUpdate saves an edit. If someone else saved first it answers 409 with both versions.
func (s *Server) messageUpdate(c echo.Context) error {
	f := s.messageForms().typed(c)
	m, err := s.message(c, domain.Edit)
	if err != nil {
		return s.messageForms().notFound(c, err, f)
	}
	f.ID = strconv.FormatInt(m.ID, 10)
	m = views.MessageForm{Form: f.Chosen(views.FormOfMessage(m))}.Read(m)
	warning, err := s.checkMessage(c, m)
	if err == nil {
		m, err = s.Store.UpdateMessage(c.Request().Context(), actor(c), m, s.Now())
	}
	if err != nil {
		return s.messageForms().notSaved(c, err, f)
	}
	if f.Row {
		return s.render(c, views.MessageSaved(m, printer(c).Say(warning)))
	}
	return s.done(c, "/messages", savedMessage(m, warning))
}

// messageDelete deletes a message that no mailing uses.
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

// messagePreview serves the content of the frame on the message's page.
func (s *Server) messagePreview(c echo.Context) error {
	m, err := s.message(c, domain.View)
	if err != nil {
		return err
	}
	return s.preview(c, m, "html")
}

// messagePreviewTyped serves the content of the frame beside the form: the letter as typed so far.
func (s *Server) messagePreviewTyped(c echo.Context) error {
	return s.preview(c, domain.Message{Subject: typed(c, "subject"), Body: typed(c, "body")}, typed(c, "as"))
}

// preview shows the letter with the reader in place of a client.
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
	if warning := lengthWarning(t); warning.Key != "" {
		html = warned(html, printer(c).Say(warning))
	}
	return letterFrame(c, html)
}
