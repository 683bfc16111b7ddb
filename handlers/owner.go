package handlers

import (
	"cmp"
	"time"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/locale"
	"postrider/store"
	"postrider/views"
)

// member loads the team page and the member of the user's own team named in the path.
func (s *Server) member(c echo.Context) (views.TeamPage, domain.User, error) {
	page, err := s.teamPage(c)
	if err != nil {
		return page, domain.User{}, err
	}
	id, err := number(c, "id")
	if err != nil {
		return page, domain.User{}, err
	}
	for _, m := range page.Members {
		if m.ID == id {
			return page, m.User, nil
		}
	}
	return page, domain.User{}, domain.ErrNotFound
}

// memberLeaving asks whether to remove a member.
func (s *Server) memberLeaving(c echo.Context) error {
	page, m, err := s.member(c)
	if err == nil {
		err = user(c).MayRemove(m, page.Team)
	}
	if err != nil {
		return err
	}
	return s.render(c, views.RemoveMember(m, page.Name))
}

// memberRemove removes a member from the team.
func (s *Server) memberRemove(c echo.Context) error {
	page, m, err := s.member(c)
	if err != nil {
		return err
	}
	if err := s.remove(c, m, page.Team); err != nil {
		return s.formError(c, err, views.RemoveMember(m, page.Name))
	}
	return s.done(c, "/team", domain.Say("%s is no longer in the team.", m.Email))
}

// userRemove removes a user from their team.
func (s *Server) userRemove(c echo.Context) error {
	return s.actOnUser(c, func(id int64) (u domain.User, flash domain.Text, err error) {
		u, team, err := s.userAndTeam(c, id)
		if err == nil {
			err = s.remove(c, u, team)
		}
		return u, domain.Say("%s is no longer in the team.", u.Email), err
	})
}

func (s *Server) remove(c echo.Context, u domain.User, t domain.Team) error {
	l := removedLetter(user(c).Email, u, t, s.Now())
	_, err := s.Store.RemoveMember(c.Request().Context(), actor(c), u.ID, l, s.Now())
	if err == nil {
		s.Wake()
	}
	return err
}

// userAndTeam loads a user and their team.
func (s *Server) userAndTeam(c echo.Context, id int64) (u domain.User, t domain.Team, err error) {
	if u, err = s.Store.User(c.Request().Context(), id); err != nil {
		return u, t, err
	}
	t, err = s.Store.Team(c.Request().Context(), u.TeamID)
	return u, t, err
}

// ownerAsking asks whether to make a member the owner of the team.
func (s *Server) ownerAsking(c echo.Context) error {
	page, m, err := s.member(c)
	if err == nil && !user(c).Owns(page.Team) {
		err = domain.ErrForbidden
	}
	if err == nil {
		err = m.MayOwn(page.Team)
	}
	if err != nil {
		return err
	}
	return s.render(c, views.PassTeam(m, page.Name))
}

// ownerPass makes a member the owner of the user's own team.
func (s *Server) ownerPass(c echo.Context) error {
	page, m, err := s.member(c)
	if err == nil && !user(c).Owns(page.Team) {
		err = domain.ErrForbidden
	}
	if err != nil {
		return err
	}
	l := s.passing(user(c).Email, m, user(c), page.Team)
	if _, err := s.Store.PassTeam(c.Request().Context(), actor(c), m.ID, typed(c, "password"), l, s.Now()); err != nil {
		return s.formError(c, err, views.PassTeam(m, page.Name))
	}
	s.Wake()
	return s.done(c, "/team", domain.Say("%s now owns the team.", m.Email))
}

// userOwner makes a user the owner of their team.
func (s *Server) userOwner(c echo.Context) error {
	return s.actOnUser(c, func(id int64) (u domain.User, flash domain.Text, err error) {
		u, team, err := s.userAndTeam(c, id)
		if err != nil {
			return u, flash, err
		}
		var old domain.User
		if team.OwnerID != 0 {
			if old, err = s.Store.User(c.Request().Context(), team.OwnerID); err != nil {
				return u, flash, err
			}
		}
		_, err = s.Store.AppointOwner(c.Request().Context(), actor(c), id, s.passing(user(c).Email, u, old, team), s.Now())
		return u, domain.Say("%s now owns the team.", u.Email), err
	})
}

// shortName is a team's name as letters show it, with Markdown escaped.
func shortName(name string) string { return plain(cmp.Or(domain.ShownName(name), "…")) }

// passing builds the letters to the old and the new owner of a team, each in their own language.
func (s *Server) passing(by string, to, old domain.User, t domain.Team) store.Passing {
	p, q := locale.For(to.Language, nil), locale.For(old.Language, nil)
	return store.Passing{
		ToNew: notice(p, s.Now(), p.T("You now own a team on Postrider"),
			p.T("%s made you the owner of the team “%s”. You can now remove members and make someone else the owner.", plain(by), shortName(t.Name))),
		ToOld: notice(q, s.Now(), q.T("Your team on Postrider has a new owner"),
			q.T("%s made %s the owner of the team “%s”. You're still a member, but you can no longer remove others.", plain(by), plain(to.Email), shortName(t.Name))),
	}
}

// removedLetter tells a user that they were removed from a team.
func removedLetter(by string, u domain.User, t domain.Team, now time.Time) domain.SystemLetter {
	p := locale.For(u.Language, nil)
	return notice(p, now, p.T("You're no longer in a team on Postrider"),
		p.T("%s removed you from the team “%s”. You no longer have access to its clients, messages and mailings, which stay with the team. You keep your account and have a new, empty team. To come back, you need a new invitation.", plain(by), shortName(t.Name)))
}

// notice is an informational letter without a token. The store fills in the recipient.
func notice(p *locale.Printer, now time.Time, subject, body string) domain.SystemLetter {
	return domain.SystemLetter{Language: p.Lang(), Subject: subject, Body: body, ExpiresAt: now.Add(domain.NoticeValid)}
}
