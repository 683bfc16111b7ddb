package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/store"
	"postrider/views"
)

// signUpCookie is the name of the cookie that marks the browser used to sign up.
func (s *Server) signUpCookie() string { return s.sessions.name + "-sign-up" }

// rememberSignUp stores a secret in the browser, so that its user can confirm the address with the password typed at sign-up. An empty
// secret removes the cookie.
func (s *Server) rememberSignUp(c echo.Context, secret string) {
	age := int(domain.VerifyValid.Seconds())
	if secret == "" {
		age = -1
	}
	c.SetCookie(&http.Cookie{Name: s.signUpCookie(), Value: secret, Path: "/", MaxAge: age, HttpOnly: true,
		Secure: s.sessions.secure, SameSite: http.SameSiteLaxMode})
}

// signedUpHere returns the secret of this browser; "" if nobody signed up in it.
func (s *Server) signedUpHere(c echo.Context) string {
	cookie, err := c.Request().Cookie(s.signUpCookie())
	if err != nil {
		return ""
	}
	return cookie.Value
}

// confirmPage loads the page behind the link that confirms the address of a new account.
func (s *Server) confirmPage(c echo.Context) (p views.ConfirmPage, err error) {
	p.Token = c.Param("token")
	u, here, err := s.Store.Confirming(c.Request().Context(), p.Token, s.signedUpHere(c), s.Now())
	p.Email, p.Elsewhere = u.Email, !here
	return p, err
}

// verifyShow shows whose account the link confirms, and the button that confirms it.
func (s *Server) verifyShow(c echo.Context) error {
	page, err := s.confirmPage(c)
	if err != nil {
		return err
	}
	return s.render(c, views.Verify(page))
}

// verifyConfirm confirms an address and signs in. In any browser other than the one used to sign up it asks for a new password, because the
// first one may have been a stranger's.
func (s *Server) verifyConfirm(c echo.Context) error {
	page, err := s.confirmPage(c)
	if err != nil {
		return err
	}
	in := store.Confirmation{Token: page.Token, Browser: s.signedUpHere(c), Password: typed(c, "password")}
	u, err := s.Store.Confirm(c.Request().Context(), actor(c), in, s.Now())
	if err != nil {
		return s.formError(c, err, views.Verify(page))
	}
	if err := s.signIn(c, u); err != nil {
		return err
	}
	s.rememberSignUp(c, "")
	return s.done(c, "/", domain.Say("Your address is confirmed, and you're signed in."))
}
