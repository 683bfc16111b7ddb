package handlers

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/store"
	"postrider/views"
)

// userList shows a page of all users.
func (s *Server) userList(c echo.Context) error {
	v := views.UserList{Q: c.QueryParam("q"), Role: c.QueryParam("role"), State: c.QueryParam("state"), Sort: c.QueryParam("sort"),
		Per: c.QueryParam("per")}
	page, err := s.Store.Users(c.Request().Context(), store.UserQuery{Q: v.Q, Role: domain.Role(v.Role), State: store.UserState(v.State),
		Sort: v.Sort, After: c.QueryParam("after"), Per: pageSize(c)}, s.Now())
	if err != nil {
		return err
	}
	v.Paging, v.Users = paging(c, page.Next, page.Total), page.Rows
	if fragment(c) == "list" {
		return s.render(c, views.Users(v), views.UserTable(v))
	}
	return s.render(c, views.Users(v))
}

// userShow shows a user, their team and what it sends.
func (s *Server) userShow(c echo.Context) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	page, err := s.userPage(c, id)
	if err != nil {
		return err
	}
	return s.render(c, views.UserShow(page))
}

func (s *Server) userPage(c echo.Context, id int64) (p views.UserPage, err error) {
	ctx := c.Request().Context()
	row, err := s.Store.UserRow(ctx, id, s.Now())
	if err != nil {
		return p, err
	}
	p.UserRow = row
	team, err := s.Store.Team(ctx, row.TeamID)
	if err != nil {
		return p, err
	}
	p.TeamOf = team
	if p.People, err = s.Store.TeamUsers(ctx, row.TeamID); err != nil {
		return p, err
	}
	mailings, err := s.Store.Mailings(ctx, row.TeamID, store.MailingQuery{})
	if err != nil {
		return p, err
	}
	for _, m := range mailings.Rows {
		p.OfTeam = append(p.OfTeam, s.mailingLine(m))
	}
	p.Quota, err = s.Store.Quota(ctx, row.TeamID, s.Now())
	p.NewRole, p.Limits = string(row.Role), map[string]string{}
	for _, l := range p.Quota.Limits() {
		p.Limits[l.Name] = limitTyped(*l.Limit)
	}
	return p, err
}

// userBlock blocks a user or, with team=1, everyone in the user's team.
func (s *Server) userBlock(c echo.Context) error {
	return s.actOnUser(c, func(id int64) (domain.User, domain.Text, error) {
		if typed(c, "team") == "1" {
			u, n, err := s.Store.BlockTeam(c.Request().Context(), actor(c), id, typed(c, "reason"), s.Now())
			return u, domain.Say("%d people in the team are blocked.", n), err
		}
		u, err := s.Store.BlockUser(c.Request().Context(), actor(c), id, typed(c, "reason"), s.Now())
		return u, domain.Say("%s is blocked.", u.Email), err
	})
}

// userUnblock unblocks a user or, with team=1, everyone blocked together with the user.
func (s *Server) userUnblock(c echo.Context) error {
	return s.actOnUser(c, func(id int64) (domain.User, domain.Text, error) {
		if typed(c, "team") == "1" {
			u, n, err := s.Store.UnblockTeam(c.Request().Context(), actor(c), id, s.Now())
			return u, domain.Say("%d people in the team are no longer blocked.", n), err
		}
		u, err := s.Store.UnblockUser(c.Request().Context(), actor(c), id, s.Now())
		return u, domain.Say("%s is no longer blocked.", u.Email), err
	})
}

// userRole changes a user's role.
func (s *Server) userRole(c echo.Context) error {
	return s.actOnUser(c, func(id int64) (domain.User, domain.Text, error) {
		u, err := s.Store.SetRole(c.Request().Context(), actor(c), id, domain.Role(typed(c, "role")), s.Now())
		return u, domain.Say("Role changed for %s.", u.Email), err
	})
}

// actOnUser does something to the user named in the path and shows that user again: with a flash, or with the form as typed and its
// mistakes.
func (s *Server) actOnUser(c echo.Context, do func(id int64) (domain.User, domain.Text, error)) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	u, flash, err := do(id)
	if err != nil {
		return s.userError(c, err, id)
	}
	s.Wake()
	to := "/users/" + strconv.FormatInt(id, 10)
	if u.ID == user(c).ID && !u.Oversees() {
		to = "/" // an admin who gave up the role
	}
	return s.done(c, to, flash)
}

// userError shows a user's page with its forms as typed.
func (s *Server) userError(c echo.Context, err error, id int64) error {
	page, missing := s.userPage(c, id)
	if missing != nil {
		return missing
	}
	form := c.Request().PostForm
	for field, to := range map[string]*string{"reason": &page.Reason, "role": &page.NewRole} {
		if form.Has(field) {
			*to = typed(c, field)
		}
	}
	for name := range page.Limits {
		if form.Has(name) {
			page.Limits[name] = typed(c, name)
		}
	}
	page.WholeTeam = typed(c, "team") == "1"
	return s.formError(c, err, views.UserShow(page))
}
