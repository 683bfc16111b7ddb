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

// forgotNew shows the form that asks for a password reset link.
func (s *Server) forgotNew(c echo.Context) error { return s.render(c, views.Forgot("")) }

// forgotCreate sends a password reset letter. The answer is the same whether or not the account exists.
func (s *Server) forgotCreate(c echo.Context) error {
	email, token := strings.TrimSpace(typed(c, "email")), store.NewToken()
	l := s.resetLetter(printer(c), token, s.Now())
	if err := s.sendToken(c, domain.TokenReset, email, token, l); err != nil {
		return s.formError(c, err, views.Forgot(email))
	}
	return s.redirect(c, "/login?notice="+string(views.NoticeReset))
}

// verifyResend resends the letter that confirms an address. The answer is the same for every address.
func (s *Server) verifyResend(c echo.Context) error {
	email, token := strings.TrimSpace(typed(c, "email")), store.NewToken()
	l := s.confirmLetter(printer(c), token, s.Now())
	if err := s.sendToken(c, domain.TokenVerify, email, token, l); err != nil {
		return s.formError(c, err, views.Login(views.LoginForm{Email: email, Unverified: true}))
	}
	return s.redirect(c, "/login?notice="+string(views.NoticeResent))
}

// sendToken counts a letter that a stranger asked for, and sends it if the address should get one.
func (s *Server) sendToken(c echo.Context, kind domain.TokenKind, email, token string, l domain.SystemLetter) error {
	ctx := c.Request().Context()
	if _, err := domain.ParseAddress(email); err == nil {
		if err := s.Store.TryLetter(ctx, address(c), s.Now()); err != nil {
			return err
		}
	}
	if err := s.Store.SendToken(ctx, actor(c), kind, email, token, l, s.Now()); err != nil {
		return err
	}
	s.Wake()
	return nil
}

func (s *Server) resetLetter(p *locale.Printer, token string, now time.Time) domain.SystemLetter {
	return systemLetter(p, domain.TokenReset, now, p.T("Reset your Postrider password"),
		p.T("Someone, hopefully you, asked for a new password for your Postrider account. To choose one, open this link within 30 minutes:\n\n<%s>\n\nIf this wasn't you, ignore this email. Your password won't change.",
			s.URL.JoinPath("reset", token).String()))
}

// resetShow shows the form for a new password.
func (s *Server) resetShow(c echo.Context) error {
	if err := s.Store.TokenUsable(c.Request().Context(), domain.TokenReset, c.Param("token"), s.Now()); err != nil {
		return err
	}
	return s.render(c, views.Reset(c.Param("token")))
}

// resetUpdate sets a new password, which the user then signs in with. Failed tries by strangers do not lock out a user who has read the
// letter.
func (s *Server) resetUpdate(c echo.Context) error {
	token := c.Param("token")
	u, err := s.Store.ResetPassword(c.Request().Context(), actor(c), token, typed(c, "password"), s.Now())
	if err != nil {
		return s.formError(c, err, views.Reset(token))
	}
	if err := s.sessions.remember(c, u); err != nil {
		return err
	}
	return s.redirect(c, "/login?notice="+string(views.NoticeNewPassword))
}

// passwordUpdate changes the user's password and ends all other sessions.
func (s *Server) passwordUpdate(c echo.Context) error {
	session, err := s.session(c)
	if err != nil {
		return err
	}
	in := store.NewPassword{Current: typed(c, "current"), Password: typed(c, "password"), Session: session.ID, Fresh: store.NewToken()}
	if err := s.Store.ChangePassword(c.Request().Context(), actor(c), in, s.Now()); err != nil {
		return s.profileError(c, err, views.ProfilePassword, "")
	}
	rename(c.Response(), session, in.Fresh)
	return s.done(c, "/profile", domain.Say("Password changed. You've been signed out everywhere else."))
}
