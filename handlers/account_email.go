package handlers

import (
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/locale"
	"postrider/store"
	"postrider/views"
)

// emailAsk sends a confirmation letter to a user's new address. The answer is the same when another account has that address.
func (s *Server) emailAsk(c echo.Context) error {
	p, now := printer(c), s.Now()
	in := store.EmailChange{Email: strings.TrimSpace(typed(c, "email")), Password: typed(c, "password"), Token: store.NewToken()}
	in.Confirm, in.Taken, in.Notice = s.newAddressLetter(p, in.Token, now), takenLetter(p, now), s.noticeLetter(p, now)
	if err := s.Store.AskEmail(c.Request().Context(), actor(c), in, now); err != nil {
		return s.profileError(c, err, views.ProfileEmail, in.Email)
	}
	s.Wake()
	return s.done(c, "/profile", domain.Say("We've sent an email to %s. Your address changes when you open the link in it.", in.Email))
}

// newAddressLetter carries the link that moves an account to a new address.
func (s *Server) newAddressLetter(p *locale.Printer, token string, now time.Time) domain.SystemLetter {
	return systemLetter(p, domain.TokenEmail, now, p.T("Confirm your new address for Postrider"),
		p.T("Someone, hopefully you, wants to use this address for their Postrider account. To confirm it, open this link within 24 hours:\n\n<%s>\n\nIf this wasn't you, ignore this email.",
			s.URL.JoinPath("email", token).String()))
}

// takenLetter tells the owner of an account that another account asked for its address.
func takenLetter(p *locale.Printer, now time.Time) domain.SystemLetter {
	return systemLetter(p, domain.TokenEmail, now, p.T("Your address on Postrider"),
		p.T("Someone tried to use this address for another Postrider account. It already has an account, so nothing has changed and you don't need to do anything."))
}

// noticeLetter tells the old address that the account has moved.
func (s *Server) noticeLetter(p *locale.Printer, now time.Time) domain.SystemLetter {
	return systemLetter(p, domain.TokenEmail, now, p.T("Your Postrider address is about to change"),
		p.T("Someone, hopefully you, asked to change the address of your Postrider account. It changes once the new address is confirmed.\n\nIf this wasn't you, someone knows your password. Change it right away. That also cancels the new address:\n\n<%s>",
			s.URL.JoinPath("profile").String()))
}

// newAddressPage loads the page behind the link that changes an account's address.
func (s *Server) newAddressPage(c echo.Context) (p views.ConfirmPage, err error) {
	p.Token = c.Param("token")
	u, email, err := s.Store.ConfirmingEmail(c.Request().Context(), p.Token, s.Now())
	p.Email, p.Old, p.Elsewhere = email, u.Email, u.ID != user(c).ID
	return p, err
}

// emailShow shows which account gets the new address, and the button that confirms it.
func (s *Server) emailShow(c echo.Context) error {
	page, err := s.newAddressPage(c)
	if err != nil {
		return err
	}
	return s.render(c, views.ConfirmEmail(page))
}

// emailConfirm changes the account's address. Without a session of that account it asks for the password.
func (s *Server) emailConfirm(c echo.Context) error {
	page, err := s.newAddressPage(c)
	if err != nil {
		return err
	}
	if err := s.Store.ConfirmEmail(c.Request().Context(), actor(c), page.Token, typed(c, "password"), s.Now()); err != nil {
		return s.formError(c, err, views.ConfirmEmail(page))
	}
	if !page.Elsewhere {
		return s.done(c, "/profile", domain.Say("Your new address is confirmed."))
	}
	return s.redirect(c, "/login?notice="+string(views.NoticeNewEmail))
}
