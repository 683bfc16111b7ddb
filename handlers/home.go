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

// home says what the service is, or tells signed-in users what to do first and what their mailings are doing.
func (s *Server) home(c echo.Context) error {
	if fragment(c) == "activity" && forFragment(c.Request()) {
		return s.homeActivity(c)
	}
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
	if v.Steps, err = s.Store.Steps(c.Request().Context(), user(c).TeamID); err != nil {
		return v, err
	}
	return v, s.loadActivity(c, &v)
}

// loadActivity loads what the mailings of the user's team are doing, for those who work with them.
func (s *Server) loadActivity(c echo.Context, v *views.HomePage) (err error) {
	if !user(c).MayWrite() {
		return nil
	}
	v.Now = s.Now()
	if v.Activity, err = s.Store.Activity(c.Request().Context(), user(c).TeamID); err != nil {
		return err
	}
	for _, row := range v.Activity.Sending {
		line, err := s.mailingLine(c, row)
		if err != nil {
			return err
		}
		v.Sending = append(v.Sending, line)
	}
	return nil
}

// homeActivity answers a poll of the home page of a member.
func (s *Server) homeActivity(c echo.Context) error {
	if err := writer.admits(user(c)); err != nil {
		return err
	}
	var v views.HomePage
	if err := s.loadActivity(c, &v); err != nil {
		return err
	}
	return s.render(c, views.Home(v), views.HomeActivity(v))
}
