package handlers

import (
	"time"

	"github.com/labstack/echo/v4"

	"postrider/views"
)

// How long strangers see the same totals on the home page, and how many random selections of articles are cached in that time.
const (
	homeFor      = time.Minute
	homeVariants = 8
)

// home says what the service is, or tells signed-in users what to do first.
func (s *Server) home(c echo.Context) error {
	return s.public(c, homeVariants, func() (reading, error) {
		v, err := s.homeView(c)
		return reading{page: views.Home(v), until: s.Now().Add(homeFor)}, err
	})
}

func (s *Server) homeView(c echo.Context) (views.HomePage, error) {
	v := views.HomePage{Meta: views.Meta{Site: s.URL.String(), Path: "/", Description: views.Pitch(c.Request().Context())}}
	var err error
	if v.Totals, err = s.Store.Totals(c.Request().Context()); err != nil {
		return v, err
	}
	if v.Posts, err = s.Store.RandomPosts(c.Request().Context(), s.Now()); err != nil || user(c).ID == 0 {
		return v, err
	}
	if v.Team, err = s.Store.TeamTotals(c.Request().Context(), user(c).TeamID); err != nil {
		return v, err
	}
	v.Steps, err = s.Store.Steps(c.Request().Context(), user(c).TeamID)
	return v, err
}
