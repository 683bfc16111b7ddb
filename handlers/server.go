// Package handlers owns HTTP: a request comes in, a page or a fragment goes out. There is one file per feature; the table in routes.go
// is the site map and says who may see what.
//
// A handler reads, checks, acts and renders, in that order, and returns its error: only errors.go knows statuses. Its helpers:
//
//	user(c)                               the signed-in user; the zero user for a stranger
//	number(c, "id")                       a path parameter; ErrNotFound if it is not an id
//	typed(c, "email")                     a form field as typed
//	s.render(c, page, fragment…)          200: the page, or its fragment if htmx asked for one
//	s.formError(c, err, page, fragment…)  the form again with its mistakes: 422, 409 or 429; returns other errors
//	s.done(c, to, flash, fragment…)       the end of an action: a browser goes to `to`, htmx gets the fragments and a toast
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

// Server answers requests. Set all exported fields before calling Handler.
type Server struct {
	Store          *store.Store
	URL            *url.URL // public address, the only one used for links in letters
	Now            func() time.Time
	Log            *slog.Logger
	Wake           func()                   // a letter is waiting, or a mailing was saved
	Viewed         func(postID int64)       // an article was viewed; must not block
	Relay          func() domain.RelayState // what is known about the relay now
	Mailbox        Mailbox                  // nil if letters go to a relay
	SignUp         domain.SignUpMode        // who may make an account
	Sender         string                   // From header of letters (RFC 5322)
	TrustedProxies []netip.Prefix           // proxies whose X-Forwarded-For is trusted
	Version        string

	sessions    *sessionStore
	writes      writes
	cache       pageCache
	gzipWriters chan *gzip.Writer // the free ones: each takes most of a megabyte
	pictures    *picture.Maker
	uploads     chan struct{} // one element for each upload in memory
	places      places
	routeAt     map[string]route // by method and path
	readiness   readiness
	renders     renders
	pageTime    time.Duration // domain.PageTime except in tests
}

// Mailbox is the built-in mailbox: the letters it has caught, newest first. Letter returns domain.ErrNotFound for an unknown id.
type Mailbox interface {
	Letters() []domain.CaughtLetter
	Letter(id int64) (domain.CaughtLetter, error)
}

// Handler returns the handler of all routes.
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
	s.routeAt = map[string]route{}
	for _, r := range s.routes() {
		s.routeAt[r.method+" "+r.path] = r
		e.Add(r.method, r.path, r.handle, s.admit(r.who))
		if r.method == http.MethodGet {
			e.Add(http.MethodHead, r.path, r.handle, s.admit(r.who))
		}
	}
	e.Match([]string{http.MethodGet, http.MethodHead}, static.Prefix+"*", echo.WrapHandler(static.Handler()), shownElsewhere)
	return e, nil
}
