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

// signupNew shows the form for an account.
func (s *Server) signupNew(c echo.Context) error {
	if !views.VisitOf(c.Request().Context()).SignUp {
		return s.render(c, views.SignUpClosed())
	}
	return s.render(c, views.SignUp(s.signUpForm(c)))
}

// signUpForm is an empty form. It says whether the account will be the admin's.
func (s *Server) signUpForm(c echo.Context) views.SignUpForm {
	return views.SignUpForm{First: s.awaitsFirst(c.Request().Context()), Then: s.SignUp}
}

// signupCreate makes an account and sends the letter that confirms its address. The answer is the same for an address that has an
// account: only its owner learns about it, by letter.
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

// signUpOf reads a new account from a form, with the password that came with it. The browser's time zone is used if it exists.
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

// confirmLetter carries the link that confirms an address. Like every letter to somebody who has not confirmed it, it holds
// nothing that was typed, because a stranger may have typed it.
func (s *Server) confirmLetter(p *locale.Printer, token string, now time.Time) domain.SystemLetter {
	l := systemLetter(p, domain.TokenVerify, now)
	l.Subject = p.T("Confirm your address for Postrider")
	l.Body = p.T("Someone, hopefully you, signed up at Postrider with this address. To confirm it, open this link within 24 hours:\n\n<%s>\n\nIf this wasn't you, ignore this email.",
		s.URL.JoinPath("verify", token).String())
	return l
}

// knownLetter tells the owner of an account that its address was used to sign up again.
func (s *Server) knownLetter(p *locale.Printer, now time.Time) domain.SystemLetter {
	l := systemLetter(p, domain.TokenVerify, now)
	l.Subject = p.T("You have an account at Postrider")
	l.Body = p.T("Somebody, hopefully you, has signed up at Postrider with this address, which has an account already. Sign in here:\n\n<%s>\n\nIf it was not you, do nothing.",
		s.URL.JoinPath("login").String())
	return l
}

// systemLetter is a letter in the reader's language. It expires with its token.
func systemLetter(p *locale.Printer, kind domain.TokenKind, now time.Time) domain.SystemLetter {
	return domain.SystemLetter{Language: p.Lang(), ExpiresAt: now.Add(kind.Valid())}
}

// loginNew shows the form for signing in.
func (s *Server) loginNew(c echo.Context) error {
	next := ourPath(c.QueryParam("next"))
	if user(c).ID != 0 {
		return s.redirect(c, next)
	}
	return s.render(c, views.Login(views.LoginForm{Next: next, Notice: views.Notice(c.QueryParam("notice"))}))
}

// loginCreate signs in. The answer is the same for an unknown address and a wrong password.
func (s *Server) loginCreate(c echo.Context) error {
	form := views.LoginForm{Email: strings.TrimSpace(typed(c, "email")), Next: ourPath(typed(c, "next")), Kept: keptOf(c)}
	from := store.Origin{Address: address(c), Device: s.sessions.knownAs(c.Request())}
	u, err := s.Store.SignInFrom(c.Request().Context(), from, form.Email, typed(c, "password"), s.Now())
	switch {
	case err != nil:
	case u.Blocked():
		err = s.whyBlocked(c, u)
	case !u.Verified():
		form.Unverified = true
		err = domain.Invalid{"": domain.Say("Confirm your address first: open the link in the letter that we have sent you.")}
	default:
		err = s.signIn(c, u)
	}
	if errors.Is(err, domain.ErrNotFound) { // or the password has been changed a moment ago
		err = domain.Invalid{"": domain.Say("The address or the password is wrong.")}
	}
	if err != nil {
		return s.formError(c, err, views.Login(form))
	}
	return s.resume(c, u, form.Kept, form.Next)
}

// logout ends the session.
func (s *Server) logout(c echo.Context) error {
	if err := s.signOut(c); err != nil {
		return err
	}
	return s.redirect(c, "/")
}

const languageCookie = "lang"

// languageUpdate chooses the language of the pages, for a year or, with an account, for good.
func (s *Server) languageUpdate(c echo.Context) error {
	lang := typed(c, "lang")
	if !locale.Known(lang) {
		return domain.Invalid{"lang": domain.Say("There is no such language here.")}
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

// way is a link from an error page to where the visitor can go on.
type way struct {
	href string
	text domain.Text
}

// deadLink is the answer to a link of a letter that no longer works.
func deadLink(route string) failure {
	say := domain.Say
	f := failure{status: http.StatusNotFound, title: say("This link does not work any more")}
	switch {
	case strings.HasPrefix(route, "/verify/"):
		f.text = say("It has been used already, it is too old, or a newer letter has come. Try to sign in: if your address is not confirmed yet, you can ask for a new letter there.")
		f.next = way{"/login", say("Sign in")}
	case strings.HasPrefix(route, "/setup/"):
		f.text = say("It has been used already, a newer start of Postrider has shown another one, or there is an admin by now.")
		f.next = way{"/login", say("Sign in")}
	case strings.HasPrefix(route, "/reset/"):
		f.text = say("It has been used already, it is older than 30 minutes, or a newer letter has come.")
		f.next = way{"/forgot", say("Ask for a new letter")}
	case strings.HasPrefix(route, "/email/"):
		f.text = say("It has been used already, it is too old, or a newer letter has come. Your profile shows which address your account has, and you can change it there.")
		f.next = way{"/profile", say("To the profile")}
	default:
		f.text = say("The invitation has been used already, has been withdrawn, or is older than seven days. Ask the one who invited you for a new link.")
	}
	return f
}
