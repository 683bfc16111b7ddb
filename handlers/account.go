package handlers

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/locale"
	"postrider/store"
	"postrider/views"
)

// signupNew shows the sign-up form.
func (s *Server) signupNew(c echo.Context) error {
	if !views.VisitOf(c.Request().Context()).SignUp {
		return s.render(c, views.SignUpClosed())
	}
	return s.render(c, views.SignUp(s.signUpForm(c)))
}

// signUpForm returns an empty form that says whether the account will become the admin's.
func (s *Server) signUpForm(c echo.Context) views.SignUpForm {
	return views.SignUpForm{First: s.awaitsFirst(c.Request().Context()), Then: s.SignUp}
}

// signupCreate makes an account and sends the letter that confirms its address. The answer is the same when the address already has an
// account: only its owner learns that, by letter.
func (s *Server) signupCreate(c echo.Context) error {
	form := s.signUpForm(c)
	if !views.VisitOf(c.Request().Context()).SignUp {
		return s.answer(c, http.StatusForbidden, views.SignUpClosed())
	}
	form.Email, form.Name, form.TimeZone = strings.TrimSpace(typed(c, "email")), strings.TrimSpace(typed(c, "name")), typed(c, "time_zone")
	in := signUpOf(c, form)
	_, err := in.Check()
	if err == nil {
		err = s.signUp(c, in)
	}
	if err != nil {
		return s.formError(c, err, views.SignUp(form))
	}
	s.Wake()
	return s.redirect(c, "/login?notice="+string(views.NoticeSent))
}

// signUpOf reads a new account and its password from a form. It keeps the browser's time zone only if that zone exists.
func signUpOf(c echo.Context, form views.SignUpForm) domain.SignUp {
	in := domain.SignUp{Email: form.Email, Name: form.Name, Password: typed(c, "password"), Language: printer(c).Lang(), TimeZone: "UTC"}
	if _, ok := domain.LoadZone(form.TimeZone); ok {
		in.TimeZone = form.TimeZone
	}
	return in
}

func (s *Server) signUp(c echo.Context, in domain.SignUp) error {
	ctx, now := c.Request().Context(), s.Now()
	if err := s.Store.TryLetter(ctx, address(c), now); err != nil {
		return err
	}
	j := store.Joining{By: actor(c), FirstOnly: !s.SignUp.TakesStrangers(), Token: store.NewToken(), Browser: store.NewToken()}
	j.Confirm, j.Known = s.confirmLetter(printer(c), j.Token, now), s.knownLetter(printer(c), now)
	if err := s.Store.SignUp(ctx, in, j, now); err != nil {
		return err
	}
	s.rememberSignUp(c, j.Browser)
	return nil
}

// confirmLetter carries the link that confirms an address. Like every letter to an unconfirmed address, it repeats nothing that was typed:
// a stranger may have typed it.
func (s *Server) confirmLetter(p *locale.Printer, token string, now time.Time) domain.SystemLetter {
	return systemLetter(p, domain.TokenVerify, now, p.T("Confirm your address for Postrider"),
		p.T("Someone, hopefully you, signed up for Postrider with this address. To confirm it, open this link within 24 hours:\n\n<%s>\n\nIf this wasn't you, ignore this email.",
			s.URL.JoinPath("verify", token).String()))
}

// knownLetter tells the owner of an account that someone used its address to sign up again.
func (s *Server) knownLetter(p *locale.Printer, now time.Time) domain.SystemLetter {
	return systemLetter(p, domain.TokenVerify, now, p.T("You already have a Postrider account"),
		p.T("Someone, hopefully you, tried to sign up for Postrider with this address, but it already has an account. Sign in here:\n\n<%s>\n\nIf this wasn't you, ignore this email.",
			s.URL.JoinPath("login").String()))
}

// systemLetter is a letter in the reader's language. It expires together with its token.
func systemLetter(p *locale.Printer, kind domain.TokenKind, now time.Time, subject, body string) domain.SystemLetter {
	return domain.SystemLetter{Language: p.Lang(), Subject: subject, Body: body, ExpiresAt: now.Add(kind.Valid())}
}

// loginNew shows the sign-in form.
func (s *Server) loginNew(c echo.Context) error {
	next := ourPath(c.QueryParam("next"))
	if user(c).ID != 0 {
		return s.redirect(c, next)
	}
	return s.render(c, views.Login(views.LoginForm{Next: next, Notice: views.Notice(c.QueryParam("notice"))}))
}

// loginCreate signs in. The answer is the same for an unknown address and a wrong password.
func (s *Server) loginCreate(c echo.Context) error {
	form := views.LoginForm{Email: strings.TrimSpace(typed(c, "email")), Next: ourPath(typed(c, "next"))}
	from := store.Origin{Address: address(c), Device: s.sessions.knownAs(c.Request())}
	u, err := s.Store.SignIn(c.Request().Context(), from, form.Email, typed(c, "password"), s.Now())
	switch {
	case err != nil:
	case u.Blocked():
		err = s.whyBlocked(c, u)
	case !u.Verified():
		form.Unverified = true
		err = domain.Invalid{"": domain.Say("Confirm your address first. Open the link in the email we sent you.")}
	default:
		err = s.signIn(c, u)
	}
	if errors.Is(err, domain.ErrNotFound) { // or the password has been changed a moment ago
		err = domain.Invalid{"": domain.Say("Wrong email address or password.")}
	}
	if err != nil {
		return s.formError(c, err, views.Login(form))
	}
	return s.redirect(c, form.Next)
}

// logout ends the session.
func (s *Server) logout(c echo.Context) error {
	if err := s.signOut(c); err != nil {
		return err
	}
	return s.redirect(c, "/")
}

const languageCookie = "lang"

// languageUpdate sets the language of the pages: in a cookie for a year, and in the account of a signed-in user.
func (s *Server) languageUpdate(c echo.Context) error {
	lang := typed(c, "lang")
	if !locale.Known(lang) {
		return domain.Invalid{"lang": domain.Say("This language isn't available.")}
	}
	if u := user(c); u.ID != 0 {
		if err := s.Store.SetLanguage(c.Request().Context(), u.ID, lang); err != nil {
			return err
		}
	}
	c.SetCookie(&http.Cookie{Name: languageCookie, Value: lang, Path: "/", MaxAge: 365 * 24 * 60 * 60, HttpOnly: true,
		Secure: s.URL.Scheme == "https", SameSite: http.SameSiteLaxMode})
	return s.redirect(c, ourPath(typed(c, "next")))
}

// way is a link from an error page to a page where the visitor can continue.
type way struct {
	href string
	text domain.Text
}

// deadLink is the answer to a link in a letter that no longer works.
func deadLink(route string) failure {
	say := domain.Say
	f := failure{status: http.StatusNotFound, title: say("This link no longer works")}
	switch {
	case strings.HasPrefix(route, "/verify/"):
		f.text = say("It has been used, it has expired, or a newer email has replaced it. Try signing in: if your address isn't confirmed yet, you can request a new email there.")
		f.next = way{"/login", say("Sign in")}
	case strings.HasPrefix(route, "/setup/"):
		f.text = say("It has been used, Postrider has restarted and printed a new one, or there's already an admin.")
		f.next = way{"/login", say("Sign in")}
	case strings.HasPrefix(route, "/reset/"):
		f.text = say("It has been used, it's older than 30 minutes, or a newer email has replaced it.")
		f.next = way{"/forgot", say("Request a new email")}
	case strings.HasPrefix(route, "/email/"):
		f.text = say("It has been used, it has expired, or a newer email has replaced it. Your profile shows the address of your account, and you can change it there.")
		f.next = way{"/profile", say("Go to profile")}
	default:
		f.text = say("The invitation has been used, has been withdrawn, or is more than seven days old. Ask the person who invited you for a new link.")
	}
	return f
}
