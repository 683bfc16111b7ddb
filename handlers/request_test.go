package handlers

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/labstack/echo/v4"
)

func TestAddress(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00::/8")}
	for _, c := range []struct {
		name, remote, forwarded, want string
		trusted                       []netip.Prefix
	}{
		{"is that of the connection", "203.0.113.9:4000", "", "203.0.113.9", nil},
		{"is not what a stranger forwards", "203.0.113.9:4000", "198.51.100.7", "203.0.113.9", nil},
		{"is not what somebody beside the proxies forwards", "203.0.113.9:4000", "198.51.100.7", "203.0.113.9", proxies},
		{"is not what this machine forwards, unless it is named", "127.0.0.1:4000", "198.51.100.7", "127.0.0.1", proxies},
		{"is what a proxy forwards", "10.1.2.3:4000", "198.51.100.7", "198.51.100.7", proxies},
		{"is the last one that no proxy has written", "10.1.2.3:4000", "1.1.1.1, 198.51.100.7, 10.1.9.9", "198.51.100.7", proxies},
		{"is a network of IPv6", "[2001:db8:1:2:3:4:5:6]:4000", "", "2001:db8:1:2::/64", nil},
		{"is the same in both forms of IPv4", "[::ffff:203.0.113.9]:4000", "", "203.0.113.9", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := echo.New()
			e.IPExtractor = (&Server{TrustedProxies: c.trusted}).addressOf()
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = c.remote
			if c.forwarded != "" {
				r.Header.Set("X-Forwarded-For", c.forwarded)
			}
			if got := address(e.NewContext(r, httptest.NewRecorder())); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
