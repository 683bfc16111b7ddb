package handlers

import (
	"strings"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/locale"
	"postrider/store"
	"postrider/views"
)

// profileShow shows what users can change about themselves, and where they are signed in.
func (s *Server) profileShow(c echo.Context) error {
	page, err := s.profilePage(c)
	if err != nil {
		return err
	}
	return s.render(c, views.Profile(page))
}

func (s *Server) profilePage(c echo.Context) (p views.ProfilePage, err error) {
	session, err := s.session(c)
	if err != nil {
		return p, err
	}
	u := user(c)
	p.Name, p.Language, p.TimeZone = u.Name, u.Language, u.TimeZone
	if _, known := domain.LoadZone(p.TimeZone); !known {
		p.TimeZone = "UTC" // what their pages use
	}
	p.This = store.PublicID(session.ID)
	p.Sessions, err = s.Store.Sessions(c.Request().Context(), u.ID, s.Now())
	return p, err
}

// profileError shows the profile again with the failed form as typed and its mistakes.
func (s *Server) profileError(c echo.Context, err error, failed views.ProfileForm, email string) error {
	page, missing := s.profilePage(c)
	if missing != nil {
		return missing
	}
	page.Failed, page.Email = failed, email
	if failed == views.ProfileAbout {
		page.Name, page.Language, page.TimeZone = typed(c, "name"), typed(c, "language"), typed(c, "time_zone")
	}
	return s.formError(c, err, views.Profile(page))
}

// profileUpdate saves the name, the language and the time zone.
func (s *Server) profileUpdate(c echo.Context) error {
	in := domain.Profile{Name: strings.TrimSpace(typed(c, "name")), Language: typed(c, "language"), TimeZone: typed(c, "time_zone")}
	var err error = domain.Invalid{"language": domain.Say("This language isn't available.")}
	if locale.Known(in.Language) {
		var u domain.User
		if u, err = s.Store.SetProfile(c.Request().Context(), user(c).ID, in); err == nil {
			s.setVisit(c, u) // show the flash in the new language
		}
	}
	if err != nil {
		return s.profileError(c, err, views.ProfileAbout, "")
	}
	return s.done(c, "/profile", domain.Say("Saved."))
}

// sessionEnd signs out one other session, or all of them.
func (s *Server) sessionEnd(c echo.Context) error {
	ctx := c.Request().Context()
	if typed(c, "others") != "1" {
		if err := s.Store.EndSession(ctx, actor(c), typed(c, "session"), s.Now()); err != nil {
			return err
		}
		return s.done(c, "/profile", domain.Say("That device is signed out."))
	}
	session, err := s.session(c)
	if err != nil {
		return err
	}
	if _, err := s.Store.EndOtherSessions(ctx, actor(c), session.ID, s.Now()); err != nil {
		return err
	}
	return s.done(c, "/profile", domain.Say("You've been signed out everywhere else."))
}

// accountLeave shows what is deleted with the account.
func (s *Server) accountLeave(c echo.Context) error {
	b, err := s.Store.Belongings(c.Request().Context(), user(c))
	if err != nil {
		return err
	}
	return s.render(c, views.DeleteAccount(b, ""))
}

// accountDelete deletes the account for good. The user has to type its address first.
func (s *Server) accountDelete(c echo.Context) error {
	ctx, in := c.Request().Context(), store.Leaving{Email: strings.TrimSpace(typed(c, "email")), Password: typed(c, "password"),
		TeamStays: typed(c, "team") == "stays"}
	if err := s.Store.DeleteAccount(ctx, actor(c), in, s.Now()); err != nil {
		b, missing := s.Store.Belongings(ctx, user(c))
		if missing != nil {
			return missing
		}
		return s.formError(c, err, views.DeleteAccount(b, in.Email))
	}
	s.Wake() // its runs stop, and the team's data is deleted
	if err := s.signOut(c); err != nil {
		return err
	}
	return s.redirect(c, "/login?notice="+string(views.NoticeDeleted))
}
