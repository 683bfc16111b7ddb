package handlers

import (
	"github.com/labstack/echo/v4"

	"postrider/views"
)

// limitList shows all limits and the reasons for them.
func (s *Server) limitList(c echo.Context) error { return s.render(c, views.Limits()) }
