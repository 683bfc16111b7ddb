package handlers

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/views"
)

// masked hides the recipients of a team's attempts from users who may not see them.
func masked(u domain.User, teamID int64, attempts []domain.Attempt) []domain.Attempt {
	if u.SeesRecipients(teamID) {
		return attempts
	}
	hidden := make([]domain.Attempt, 0, len(attempts))
	for _, a := range attempts {
		hidden = append(hidden, a.Masked())
	}
	return hidden
}

// loadOversight adds to a mailing's page what is left of its team's quota and, for managers and admins, the team's members.
func (s *Server) loadOversight(c echo.Context, m domain.Mailing, p *views.MailingPage) (err error) {
	if p.Quota, err = s.Store.Quota(c.Request().Context(), m.TeamID, s.Now()); err != nil {
		return err
	}
	if !user(c).SeesRecipients(m.TeamID) {
		p.PauseWhy = p.PauseWhy.WithoutWords()
	}
	if user(c).Oversees() {
		p.People, err = s.Store.TeamUsers(c.Request().Context(), m.TeamID)
	}
	return err
}

// whyBlocked gives a blocked user who knows the password the reason for the block.
func (s *Server) whyBlocked(c echo.Context, u domain.User) error {
	row, err := s.Store.UserRow(c.Request().Context(), u.ID, s.Now())
	if err != nil {
		return err
	}
	return domain.Invalid{"": domain.Say("This account is blocked. Reason: %s", row.BlockedWhy)}
}

// mailingDisable disables a mailing of any team.
func (s *Server) mailingDisable(c echo.Context) error {
	m, err := s.mailing(c, domain.View)
	if err != nil {
		return err
	}
	disabled, err := s.Store.DisableMailing(c.Request().Context(), actor(c), m.ID, typed(c, "reason"), s.Now())
	if err != nil {
		row, missing := s.Store.MailingRow(c.Request().Context(), actor(c), m.ID)
		if missing != nil {
			return missing
		}
		page, missing := s.mailingPage(c, m, row)
		if missing != nil {
			return missing
		}
		page.Reason = typed(c, "reason")
		return s.formError(c, err, views.MailingShow(page))
	}
	s.Wake()
	return s.done(c, mailingPath(m), domain.Say("“%s” is disabled.", disabled.Name))
}

// mailingEnable enables a disabled mailing again.
func (s *Server) mailingEnable(c echo.Context) error {
	m, err := s.mailing(c, domain.View)
	if err != nil {
		return err
	}
	if _, err := s.Store.EnableMailing(c.Request().Context(), actor(c), m.ID, s.Now()); err != nil {
		return err
	}
	s.Wake()
	return s.done(c, mailingPath(m), domain.Say("“%s” is enabled again.", m.Name))
}

func mailingPath(m domain.Mailing) string { return "/mailings/" + strconv.FormatInt(m.ID, 10) }

// teamFilter returns whose mailings a list shows; 0 for every team's, which only managers and admins see. name is the requested team's
// name.
func (s *Server) teamFilter(c echo.Context) (teamID int64, name string, err error) {
	u, asked := user(c), c.QueryParam("team")
	if !u.Oversees() || asked == "own" {
		return u.TeamID, "", nil
	}
	id := idOf(asked)
	if id <= 0 {
		return 0, "", nil
	}
	name, err = s.Store.TeamName(c.Request().Context(), id)
	return id, name, err
}
