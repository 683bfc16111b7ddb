package handlers

import (
	"math"
	"strconv"
	"strings"

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
	v.Paging = paging(c, page.Next, page.Total)
	for _, row := range page.Users {
		v.Users = append(v.Users, userLine(row))
	}
	if part(c) == "list" {
		return s.render(c, views.Users(v), views.UserTable(v))
	}
	return s.render(c, views.Users(v))
}

func userLine(r store.UserRow) views.UserLine {
	return views.UserLine{User: r.User, Team: r.Team, SignedInAt: r.SignedInAt, BlockedBy: r.BlockedBy, BlockedWhy: r.BlockedWhy,
		Mailings: r.Mailings, Letters: r.Letters}
}

// userShow shows one user: who it is, the team, and what it sends.
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
	p.UserLine = userLine(row)
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
	for _, m := range mailings.Mailings {
		p.OfTeam = append(p.OfTeam, s.mailingLine(m))
	}
	p.Quota, err = s.Store.Quota(ctx, row.TeamID, s.Now())
	p.NewRole, p.MaxClients, p.MaxLetters = string(row.Role), limitTyped(p.Quota.MaxClients), limitTyped(p.Quota.MaxLetters)
	return p, err
}

// userBlock keeps a user out.
func (s *Server) userBlock(c echo.Context) error {
	return s.actOnUser(c, func(id int64) (domain.User, domain.Text, error) {
		u, err := s.Store.BlockUser(c.Request().Context(), actor(c), id, typed(c, "reason"), s.Now())
		return u, domain.Say("%s is blocked.", u.Email), err
	})
}

// userUnblock lets a user in again.
func (s *Server) userUnblock(c echo.Context) error {
	return s.actOnUser(c, func(id int64) (domain.User, domain.Text, error) {
		u, err := s.Store.UnblockUser(c.Request().Context(), actor(c), id, s.Now())
		return u, domain.Say("%s is not blocked any more.", u.Email), err
	})
}

// userRole gives a user another role.
func (s *Server) userRole(c echo.Context) error {
	return s.actOnUser(c, func(id int64) (domain.User, domain.Text, error) {
		u, err := s.Store.SetRole(c.Request().Context(), actor(c), id, domain.Role(typed(c, "role")), s.Now())
		return u, domain.Say("The role of %s is changed.", u.Email), err
	})
}

// actOnUser does something with the user that the path names, and shows that user again: with the news, or with the form
// as it was typed and what is wrong with it.
func (s *Server) actOnUser(c echo.Context, do func(id int64) (domain.User, domain.Text, error)) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	u, news, err := do(id)
	if err != nil {
		return s.userError(c, err, id)
	}
	s.Wake()
	to := "/users/" + strconv.FormatInt(id, 10)
	if u.ID == user(c).ID && !u.Oversees() {
		to = "/" // an admin who has stepped back
	}
	return s.done(c, to, news)
}

// userError shows the page of a user with the forms as typed.
func (s *Server) userError(c echo.Context, err error, id int64) error {
	page, missing := s.userPage(c, id)
	if missing != nil {
		return missing
	}
	form := c.Request().PostForm
	for field, to := range map[string]*string{"reason": &page.Reason, "role": &page.NewRole, "max_clients": &page.MaxClients,
		"max_letters": &page.MaxLetters} {
		if form.Has(field) {
			*to = typed(c, field)
		}
	}
	return s.formError(c, err, views.UserShow(page))
}

// teamQuota limits what a team may keep and send.
func (s *Server) teamQuota(c echo.Context) error {
	teamID, err := number(c, "id")
	if err != nil {
		return err
	}
	people, err := s.Store.TeamUsers(c.Request().Context(), teamID)
	if err != nil {
		return err
	}
	if len(people) == 0 {
		return domain.ErrNotFound
	}
	back := people[0].ID // to the page that the form stands on
	for _, u := range people {
		if strconv.FormatInt(u.ID, 10) == typed(c, "user_id") {
			back = u.ID
		}
	}
	wrong := domain.Invalid{}
	q := domain.Quota{MaxClients: limitOf(c, wrong, "max_clients"), MaxLetters: limitOf(c, wrong, "max_letters")}
	if err = wrong.Or(); err == nil {
		err = s.Store.SetQuota(c.Request().Context(), actor(c), teamID, q, s.Now())
	}
	if err != nil {
		return s.userError(c, err, back)
	}
	s.Wake()
	return s.done(c, "/users/"+strconv.FormatInt(back, 10), domain.Say("The limits of the team are set."))
}

// limitOf reads a limit: a whole number, or nil for none when nothing was typed.
func limitOf(c echo.Context, wrong domain.Invalid, field string) *int {
	text := strings.TrimSpace(typed(c, field))
	if text == "" {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > math.MaxInt32 {
		wrong.Add(field, "A whole number, or nothing for no limit.")
		return nil
	}
	return &n
}

// limitTyped is a limit as one would type it.
func limitTyped(limit *int) string {
	if limit == nil {
		return ""
	}
	return strconv.Itoa(*limit)
}
