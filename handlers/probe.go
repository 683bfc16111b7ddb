package handlers

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/store"
)

// isProbe reports whether a request asks how the program is. Such a request has no visitor: nothing is read for it but
// what it asks about.
func isProbe(path string) bool { return path == "/healthz" || path == "/readyz" }

// healthz says that the program runs.
func (s *Server) healthz(c echo.Context) error { return c.String(http.StatusOK, "ok") }

// readyz says whether the database can be written.
func (s *Server) readyz(c echo.Context) error {
	err := s.readiness.look(c.Request().Context(), s)
	switch {
	case err == nil:
		return c.String(http.StatusOK, "ok")
	case errors.Is(err, store.ErrGone):
		return c.String(http.StatusServiceUnavailable, "the database file was deleted, moved or replaced")
	case errors.Is(err, context.DeadlineExceeded):
		return c.String(http.StatusServiceUnavailable, "the database cannot be written: another program has locked it, or it is overloaded")
	}
	return c.String(http.StatusServiceUnavailable, "the database cannot be written")
}

// readiness is the last look at the database. Anybody may ask for it, so all who ask within a second share one.
type readiness struct {
	mu  sync.Mutex // held while somebody looks: the others wait for what comes out
	at  time.Time
	err error
}

// look returns nil when the database could be written at most domain.ReadyFor ago. It takes domain.LookTime at most.
func (l *readiness) look(ctx context.Context, s *Server) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if age := s.Now().Sub(l.at); !l.at.IsZero() && age >= 0 && age < domain.ReadyFor {
		return l.err
	}
	was := l.err
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), domain.LookTime) // the others wait for it, too
	defer cancel()
	l.err, l.at = s.Store.Ready(ctx), s.Now()
	switch {
	case errors.Is(l.err, store.ErrGone): // the log knows from who watches the file
	case l.err != nil && was == nil:
		s.Log.Error("not ready", "err", l.err)
	case l.err == nil && was != nil:
		s.Log.Info("ready again")
	}
	return l.err
}
