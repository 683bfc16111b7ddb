package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/views"
)

// takes reports whether, of a field whose versions differ, the reader takes that of somebody else.
func takes(form url.Values, field string) bool { return form.Get(field+".take") == "theirs" }

// choosing reports whether a form has versions to choose between.
func choosing(form url.Values) bool {
	for name := range form {
		if strings.HasSuffix(name, ".take") {
			return true
		}
	}
	return false
}

// chosen is the version of a field that the reader chose; the own one unless they said otherwise.
func chosen(form url.Values, field, mine, theirs string) string {
	if takes(form, field) {
		return theirs
	}
	return mine
}

// versions are two of one field. What they hold is compared, and shown is what the reader sees of the other's.
type versions struct{ field, mine, theirs, shown string }

// conflict lists the fields of a form that differ from what is saved now, at the time when that was saved.
func conflict(form url.Values, at time.Time, fields ...versions) views.Conflict {
	c := views.Conflict{At: at, Theirs: map[string]string{}, Taken: map[string]bool{}}
	for _, f := range fields {
		if strings.TrimSpace(f.mine) == strings.TrimSpace(f.theirs) {
			continue
		}
		c.Theirs[f.field], c.Taken[f.field] = f.shown, takes(form, f.field)
	}
	return c
}

// gone answers an edit of what does not exist any more with the page for a new thing, where everything typed still stands.
// A form in a row stays where it is.
func (s *Server) gone(c echo.Context, err error, inRow bool, page templ.Component) error {
	if !errors.Is(err, domain.ErrNotFound) || inRow {
		return err
	}
	v := views.VisitOf(c.Request().Context())
	v.Mistakes = domain.Invalid{"": domain.Say("This does not exist any more. What you typed still stands here: save it, and it becomes a new one.")}
	c.SetRequest(c.Request().WithContext(views.WithVisit(c.Request().Context(), v)))
	return s.answer(c, http.StatusNotFound, page)
}
