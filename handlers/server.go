// Package handlers owns HTTP: a request comes in, a page or a fragment of one goes out. One file a feature; the table in
// routes.go is the site map and says who may come in.
//
// A handler reads, checks, does, renders, in that order, and returns its error: errors.go is the only place that knows
// statuses. The helpers it has:
//
//	user(c)                               the signed-in user; the zero user for a stranger
//	number(c, "id")                       a path parameter; ErrNotFound when it is no id
//	typed(c, "email")                     a form field as typed
//	s.render(c, page, fragment…)          200: the page, or its fragment when htmx asked for one
//	s.formError(c, err, page, fragment…)  the form again with its mistakes: 422, 409 or 429; other errors pass through
//	s.done(c, to, flash, fragment…)       an action is done: a browser goes to `to`, htmx gets the fragments and a toast
//	s.redirect(c, to)                     303, or HX-Redirect for htmx
//
// The package comment of views says how to add a feature.
package handlers

import (
	"cmp"
	"compress/gzip"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/picture"
	"postrider/static"
	"postrider/store"
)

// Server answers requests. All exported fields are set before Handler is called.
type Server struct {
	Store          *store.Store
	URL            *url.URL // public address; links in letters use it and nothing else
	Now            func() time.Time
	Log            *slog.Logger
	Wake           func()                   // a letter is waiting, or a mailing was saved
	Viewed         func(postID int64)       // an article was read; it does not wait
	Relay          func() domain.RelayState // what is known of the relay now
	Mailbox        Mailbox                  // nil when letters go to a relay
	SignUp         domain.SignUpMode        // who may make an account
	Sender         string                   // the From of letters, as in RFC 5322
	TrustedProxies []netip.Prefix           // whose X-Forwarded-For is believed
	Version        string

	sessions    *sessionStore
	writes      writes
	cache       pageCache
	gzipWriters chan *gzip.Writer // those that are free: each takes most of a megabyte
	pictures    *picture.Maker
	uploads     chan struct{} // a place for each that is in memory
	places      places
	bodies      map[string]body // of the routes, by method and path
	readiness   readiness
	renders     renders
	pageTime    time.Duration // domain.PageTime, but in tests
}

// Mailbox is the built-in mailbox: the letters it has caught, newest first. Letter returns domain.ErrNotFound for one
// that it does not have.
type Mailbox interface {
	Letters() []domain.CaughtLetter
	Letter(id int64) (domain.CaughtLetter, error)
}

// Handler makes the handler of all routes.
func (s *Server) Handler() (http.Handler, error) {
	sameOrigin, err := s.sameOrigin()
	if err != nil {
		return nil, err
	}
	s.renders.wait = cmp.Or(s.renders.wait, renderWait)
	s.pageTime = cmp.Or(s.pageTime, domain.PageTime)
	s.Store.NewTeam = s.newTeamQuota()
	s.sessions = newSessionStore(s)
	s.gzipWriters = newGzipWriters()
	s.pictures, s.uploads = picture.NewMaker(), make(chan struct{}, maxUploads)
	e := echo.New()
	e.HTTPErrorHandler = s.fail
	e.IPExtractor = s.addressOf()
	e.Use(s.timed, s.numbered, s.secured, recovered, s.onKnownHost, sameOrigin, s.present, s.visited, shortAddress, s.paced, s.counted, s.withForm, s.placed)
	s.bodies = map[string]body{}
	for _, r := range s.routes() {
		s.bodies[r.method+" "+r.path] = r.body
		e.Add(r.method, r.path, r.handle, s.admit(r.who))
		if r.method == http.MethodGet {
			e.Add(http.MethodHead, r.path, r.handle, s.admit(r.who))
		}
	}
	e.Match([]string{http.MethodGet, http.MethodHead}, static.Prefix+"*", echo.WrapHandler(static.Handler()), shownElsewhere)
	return e, nil
}
