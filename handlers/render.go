package handlers

import (
	"bytes"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/views"
)

const htmlKind = echo.MIMETextHTMLCharsetUTF8

// render answers with a page. A request for a fragment gets the fragments, or if there are none the page without its layout.
func (s *Server) render(c echo.Context, page templ.Component, fragments ...templ.Component) error {
	return s.answer(c, http.StatusOK, page, fragments...)
}

// answer is render with a status. It renders everything before it sends anything.
func (s *Server) answer(c echo.Context, status int, page templ.Component, fragments ...templ.Component) error {
	what := page
	if forFragment(c.Request()) {
		if len(fragments) > 0 {
			what = templ.Join(fragments...)
		}
	} else if err := s.takeFlash(c); err != nil {
		return err
	}
	var out bytes.Buffer
	if err := what.Render(c.Request().Context(), &out); err != nil {
		return err
	}
	res := response{kind: htmlKind, plain: out.Bytes()}
	if status == http.StatusOK && c.Request().Method != http.MethodPost && c.Response().Header().Get("Cache-Control") != "no-store" {
		res.tag = tagOf(res.plain)
	}
	return s.send(c, status, res)
}

// done ends an action. A browser is redirected to the result, where the flash appears. htmx gets the fragments and the flash as a toast, or
// is redirected too if there are no fragments.
func (s *Server) done(c echo.Context, to string, flash domain.Text, fragments ...templ.Component) error {
	if forFragment(c.Request()) && len(fragments) > 0 {
		return s.answer(c, http.StatusOK, templ.Join(append(fragments, views.Toast(printer(c).Say(flash)))...))
	}
	if err := s.keepFlash(c, printer(c).Say(flash)); err != nil {
		return err
	}
	return s.redirect(c, to)
}

// redirect sends the browser to a page of ours with a GET.
func (s *Server) redirect(c echo.Context, to string) error {
	if byHtmx(c.Request()) {
		c.Response().Header().Set("HX-Redirect", to)
		return c.NoContent(http.StatusOK)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// letterFrame answers with the HTML of a letter that strangers may have written. It cannot run scripts, neither in our sandboxed frame nor
// opened directly.
func letterFrame(c echo.Context, html string) error {
	inFrame(c, "style-src 'unsafe-inline'; img-src data:; ")
	return c.HTML(http.StatusOK, html)
}

// textFrame answers with plain text for a frame of ours.
func textFrame(c echo.Context, status int, text string) error {
	inFrame(c, "")
	return c.String(status, text)
}

// inFrame lets our own pages show the answer in a sandboxed frame. It drops the opener policy, with which browsers refuse to show a page in
// such a frame; the frame cannot open windows anyway.
func inFrame(c echo.Context, also string) {
	h := c.Response().Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; "+also+"frame-ancestors 'self'")
	h.Del("Cross-Origin-Opener-Policy")
}

// formError answers a rejected form with the form as typed and its mistakes: 422, 409 after a conflict or at the wrong time, 429 after too
// many attempts. It returns any other error.
func (s *Server) formError(c echo.Context, err error, page templ.Component, fragments ...templ.Component) error {
	status, mistakes := formMistakes(c, err)
	if mistakes == nil {
		return err
	}
	setMistakes(c, mistakes)
	return s.answer(c, status, page, fragments...)
}
