package handlers

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/static"
)

// numbered gives each request an id, which appears in the log and on the error page. It also detects the browser's language first, so that
// every error page is in it.
func (s *Server) numbered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		b := make([]byte, 8)
		_, _ = rand.Read(b) // never fails
		c.Response().Header().Set(echo.HeaderXRequestID, hex.EncodeToString(b))
		s.setVisit(c, domain.User{})
		return next(c)
	}
}

func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

// Headers lists the headers of every answer as name and value. cli adds them to the answers that net/http gives before any handler runs.
func (s *Server) Headers() [][2]string {
	all := [][2]string{
		{"Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
			"font-src 'self'; form-action 'self'; img-src 'self' data:; frame-src 'self'; frame-ancestors 'none'; " +
			"base-uri 'none'; object-src 'none'"},
		{"X-Content-Type-Options", "nosniff"},
		{"Referrer-Policy", "same-origin"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
		{"Cache-Control", "no-cache"},
		{"Vary", "HX-Request, HX-Request-Type, Cookie, Accept-Language"},
	}
	if s.URL.Scheme == "https" {
		all = append(all, [2]string{"Strict-Transport-Security", "max-age=31536000"})
	}
	return all
}

// shownElsewhere lets other sites embed the answer, a file or a picture: feed readers show articles with their pictures, and a sandboxed
// frame such as an article's preview counts as another site.
func shownElsewhere(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		return next(c)
	}
}

// secured sets the headers of every answer.
func (s *Server) secured(next echo.HandlerFunc) echo.HandlerFunc {
	headers := s.Headers()
	return func(c echo.Context) error {
		h, path := c.Response().Header(), c.Request().URL.Path
		for _, one := range headers {
			h.Set(one[0], one[1])
		}
		if isProbe(path) {
			h.Set("Cache-Control", "no-store")
		}
		if strings.HasSuffix(c.Path(), "/:token") { // the address is a secret: keep it out of caches and other sites' logs
			h.Set("Referrer-Policy", "no-referrer")
			h.Set("Cache-Control", "no-store")
		}
		return next(c)
	}
}

// recovered turns a panic into an error. It passes on the panic that net/http uses to drop a connection.
func recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		return next(c)
	}
}

// onKnownHost refuses a Host that is neither the public one nor this machine, so that a site cannot read ours by pointing its own name here
// (DNS rebinding). Probes and static files are allowed under any name. The mailbox, which shows letters to anyone, does not exist under
// other names.
func (s *Server) onKnownHost(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		harmless := isProbe(r.URL.Path) || strings.HasPrefix(r.URL.Path, static.Prefix)
		switch {
		case harmless, sameHost(r.Host, s.URL), domain.IsLoopback(r.Host):
			return next(c)
		case strings.HasPrefix(r.URL.Path, "/mailbox"):
			return domain.ErrNotFound
		}
		return errMisdirected
	}
}

// shortAddress refuses a query value longer than any page of ours makes, because the time of a search grows with the length of its text.
// The target after sign-in may be any address a visitor was at: ourPath checks it.
func shortAddress(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if len(c.Request().URL.RawQuery) <= domain.MaxSearch {
			return next(c)
		}
		for name, values := range c.QueryParams() {
			most := domain.MaxSearch
			switch name {
			case "after":
				most = domain.MaxCursor
			case "next":
				continue
			}
			for _, v := range values {
				if utf8.RuneCountInString(v) > most {
					return errLongAddress
				}
			}
		}
		return next(c)
	}
}

// present refuses everything but probes and static files while the database file is gone: reads could be stale and writes would be lost.
func (s *Server) present(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		path := c.Request().URL.Path
		if isProbe(path) || strings.HasPrefix(path, static.Prefix) {
			return next(c)
		}
		if err := s.Store.Gone(); err != nil {
			return err
		}
		return next(c)
	}
}

// sameOrigin refuses unsafe requests that another site's page made the browser send.
func (s *Server) sameOrigin() (echo.MiddlewareFunc, error) {
	protection := http.NewCrossOriginProtection()
	if err := protection.AddTrustedOrigin(s.URL.Scheme + "://" + s.URL.Host); err != nil {
		return nil, err
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if protection.Check(c.Request()) != nil {
				return errCrossSite
			}
			return next(c)
		}
	}, nil
}
