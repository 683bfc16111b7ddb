package handlers

import (
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/store"
	"postrider/views"
)

// client loads the client named in the path if the user may do that to it.
func (s *Server) client(c echo.Context, a domain.Action) (domain.Client, error) {
	return load(c, a, s.Store.Client)
}

// clientList shows a page of the team's clients.
func (s *Server) clientList(c echo.Context) error {
	q := store.ClientQuery{Q: c.QueryParam("q"), Sort: c.QueryParam("sort"), After: c.QueryParam("after"), Per: pageSize(c),
		Status: domain.ClientStatus(c.QueryParam("status"))}
	page, err := s.Store.Clients(c.Request().Context(), user(c).TeamID, q)
	if err != nil {
		return err
	}
	v := views.ClientList{Paging: paging(c, page.Next, page.Total), Clients: page.Rows, Q: q.Q, Sort: q.Sort,
		Per: c.QueryParam("per"), Status: q.Status}
	if fragment(c) == "list" {
		return s.render(c, views.Clients(v), views.ClientTable(v))
	}
	return s.render(c, views.Clients(v))
}

// clientShow shows a client and the letters sent to it.
func (s *Server) clientShow(c echo.Context) error {
	cl, err := s.client(c, domain.View)
	if err != nil {
		return err
	}
	if fragment(c) == "row" && forFragment(c.Request()) {
		return s.render(c, views.ClientRow(cl))
	}
	letters, err := s.Store.ClientLetters(c.Request().Context(), cl.ID, 50)
	if err != nil {
		return err
	}
	return s.render(c, views.ClientShow(cl, letters))
}

// clientForms are the forms that add and edit clients.
func (s *Server) clientForms() forms {
	return forms{server: s, thing: "client",
		saved: func(c echo.Context) (views.Form, error) {
			cl, err := s.client(c, domain.Edit)
			return views.FormOfClient(cl), err
		},
		draw: func(_ echo.Context, f views.Form) (page, row templ.Component, err error) {
			form := views.ClientForm{Form: f}
			return views.ClientEdit(form), views.ClientFormRow(form), nil
		},
	}
}

// clientNew shows an empty client form.
func (s *Server) clientNew(c echo.Context) error {
	return s.clientForms().show(c, views.Form{Thing: "client"})
}

// clientEdit shows a client's form.
func (s *Server) clientEdit(c echo.Context) error { return s.clientForms().edit(c) }

// clientCreate adds a client.
func (s *Server) clientCreate(c echo.Context) error {
	f := s.clientForms().typed(c)
	cl := views.ClientForm{Form: f}.Read(domain.Client{TeamID: user(c).TeamID})
	cl, err := s.Store.CreateClient(c.Request().Context(), actor(c), cl, s.Now())
	if err != nil {
		return s.clientForms().again(c, err, f)
	}
	if !f.Row {
		return s.done(c, "/clients", domain.Say("Added %s.", cl.Email))
	}
	page, err := s.Store.Clients(c.Request().Context(), cl.TeamID, store.ClientQuery{})
	if err != nil {
		return err
	}
	return s.render(c, views.ClientShow(cl, nil), views.ClientSaved(cl, page.Total, true))
}

// clientUpdate saves an edit. If someone else saved first it answers 409 with both versions.
func (s *Server) clientUpdate(c echo.Context) error {
	f := s.clientForms().typed(c)
	cl, err := s.client(c, domain.Edit)
	if err != nil {
		return s.clientForms().notFound(c, err, f)
	}
	f.ID = strconv.FormatInt(cl.ID, 10)
	cl = views.ClientForm{Form: f.Chosen(views.FormOfClient(cl))}.Read(cl)
	if cl, err = s.Store.UpdateClient(c.Request().Context(), actor(c), cl, s.Now()); err != nil {
		return s.clientForms().notSaved(c, err, f)
	}
	if !f.Row {
		return s.done(c, "/clients", domain.Say("Saved."))
	}
	return s.render(c, views.ClientShow(cl, nil), views.ClientSaved(cl, 0, false))
}

// clientDeliverable allows mailings again to an address that a relay refused.
func (s *Server) clientDeliverable(c echo.Context) error {
	cl, err := s.client(c, domain.Edit)
	if err != nil {
		return err
	}
	if _, err := s.Store.MarkDeliverable(c.Request().Context(), actor(c), cl.ID); err != nil {
		return err
	}
	return s.done(c, "/clients/"+strconv.FormatInt(cl.ID, 10), domain.Say("Mailings will go to this address again."))
}

// clientDelete deletes a client.
func (s *Server) clientDelete(c echo.Context) error {
	cl, err := s.client(c, domain.Edit)
	if err != nil {
		return err
	}
	if err := s.Store.DeleteClient(c.Request().Context(), actor(c), cl.ID, s.Now()); err != nil {
		return err
	}
	page, err := s.Store.Clients(c.Request().Context(), cl.TeamID, store.ClientQuery{})
	if err != nil {
		return err
	}
	return s.deleted(c, "/clients", domain.Say("Deleted %s.", cl.Email), views.ClientCount(page.Total))
}
