package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/views"
)

// forms are the forms that add and edit one kind of thing: clients, messages, mailings or articles.
type forms struct {
	server *Server
	thing  string                                                                                       // see views.Form.Thing
	saved  func(c echo.Context) (views.Form, error)                                                     // loads the thing named in the path
	draw   func(c echo.Context, f views.Form) (page templ.Component, row templ.Component, failed error) // as a page, and as a table row
}

// typed returns the form as typed, from the body of a POST or the query of a GET. It turns the CRLF that browsers send into "\n".
func (fs forms) typed(c echo.Context) views.Form {
	values := url.Values{}
	for name, all := range fields(c) {
		for _, text := range all {
			values.Add(name, strings.ReplaceAll(text, "\r\n", "\n"))
		}
	}
	return views.Form{Thing: fs.thing, Values: values, Version: values.Get("version"), Row: inRow(c)}
}

// edit shows the form of the thing named in the path.
func (fs forms) edit(c echo.Context) error {
	f, err := fs.saved(c)
	if err != nil {
		return err
	}
	return fs.show(c, f)
}

// show shows a form, as a table row if htmx asks for one.
func (fs forms) show(c echo.Context, f views.Form) error {
	f.Row = fragment(c) == "row" && forFragment(c.Request())
	page, row, err := fs.draw(c, f)
	if err != nil {
		return err
	}
	if f.Row {
		page = row
	}
	return fs.server.render(c, page)
}

// again shows a rejected form as typed, with its mistakes.
func (fs forms) again(c echo.Context, err error, f views.Form) error {
	page, row, failed := fs.draw(c, f)
	if failed != nil {
		return failed
	}
	if f.Row {
		page = row
	}
	return fs.server.formError(c, err, page)
}

// notSaved shows an edit that was not saved. After a conflict it shows the other version beside it until the reader has chosen between the
// two.
func (fs forms) notSaved(c echo.Context, err error, f views.Form) error {
	if errors.Is(err, domain.ErrNotFound) {
		return fs.notFound(c, err, f)
	}
	if !errors.Is(err, domain.ErrConflict) && !f.Choosing() {
		return fs.again(c, err, f)
	}
	saved, missing := fs.saved(c)
	if missing != nil {
		return fs.notFound(c, missing, f)
	}
	return fs.again(c, err, f.Beside(saved))
}

// notFound answers an edit of a deleted thing with the form for a new one, which keeps everything typed. A form in a table row stays where
// it is.
func (fs forms) notFound(c echo.Context, err error, f views.Form) error {
	if !errors.Is(err, domain.ErrNotFound) || f.Row {
		return err
	}
	f.ID = ""
	page, _, failed := fs.draw(c, f)
	if failed != nil {
		return failed
	}
	setMistakes(c, domain.Invalid{"": domain.Say("This no longer exists. What you typed is still here. Save it to create a new one.")})
	return fs.server.answer(c, http.StatusNotFound, page)
}

// setMistakes tells the form that is about to be shown what its mistakes are.
func setMistakes(c echo.Context, mistakes domain.Invalid) {
	v := views.VisitOf(c.Request().Context())
	v.Mistakes = mistakes
	c.SetRequest(c.Request().WithContext(views.WithVisit(c.Request().Context(), v)))
}
