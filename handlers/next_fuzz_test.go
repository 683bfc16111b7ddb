package handlers

import (
	"net/url"
	"strings"
	"testing"
)

// asBrowser is where a browser at a page of ours goes that is sent to a place (WHATWG URL, section 4.4): it drops tabs and
// line ends, spaces and controls around, and takes a backslash for a slash.
func asBrowser(to string) (*url.URL, error) {
	to = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(to)
	to = strings.TrimFunc(to, func(r rune) bool { return r <= ' ' })
	before, after, found := strings.Cut(to, "?")
	to = strings.ReplaceAll(before, `\`, "/")
	if found {
		to += "?" + after
	}
	if strings.HasPrefix(to, "///") { // any number of slashes begins a host
		to = "//" + strings.TrimLeft(to, "/")
	}
	base := &url.URL{Scheme: "https", Host: "postrider.test", Path: "/login"}
	return base.Parse(to)
}

// FuzzOurPath: wherever next leads, it is a path of this site, and never more than one line.
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
