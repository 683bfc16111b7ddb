package handlers

import (
	"errors"
	"strconv"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/store"
	"postrider/views"
)

// client loads the client that the path names, for somebody who may do that with it.
func (s *Server) client(c echo.Context, a domain.Action) (domain.Client, error) {
	id, err := number(c, "id")
	if err != nil {
		return domain.Client{}, err
	}
	cl, err := s.Store.Client(c.Request().Context(), id)
	if err != nil {
		return domain.Client{}, err
	}
	return cl, user(c).May(a, cl.TeamID)
}

// clientList shows a page of the team's clients.
func (s *Server) clientList(c echo.Context) error {
	q := store.ClientQuery{Q: c.QueryParam("q"), Sort: c.QueryParam("sort"), After: c.QueryParam("after"), Per: pageSize(c),
		Status: domain.ClientStatus(c.QueryParam("status"))}
	page, err := s.Store.Clients(c.Request().Context(), user(c).TeamID, q)
	if err != nil {
		return err
	}
	v := views.ClientList{Paging: paging(c, page.Next, page.Total), Clients: page.Clients, Q: q.Q, Sort: q.Sort,
		Per: c.QueryParam("per"), Status: q.Status}
	if part(c) == "list" {
		return s.render(c, views.Clients(v), views.ClientTable(v))
	}
	return s.render(c, views.Clients(v))
}

// clientShow shows a client and the letters that went there.
func (s *Server) clientShow(c echo.Context) error {
	cl, err := s.client(c, domain.View)
	if err != nil {
		return err
	}
	if part(c) == "row" && forPart(c.Request()) {
		return s.render(c, views.ClientRow(cl))
	}
	letters, err := s.Store.ClientLetters(c.Request().Context(), cl.ID, 50)
	if err != nil {
		return err
	}
	return s.render(c, views.ClientShow(cl, letters))
}

// clientNew shows an empty form.
func (s *Server) clientNew(c echo.Context) error {
	return s.showClientForm(c, views.ClientForm{Row: part(c) == "row"})
}

// clientEdit shows the form of a client.
func (s *Server) clientEdit(c echo.Context) error {
	cl, err := s.client(c, domain.Edit)
	if err != nil {
		return err
	}
	form := clientForm(cl)
	form.Row = part(c) == "row"
	return s.showClientForm(c, form)
}

func (s *Server) showClientForm(c echo.Context, f views.ClientForm) error {
	if f.Row {
		return s.render(c, views.ClientEdit(f), views.ClientFormRow(f))
	}
	return s.render(c, views.ClientEdit(f))
}

// clientCreate keeps a new client.
func (s *Server) clientCreate(c echo.Context) error {
	form := typedClient(c)
	cl, err := s.Store.CreateClient(c.Request().Context(), domain.Client{TeamID: user(c).TeamID, Email: form.Email,
		FullName: form.FullName, Comment: form.Comment}, s.Now())
	if err != nil {
		return s.clientError(c, err, form)
	}
	if !form.Row {
		return s.done(c, "/clients", domain.Say("Added %s.", cl.Email))
	}
	page, err := s.Store.Clients(c.Request().Context(), cl.TeamID, store.ClientQuery{})
	if err != nil {
		return err
	}
	return s.render(c, views.ClientShow(cl, nil), views.ClientSaved(cl, page.Total, true))
}

// clientUpdate saves an edit. It answers 409 with both versions when a colleague was faster.
func (s *Server) clientUpdate(c echo.Context) error {
	form := typedClient(c)
	cl, err := s.client(c, domain.Edit)
	if err != nil {
		return s.gone(c, err, form.Row, views.ClientEdit(form))
	}
	form.ID = strconv.FormatInt(cl.ID, 10)
	v, edited := c.Request().PostForm, cl
	edited.Email, edited.FullName = chosen(v, "email", form.Email, cl.Email), chosen(v, "full_name", form.FullName, cl.FullName)
	edited.Comment, edited.Version = chosen(v, "comment", form.Comment, cl.Comment), version(form.Version)
	saved, err := s.Store.UpdateClient(c.Request().Context(), edited, s.Now())
	if err != nil {
		return s.clientNotSaved(c, err, form)
	}
	if !form.Row {
		return s.done(c, "/clients", domain.Say("Saved."))
	}
	return s.render(c, views.ClientShow(saved, nil), views.ClientSaved(saved, 0, false))
}

// clientNotSaved shows the form of an edit again; beside the version of somebody else after a conflict, and as long as the
// reader chooses between the two.
func (s *Server) clientNotSaved(c echo.Context, err error, form views.ClientForm) error {
	v := c.Request().PostForm
	if !errors.Is(err, domain.ErrConflict) && !choosing(v) {
		return s.clientError(c, err, form)
	}
	now, missing := s.client(c, domain.Edit)
	if missing != nil {
		form.ID = ""
		return s.gone(c, missing, form.Row, views.ClientEdit(form))
	}
	form.Version = strconv.FormatInt(now.Version, 10)
	form.Conflict = conflict(v, now.UpdatedAt, versions{"email", form.Email, now.Email, now.Email},
		versions{"full_name", form.FullName, now.FullName, now.FullName}, versions{"comment", form.Comment, now.Comment, now.Comment})
	return s.clientError(c, err, form)
}

// clientDeliverable lets mailings write to an address again that a relay has refused.
func (s *Server) clientDeliverable(c echo.Context) error {
	cl, err := s.client(c, domain.Edit)
	if err != nil {
		return err
	}
	if _, err := s.Store.MarkDeliverable(c.Request().Context(), cl.ID); err != nil {
		return err
	}
	return s.done(c, "/clients/"+strconv.FormatInt(cl.ID, 10), domain.Say("Mailings write to this address again."))
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

func (s *Server) clientError(c echo.Context, err error, f views.ClientForm) error {
	if f.Row {
		return s.formError(c, err, views.ClientEdit(f), views.ClientFormRow(f))
	}
	return s.formError(c, err, views.ClientEdit(f))
}

func typedClient(c echo.Context) views.ClientForm {
	return views.ClientForm{Email: typed(c, "email"), FullName: typed(c, "full_name"), Comment: typed(c, "comment"),
		Version: typed(c, "version"), Row: inRow(c)}
}

func clientForm(cl domain.Client) views.ClientForm {
	return views.ClientForm{ID: strconv.FormatInt(cl.ID, 10), Email: cl.Email, FullName: cl.FullName, Comment: cl.Comment,
		Version: strconv.FormatInt(cl.Version, 10)}
}
