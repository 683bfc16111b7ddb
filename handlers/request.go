package handlers

import (
	"context"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/locale"
	"postrider/views"
)

// user returns the signed-in user; the zero user for a stranger.
func user(c echo.Context) domain.User { return views.VisitOf(c.Request().Context()).User }

// printer writes in the visitor's language and time zone.
func printer(c echo.Context) *locale.Printer { return locale.From(c.Request().Context()) }

// number reads an id from the path. Anything else is domain.ErrNotFound.
func number(c echo.Context, name string) (int64, error) {
	n, err := strconv.ParseInt(c.Param(name), 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != c.Param(name) {
		return 0, domain.ErrNotFound
	}
	return n, nil
}

// load loads the thing whose id is in the path, if the user may do that to it.
func load[T any](c echo.Context, a domain.Action, find func(context.Context, domain.Actor, domain.Action, int64) (T, error)) (thing T, err error) {
	id, err := number(c, "id")
	if err != nil {
		return thing, err
	}
	return find(c.Request().Context(), actor(c), a, id)
}

// typed returns a form field as typed, from the body only. It turns the CRLF that browsers send into "\n".
func typed(c echo.Context, name string) string {
	return strings.ReplaceAll(c.Request().PostFormValue(name), "\r\n", "\n")
}

// byHtmx reports whether htmx sent the request.
func byHtmx(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }

// forFragment reports whether htmx asks for a fragment of a page. A boosted link and going back in history get the whole page.
func forFragment(r *http.Request) bool {
	return byHtmx(r) && r.Header.Get("HX-Request-Type") == "partial" && r.Header.Get("HX-Boosted") != "true" &&
		r.Header.Get("HX-History-Restore-Request") != "true"
}

// ourPath returns path if it is on this site, and "/" otherwise: it refuses another host, a scheme, a backslash, and anything browsers
// drop, such as a tab (WHATWG URL, section 4.4).
func ourPath(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || len(path) > domain.MaxCursor {
		return "/"
	}
	for _, form := range []string{path, u.Path} {
		if !strings.HasPrefix(form, "/") || strings.HasPrefix(form, "//") || strings.Contains(form, `\`) || domain.HasControl(form) {
			return "/"
		}
	}
	return path
}

// sameHost reports whether a Host header names the host and port of u.
func sameHost(host string, u *url.URL) bool {
	return strings.EqualFold(withPort(host, u.Scheme), withPort(u.Host, u.Scheme))
}

func withPort(host, scheme string) string {
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	if scheme == "https" {
		return host + ":443"
	}
	return host + ":80"
}

// addressOf finds the network address of a client. X-Forwarded-For counts only from a trusted proxy.
func (s *Server) addressOf() echo.IPExtractor {
	if len(s.TrustedProxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range s.TrustedProxies {
		bits := p.Addr().BitLen()
		trust = append(trust, echo.TrustIPRange(&net.IPNet{IP: p.Masked().Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), bits)}))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// address returns the client's network, which throttles count by.
func address(c echo.Context) string { return network(c.RealIP()) }

// network returns an IPv4 address unchanged and the /64 of an IPv6 address: a customer gets at least a /64 (RFC 6177).
func network(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	if addr = addr.Unmap(); addr.Is6() {
		return netip.PrefixFrom(addr.WithZone(""), 64).Masked().String()
	}
	return addr.String()
}

// actor is the user as the audit log records them.
func actor(c echo.Context) domain.Actor {
	return user(c).Actor(address(c))
}

// fragment names the fragment of a page that htmx asks for: "row", "list", "live", or "" for none.
func fragment(c echo.Context) string { return c.QueryParam("part") }

// inRow reports whether the form was sent from a table row and is answered with a row. Without a script it never is.
func inRow(c echo.Context) bool { return typed(c, "part") == "row" && forFragment(c.Request()) }

// pageSize is how many rows of a list are asked for.
func pageSize(c echo.Context) int {
	n, _ := strconv.Atoi(c.QueryParam("per")) // anything else means the default size
	return n
}

// paging describes a page of a list: the search from the request, and the cursor and total from the store.
func paging(c echo.Context, next string, total int) views.Paging {
	query := maps.Clone(c.QueryParams())
	later := query.Get("after") != ""
	query.Del("part")
	return views.Paging{Path: c.Request().URL.Path, Query: query, Next: next, Later: later, Total: total}
}

// idOf reads an id from a form; 0, which no row has, for anything else.
func idOf(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// deleted ends a deletion. In a list only the row is removed; the thing's own page redirects to the list.
func (s *Server) deleted(c echo.Context, list string, flash domain.Text, fragments ...templ.Component) error {
	if c.Request().Header.Get("HX-Target") == "main#main" {
		return s.done(c, list, flash)
	}
	return s.done(c, list, flash, append(fragments, templ.NopComponent)...)
}
