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

// isProbe reports whether the path is a health check. Health checks have no visitor and read nothing beyond what they report on.
func isProbe(path string) bool { return path == "/healthz" || path == "/readyz" }

// healthz reports that the program runs.
func (s *Server) healthz(c echo.Context) error { return c.String(http.StatusOK, "ok") }

// readyz reports whether the database can be written.
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

// readiness is the latest check of the database. Anyone may ask for it, so all requests within a second share one check.
type readiness struct {
	mu  sync.Mutex // held during a check: the others wait for its result
	at  time.Time
	err error
}

// look returns nil if the database was writable at most domain.ReadyFor ago. It takes at most domain.LookTime.
func (l *readiness) look(ctx context.Context, s *Server) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if age := s.Now().Sub(l.at); !l.at.IsZero() && age >= 0 && age < domain.ReadyFor {
		return l.err
	}
	was := l.err
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), domain.LookTime) // others wait for the result even if this request ends
	defer cancel()
	l.err, l.at = s.Store.Ready(ctx), s.Now()
	switch {
	case errors.Is(l.err, store.ErrGone): // jobs.Watch has logged it
	case l.err != nil && was == nil:
		s.Log.Error("not ready", "err", l.err)
	case l.err == nil && was != nil:
		s.Log.Info("ready again")
	}
	return l.err
}
