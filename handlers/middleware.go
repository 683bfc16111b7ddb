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

// numbered gives each request an id, which the log and the page of an error name. Before anything else it finds out the
// language of the browser, so that every page of an error can be read.
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

// Headers are what every answer has, a name and a value each: also those that net/http gives before any handler is asked.
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

// shownElsewhere lets other sites show what the answer holds, as a file or a picture: feed readers show the articles with their
// pictures, and a frame with a sandbox, as the preview of an article, counts as another site.
func shownElsewhere(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		return next(c)
	}
}

// secured sets the headers that every answer has.
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
		if strings.HasSuffix(c.Path(), "/:token") { // the address is a secret: it is for no cache, and no other site's log
			h.Set("Referrer-Policy", "no-referrer")
			h.Set("Cache-Control", "no-store")
		}
		return next(c)
	}
}

// recovered makes an error of a panic. The one that net/http has for dropping a connection goes on.
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

// onKnownHost refuses a Host that is neither the public one nor this machine, so that no page with a stranger's name can
// read ours (DNS rebinding). Probes may use any, and so may what the page that says so looks like; the mailbox, which shows
// letters to everybody, does not even exist there.
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

// shortAddress refuses an address with a value that no page of ours makes: looking for a text takes the longer the longer it
// is. Where to go after signing in may be any address that somebody was at: see ourPath.
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

// present answers nothing but probes and the look of the page that says so while the database is gone: what is read of it may
// be old, and what is written would be lost.
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

// sameOrigin refuses what a page of another site made the browser send.
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
