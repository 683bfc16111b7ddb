package handlers

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/locale"
	"postrider/views"
)

// user is who asks; the zero user for a stranger.
func user(c echo.Context) domain.User { return views.VisitOf(c.Request().Context()).User }

// printer writes for whoever asks.
func printer(c echo.Context) *locale.Printer { return locale.From(c.Request().Context()) }

// number reads an id from the path. What is not the id of anything is ErrNotFound.
func number(c echo.Context, name string) (int64, error) {
	n, err := strconv.ParseInt(c.Param(name), 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != c.Param(name) {
		return 0, domain.ErrNotFound
	}
	return n, nil
}

// typed is a field of the form as typed, from the body alone. Line ends become "\n": browsers send CRLF.
func typed(c echo.Context, name string) string {
	return strings.ReplaceAll(c.Request().PostFormValue(name), "\r\n", "\n")
}

// byHtmx reports whether htmx asks.
func byHtmx(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }

// forPart reports whether htmx asks for a part of a page. A boosted link and a step back in the history get the whole.
func forPart(r *http.Request) bool {
	return byHtmx(r) && r.Header.Get("HX-Request-Type") == "partial" && r.Header.Get("HX-Boosted") != "true" &&
		r.Header.Get("HX-History-Restore-Request") != "true"
}

// ourPath gives back a path of this site, and "/" for anything else: no other host, scheme or backslash, and nothing that
// a browser would drop, like a tab (WHATWG URL, section 4.4).
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

// isLoopback reports whether a Host header names this machine itself.
func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || err == nil && addr.IsLoopback()
}

// addressOf tells the network address of a client. X-Forwarded-For counts only from a trusted proxy.
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

// address is the network of a client that a throttle counts by.
func address(c echo.Context) string { return network(c.RealIP()) }

// network is an address, or of IPv6 the network around it: a customer gets at least a /64 (RFC 6177).
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

// actor is who asks, for the audit log.
func actor(c echo.Context) domain.Actor {
	return user(c).Actor(address(c))
}
