package handlers

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

// X-Forwarded-For counts only from trusted proxies, however many values it has.
func TestSecurityTrustedProxies(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00::/8")}
	for _, c := range []struct {
		name, remote string
		forwarded    []string // headers
		want         string
		trusted      []netip.Prefix
	}{
		{"is the connection's", "203.0.113.9:4000", nil, "203.0.113.9", nil},
		{"ignores what a stranger forwards", "203.0.113.9:4000", []string{"198.51.100.7"}, "203.0.113.9", nil},
		{"ignores what a host beside the proxies forwards", "203.0.113.9:4000", []string{"198.51.100.7"}, "203.0.113.9", proxies},
		{"ignores what this machine forwards unless it is trusted", "127.0.0.1:4000", []string{"198.51.100.7"}, "127.0.0.1", proxies},
		{"ignores what this machine forwards without any proxy", "127.0.0.1:4000", []string{"198.51.100.7"}, "127.0.0.1", nil},
		{"ignores what a private network forwards unless it is trusted", "192.168.0.9:4000", []string{"198.51.100.7"}, "192.168.0.9", proxies},
		{"is in a private network if a proxy says so", "10.1.2.3:4000", []string{"1.1.1.1, 192.168.7.7"}, "192.168.7.7", proxies},
		{"is what a proxy forwards", "10.1.2.3:4000", []string{"198.51.100.7"}, "198.51.100.7", proxies},
		{"is the last one that is not a proxy's", "10.1.2.3:4000", []string{"1.1.1.1, 198.51.100.7, 10.1.9.9"}, "198.51.100.7", proxies},
		{"is the last one of many headers too", "10.1.2.3:4000", []string{"1.1.1.1", "2.2.2.2, 198.51.100.7", "10.1.9.9"}, "198.51.100.7", proxies},
		{"is the last one of thousands", "10.1.2.3:4000", []string{strings.Repeat("1.1.1.1,", 4000) + "198.51.100.7"}, "198.51.100.7", proxies},
		{"is the first proxy's if there are only proxies", "10.1.2.3:4000", []string{"10.1.9.9, 10.1.8.8"}, "10.1.9.9", proxies},
		{"is the proxy's if it forwards no valid address", "10.1.2.3:4000", []string{"1.1.1.1, unknown"}, "10.1.2.3", proxies},
		{"is the proxy's if it forwards nothing", "10.1.2.3:4000", []string{""}, "10.1.2.3", proxies},
		{"is not affected by the values to its left", "10.1.2.3:4000", []string{"<script>, 9999.1.1.1, , 198.51.100.7"}, "198.51.100.7", proxies},
		{"is what an IPv6 proxy forwards", "[fd00::1]:4000", []string{"2001:db8:1:2::7"}, "2001:db8:1:2::/64", proxies},
		{"is not read from any other header", "10.1.2.3:4000", nil, "10.1.2.3", proxies},
		{"is an IPv6 network", "[2001:db8:1:2:3:4:5:6]:4000", nil, "2001:db8:1:2::/64", nil},
		{"is the same in both notations of IPv4", "[::ffff:203.0.113.9]:4000", nil, "203.0.113.9", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := echo.New()
			e.IPExtractor = (&Server{TrustedProxies: c.trusted}).addressOf()
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = c.remote
			for _, value := range c.forwarded {
				r.Header.Add("X-Forwarded-For", value)
			}
			r.Header.Set("X-Real-Ip", "198.51.100.9")
			r.Header.Set("Forwarded", "for=198.51.100.9")
			if got := address(e.NewContext(r, httptest.NewRecorder())); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// asBrowser returns where a browser on a page of ours goes when redirected (WHATWG URL, section 4.4): it drops tabs and line ends, drops
// surrounding spaces and controls, and treats a backslash as a slash.
func asBrowser(to string) (*url.URL, error) {
	to = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(to)
	to = strings.TrimFunc(to, func(r rune) bool { return r <= ' ' })
	before, after, found := strings.Cut(to, "?")
	to = strings.ReplaceAll(before, `\`, "/")
	if found {
		to += "?" + after
	}
	if strings.HasPrefix(to, "///") { // any number of slashes starts a host
		to = "//" + strings.TrimLeft(to, "/")
	}
	base := &url.URL{Scheme: "https", Host: "postrider.test", Path: "/login"}
	return base.Parse(to)
}

// FuzzOurPath checks that any next leads to a path on this site, in a single header line.
func FuzzOurPath(f *testing.F) {
	for _, next := range []string{"", "/", "/clients?q=a%20b#c", "//evil.test", `/\evil.test`, `\\evil.test`, "/\t/evil.test", "/%09/evil.test", "/%2F/evil.test",
		"/%5Cevil.test", "https://evil.test", "https:evil.test", "javascript:alert(1)", "/x\r\nSet-Cookie: a=b", "/.//evil.test", "/..//evil.test", "/@evil.test",
		"/%00", "/\u2028", "?//evil.test", "#//evil.test", " //evil.test", "/\x7f", "/%zz", "/;@evil.test", "///evil.test"} {
		f.Add(next)
	}
	f.Fuzz(func(t *testing.T, next string) {
		path := ourPath(next)
		if path != "/" && path != next {
			t.Fatalf("%q became %q", next, path)
		}
		at, err := asBrowser(path)
		if err != nil || at.Scheme != "https" || at.Host != "postrider.test" || at.User != nil {
			t.Fatalf("%q leads to %v, %v", next, at, err)
		}
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "\r\n\t\x00\\") {
			t.Fatalf("%q gives %q", next, path)
		}
		if twice := ourPath(path); twice != path {
			t.Fatalf("%q is kept, and then it is %q", path, twice)
		}
	})
}
