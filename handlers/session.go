package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/locale"
	"postrider/static"
	"postrider/store"
	"postrider/views"
)

// sessionStore is a sessions.Store backed by database rows. Only signed-in users have a session: a stranger gets no cookie and leaves no
// row.
type sessionStore struct {
	db      *store.Store
	now     func() time.Time
	address func(*http.Request) string // network of a client
	name    string                     // name of the session cookie
	device  string                     // name of the known-device cookie
	secure  bool
}

// Keys of a session's values. The user is loaded anew for each request; the rest is stored.
type sessionUser struct{}

const flashValue = "flash"

func newSessionStore(s *Server) *sessionStore {
	addressOf := s.addressOf()
	st := &sessionStore{db: s.Store, now: s.Now, name: "postrider", device: "postrider-device",
		address: func(r *http.Request) string { return network(addressOf(r)) }}
	if s.URL.Scheme == "https" {
		st.name, st.device, st.secure = "__Host-postrider", "__Host-postrider-device", true
	}
	return st
}

// Get returns the session of the request and loads it only once.
func (st *sessionStore) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(st, name)
}

// New loads the session named by the cookie. With a missing, damaged or ended session it starts an empty one.
func (st *sessionStore) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(st, name)
	session.IsNew = true
	session.Options = &sessions.Options{Path: "/", MaxAge: int(domain.SessionMax.Seconds()), HttpOnly: true,
		Secure: st.secure, SameSite: http.SameSiteLaxMode}
	cookie, err := r.Cookie(name)
	if err != nil {
		return session, nil
	}
	kept, user, err := st.db.Session(r.Context(), cookie.Value, st.now())
	if errors.Is(err, domain.ErrNotFound) {
		return session, nil
	}
	if err != nil {
		return session, err
	}
	session.ID, session.IsNew = cookie.Value, false
	session.Values[sessionUser{}] = user
	for name, value := range kept.Values {
		session.Values[name] = value
	}
	return session, nil
}

// Save writes the values of the session and gives a session without an id a new one. A negative MaxAge ends it.
func (st *sessionStore) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	if session.Options.MaxAge < 0 {
		http.SetCookie(w, sessions.NewCookie(session.Name(), "", session.Options))
		u, _ := session.Values[sessionUser{}].(domain.User)
		return st.db.SignOut(r.Context(), u.Actor(st.address(r)), session.ID, st.now())
	}
	values := map[string]string{}
	for name, value := range session.Values {
		if name, ok := name.(string); ok {
			values[name] = value.(string)
		}
	}
	if session.ID != "" {
		return st.db.SetSessionValues(r.Context(), session.ID, values)
	}
	user, ok := session.Values[sessionUser{}].(domain.User)
	if !ok {
		return nil
	}
	id, device, now := store.NewToken(), store.NewToken(), st.now()
	err := st.db.CreateSession(r.Context(), id, domain.Session{UserID: user.ID, PasswordAt: user.PasswordAt, Values: values,
		Agent: clip(r.UserAgent()), Address: st.address(r), OldDevice: st.knownAs(r), Device: device, CreatedAt: now, SeenAt: now})
	if err == nil {
		rename(w, session, id)
		st.setDevice(w, device)
	}
	return err
}

// remember makes the browser a known device of an account.
func (st *sessionStore) remember(c echo.Context, u domain.User) error {
	device := store.NewToken()
	err := st.db.RememberDevice(c.Request().Context(), u.ID, st.knownAs(c.Request()), device, st.now())
	if err == nil {
		st.setDevice(c.Response(), device)
	}
	return err
}

// knownAs returns the browser's id as a known device; "" if it has none.
func (st *sessionStore) knownAs(r *http.Request) string {
	cookie, err := r.Cookie(st.device)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// setDevice gives the browser its id as a known device. The id grants no access: strangers' failed tries do not slow down sign-ins with it.
func (st *sessionStore) setDevice(w http.ResponseWriter, id string) {
	http.SetCookie(w, &http.Cookie{Name: st.device, Value: id, Path: "/", MaxAge: int(domain.DeviceValid.Seconds()), HttpOnly: true,
		Secure: st.secure, SameSite: http.SameSiteLaxMode})
}

// rename gives a session another id and sends it to the browser.
func rename(w http.ResponseWriter, session *sessions.Session, id string) {
	session.ID = id
	http.SetCookie(w, sessions.NewCookie(session.Name(), id, session.Options))
}

// clip shortens a text sent by a stranger.
func clip(s string) string { return strings.ToValidUTF8(s[:min(len(s), 300)], "") }

func (s *Server) session(c echo.Context) (*sessions.Session, error) {
	return s.sessions.Get(c.Request(), s.sessions.name)
}

// signIn begins a session under a new id, so that an id planted by an attacker is worthless.
func (s *Server) signIn(c echo.Context, u domain.User) error {
	session, err := s.session(c)
	if err != nil {
		return err
	}
	if session.ID != "" {
		if err := s.Store.DeleteSession(c.Request().Context(), session.ID); err != nil {
			return err
		}
	}
	session.ID = ""
	session.Values = map[any]any{sessionUser{}: u}
	return session.Save(c.Request(), c.Response())
}

// signOut ends the session.
func (s *Server) signOut(c echo.Context) error {
	session, err := s.session(c)
	if err != nil {
		return err
	}
	session.Options.MaxAge = -1
	return session.Save(c.Request(), c.Response())
}

// keepFlash keeps a text for the next page.
func (s *Server) keepFlash(c echo.Context, text string) error {
	session, err := s.session(c)
	if err != nil || session.ID == "" {
		return err
	}
	session.Values[flashValue] = text
	return session.Save(c.Request(), c.Response())
}

// takeFlash shows the kept text on this page, once.
func (s *Server) takeFlash(c echo.Context) error {
	session, err := s.session(c)
	if err != nil {
		return nil // still show the page: it may be about this very error
	}
	text, ok := session.Values[flashValue].(string)
	if !ok {
		return nil
	}
	delete(session.Values, flashValue)
	v := views.VisitOf(c.Request().Context())
	v.Flash = text
	c.SetRequest(c.Request().WithContext(views.WithVisit(c.Request().Context(), v)))
	return session.Save(c.Request(), c.Response())
}

// visited loads the user on every request, so that a block takes effect at once.
func (s *Server) visited(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		path := c.Request().URL.Path
		if hasNoVisitor(path) {
			return next(c)
		}
		session, err := s.session(c)
		if err != nil {
			return err
		}
		u, _ := session.Values[sessionUser{}].(domain.User)
		if u.ID != 0 && u.Verified() && !u.Blocked() {
			c.Response().Header().Set("Cache-Control", "no-store")
			s.setVisit(c, u)
		}
		return next(c)
	}
}

// hasNoVisitor reports whether the answer is the same for everyone, so that no user has to be loaded.
func hasNoVisitor(path string) bool {
	return isProbe(path) || strings.HasPrefix(path, static.Prefix) || strings.HasPrefix(path, imagesAt)
}

// setVisit puts the visitor, the language and the time zone into the context of the request.
func (s *Server) setVisit(c echo.Context, u domain.User) {
	r := c.Request()
	lang := u.Language
	if cookie, err := r.Cookie(languageCookie); lang == "" && err == nil && locale.Known(cookie.Value) {
		lang = cookie.Value
	}
	if lang == "" {
		lang = locale.Match(r.Header.Get("Accept-Language"))
	}
	zone, _ := domain.LoadZone(u.TimeZone)
	ctx := locale.With(r.Context(), locale.For(lang, zone))
	ctx = views.WithVisit(ctx, views.Visit{User: u, Path: r.URL.RequestURI(), Partial: forFragment(r),
		Mailbox: s.Mailbox != nil && sameHost(r.Host, s.URL), SignUp: !hasNoVisitor(r.URL.Path) && s.takesStrangers(ctx),
		Invite: s.SignUp == domain.SignUpInvite, Awaits: !hasNoVisitor(r.URL.Path) && s.awaitsSetup(ctx), Relay: s.Relay()})
	c.SetRequest(r.WithContext(ctx))
}

// takesStrangers reports whether strangers may sign up. They always may while the first account becomes the admin's.
func (s *Server) takesStrangers(ctx context.Context) bool {
	return s.SignUp.TakesStrangers() || s.awaitsFirst(ctx)
}
