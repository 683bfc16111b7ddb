package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"postrider/views"
)

// home says what the service is, or to those who are signed in what to do first.
func (s *Server) home(c echo.Context) error {
	if user(c).ID == 0 {
		return s.render(c, views.Welcome())
	}
	steps, err := s.Store.Steps(c.Request().Context(), user(c).TeamID)
	if err != nil {
		return err
	}
	return s.render(c, views.Home(steps))
}

// healthz says that the program runs.
func (s *Server) healthz(c echo.Context) error { return c.String(http.StatusOK, "ok") }

// readyz says whether the database can be written.
func (s *Server) readyz(c echo.Context) error {
	if err := s.Store.Ready(c.Request().Context()); err != nil {
		s.Log.Error("not ready", "err", err)
		return c.String(http.StatusServiceUnavailable, "the database cannot be written")
	}
	return c.String(http.StatusOK, "ok")
}
