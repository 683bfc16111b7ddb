package handlers

import (
	"maps"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/views"
)

// part is which piece of a page htmx asks for: "row", "list", "live" or none.
func part(c echo.Context) string { return c.QueryParam("part") }

// inRow reports whether a form that was sent stands in a row of a list, and is answered with a row. Without a script it
// cannot be in one.
func inRow(c echo.Context) bool { return typed(c, "part") == "row" && forPart(c.Request()) }

// pageSize is how many rows a page of a list shall have.
func pageSize(c echo.Context) int {
	n, _ := strconv.Atoi(c.QueryParam("per")) // anything else is the usual size
	return n
}

// paging is where the page of a list stands: the request says what was searched for, the store what comes next.
func paging(c echo.Context, next string, total int) views.Paging {
	query := maps.Clone(c.QueryParams())
	later := query.Get("after") != ""
	query.Del("part")
	return views.Paging{Path: c.Request().URL.Path, Query: query, Next: next, Later: later, Total: total}
}

// version is the version of a thing that its form was made from; 0, which no thing has, when it is missing.
func version(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}

// deleted ends a deletion. In a list only the row goes; from the thing's own page one gets to the list.
func (s *Server) deleted(c echo.Context, list string, news domain.Text, pieces ...templ.Component) error {
	if c.Request().Header.Get("HX-Target") == "main#main" {
		return s.done(c, list, news)
	}
	return s.done(c, list, news, append(pieces, templ.NopComponent)...)
}
