package handlers

import (
	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/views"
)

// teamShow shows the user's team.
func (s *Server) teamShow(c echo.Context) error {
	page, err := s.teamPage(c)
	if err != nil {
		return err
	}
	return s.render(c, views.Team(page))
}

func (s *Server) teamPage(c echo.Context) (p views.TeamPage, err error) {
	ctx, id := c.Request().Context(), user(c).TeamID
	p.Now = s.Now()
	if p.Team, err = s.Store.Team(ctx, id); err != nil {
		return p, err
	}
	p.NewName = p.Name
	if p.Members, err = s.Store.Members(ctx, id); err != nil {
		return p, err
	}
	if p.Invitations, err = s.Store.Invitations(ctx, id); err != nil {
		return p, err
	}
	p.Quota, err = s.Store.Quota(ctx, id, p.Now)
	return p, err
}

// teamError shows the team again with its forms as typed and their mistakes.
func (s *Server) teamError(c echo.Context, err error) error {
	page, missing := s.teamPage(c)
	if missing != nil {
		return missing
	}
	if form := c.Request().PostForm; form.Has("name") {
		page.NewName = typed(c, "name")
	}
	page.Email = typed(c, "email")
	return s.formError(c, err, views.Team(page))
}

// teamName renames the team.
func (s *Server) teamName(c echo.Context) error {
	if err := s.Store.NameTeam(c.Request().Context(), actor(c), typed(c, "name"), s.Now()); err != nil {
		return s.teamError(c, err)
	}
	return s.teamDone(c, domain.Say("Saved."))
}

// teamDone shows the team after an action on its page.
func (s *Server) teamDone(c echo.Context, flash domain.Text) error {
	page, err := s.teamPage(c)
	if err != nil {
		return err
	}
	return s.done(c, "/team", flash, views.Team(page))
}

// teamLeaving asks whether the user wants to leave the team.
func (s *Server) teamLeaving(c echo.Context) error {
	page, err := s.teamPage(c)
	if err != nil {
		return err
	}
	return s.render(c, views.LeaveTeam(page))
}

// teamLeave moves the user to a new team of their own.
func (s *Server) teamLeave(c echo.Context) error {
	page, err := s.teamPage(c)
	if err != nil {
		return err
	}
	if err := s.Store.LeaveTeam(c.Request().Context(), actor(c), s.Now()); err != nil {
		return s.formError(c, err, views.LeaveTeam(page))
	}
	return s.done(c, "/team", domain.Say("You've left the team “%s”. This one is your own.", page.Name))
}
