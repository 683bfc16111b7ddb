package handlers

import (
	"context"
	"strings"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/views"
)

// setupShow shows the form for the first admin, behind the link printed on the terminal.
func (s *Server) setupShow(c echo.Context) error {
	if err := s.Store.SetupUsable(c.Request().Context(), c.Param("token")); err != nil {
		return err
	}
	return s.render(c, views.Setup(c.Param("token"), views.SignUpForm{}))
}

// setupCreate makes the first admin and signs in.
func (s *Server) setupCreate(c echo.Context) error {
	token, ctx := c.Param("token"), c.Request().Context()
	form := views.SignUpForm{Email: strings.TrimSpace(typed(c, "email")), Name: strings.TrimSpace(typed(c, "name")), TimeZone: typed(c, "time_zone")}
	u, err := s.Store.SetUp(ctx, actor(c), token, signUpOf(c, form), s.Now())
	if err != nil {
		return s.formError(c, err, views.Setup(token, form))
	}
	if err := s.signIn(c, u); err != nil {
		return err
	}
	return s.done(c, "/", domain.Say("Welcome to Postrider. You're the admin."))
}

// awaitsSetup reports whether there is no admin and only the link on the terminal makes one.
func (s *Server) awaitsSetup(ctx context.Context) bool {
	if s.Store.FirstIsAdmin {
		return false
	}
	has, err := s.Store.HasAdmin(ctx)
	return err == nil && !has
}

// awaitsFirst reports whether there is no admin and the first user to confirm an address becomes one.
func (s *Server) awaitsFirst(ctx context.Context) bool {
	if !s.Store.FirstIsAdmin {
		return false
	}
	has, err := s.Store.HasAdmin(ctx)
	return err == nil && !has
}
