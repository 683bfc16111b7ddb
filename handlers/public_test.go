package handlers_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
	"postrider/static"
	"postrider/store/storetest"
)

// publicPaths are all that strangers read, where an article "one" is published.
var publicPaths = []string{"/", "/blog", "/blog/one", "/blog/feed.xml", "/sitemap.xml", "/robots.txt"}

// published is a site with an article.
func published(t *testing.T, change ...func(*handlers.Server)) *site {
	t.Helper()
	st := open(t, change...)
	storetest.Post(t, st.store, "One", st.now.Add(-time.Hour))
	return st
}

func (b *browser) head(path string) answer {
	return b.do(httptest.NewRequest(http.MethodHead, "http://"+publicHost+path, nil))
}

// unzipped is the body of an answer that came compressed.
func (a answer) unzipped(t testing.TB) string {
	t.Helper()
	if a.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("not compressed: %v", a.Header())
	}
	in, err := gzip.NewReader(bytes.NewReader(a.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPublicPagesAreSentOnce(t *testing.T) {
	st := published(t)
	for _, path := range publicPaths {
		t.Run(path+" is not sent again while it is the same", func(t *testing.T) {
			first := st.browser().get(path)
			first.want(t, 200)
			tag := first.Header().Get("ETag")
			for _, asked := range []string{tag, strings.TrimPrefix(tag, "W/"), `"x", ` + tag, "*"} {
				again := st.browser().with("If-None-Match", asked).get(path)
				again.want(t, 304)
				if again.body != "" || again.Header().Get("Content-Length") != "" || again.Header().Get("Content-Encoding") != "" {
					t.Errorf("%s: 304 with a body: %v %q", asked, again.Header(), again.body)
				}
				for _, name := range []string{"ETag", "Cache-Control", "Vary"} {
					if fmt.Sprint(again.Header().Values(name)) != fmt.Sprint(first.Header().Values(name)) {
						t.Errorf("%s: %s is %q, and %q with 304", asked, name, first.Header().Values(name), again.Header().Values(name))
					}
				}
			}
			st.browser().with("If-None-Match", `"x"`).get(path).want(t, 200)
		})
		t.Run(path+" has the same headers for HEAD", func(t *testing.T) {
			b := st.browser().with("Accept-Encoding", "gzip")
			got := b.get(path)
			head := b.with("Accept-Encoding", "gzip").with("If-None-Match", "").head(path)
			head.want(t, 200)
			for _, name := range []string{"Content-Type", "Cache-Control", "Vary"} {
				if fmt.Sprint(head.Header().Values(name)) != fmt.Sprint(got.Header().Values(name)) || got.Header().Get(name) == "" {
					t.Errorf("%s is %q, and %q for HEAD", name, got.Header().Values(name), head.Header().Values(name))
				}
			}
			if head.Header().Get("ETag") == "" || head.Header().Get("Content-Length") == "" {
				t.Errorf("headers %v", head.Header())
			}
		})
	}
}

func TestCacheControl(t *testing.T) {
	st := published(t)
	member, _ := st.signedIn("a@example.com")
	for _, c := range []struct{ path, stranger, member string }{
		{"/", "no-cache", "no-store"},
		{"/blog", "no-cache", "no-store"},
		{"/blog/one", "no-cache", "no-store"},
		{"/blog/feed.xml", "public, max-age=300", "public, max-age=300"},
		{"/sitemap.xml", "public, max-age=300", "public, max-age=300"},
		{"/robots.txt", "public, max-age=300", "public, max-age=300"},
	} {
		for who, b := range map[string]*browser{c.stranger: st.browser(), c.member: member} {
			a := b.get(c.path)
			vary := strings.Join(a.Header().Values("Vary"), ", ")
			if got := a.Header().Get("Cache-Control"); got != who {
				t.Errorf("%s: %q, want %q", c.path, got, who)
			}
			if forAll := strings.HasPrefix(who, "public"); strings.Contains(vary, "Cookie") == forAll || !strings.Contains(vary, "Accept-Encoding") {
				t.Errorf("%s: Vary is %q", c.path, vary)
			}
			if kept := a.Header().Get("ETag") != ""; kept != (who != "no-store") {
				t.Errorf("%s: ETag is %q where Cache-Control is %q", c.path, a.Header().Get("ETag"), who)
			}
		}
	}
}

func TestCompression(t *testing.T) {
	st := published(t)
	member, _ := st.signedIn("a@example.com")
	for _, c := range []struct {
		b    *browser
		path string
	}{{st.browser(), "/blog/one"}, {st.browser(), "/login"}, {st.browser(), "/nothing"}, {member, "/clients"},
		{st.browser(), static.URL("app.css")}, {st.browser(), static.URL("vendor/htmx-4.0.1.min.js")}} {
		for accepted, zipped := range map[string]bool{"gzip": true, "br, GZIP;q=0.5": true, "": false, "br": false, "gzip;q=0": false,
			"gzip; q=0.000, br": false} {
			t.Run(fmt.Sprintf("of %s for who accepts %q", c.path, accepted), func(t *testing.T) {
				c.b.header["Accept-Encoding"] = accepted
				a := c.b.get(c.path)
				text := a.body
				if zipped {
					text = a.unzipped(t)
				} else if a.Header().Get("Content-Encoding") != "" {
					t.Fatalf("it came compressed: %v", a.Header())
				}
				if number(int64(a.Body.Len())) != a.Header().Get("Content-Length") {
					t.Errorf("%d bytes, and Content-Length is %q", a.Body.Len(), a.Header().Get("Content-Length"))
				}
				if !strings.Contains(strings.Join(a.Header().Values("Vary"), ","), "Accept-Encoding") {
					t.Errorf("Vary is %q", a.Header().Values("Vary"))
				}
				c.b.header["Accept-Encoding"] = ""
				if plain := c.b.get(c.path).body; len(plain) != len(text) || c.path == "/login" && plain != text {
					t.Errorf("%d bytes compressed, %d plain", len(text), len(plain))
				}
			})
		}
	}
	t.Run("is not worth it for a few bytes", func(t *testing.T) {
		a := st.browser().with("Accept-Encoding", "gzip").get("/robots.txt")
		a.want(t, 200, "User-agent")
	})
	t.Run("is nothing for an answer without a body", func(t *testing.T) {
		st := published(t)
		b := (&world{site: st}).member("editor@example.com", domain.RoleEditor)
		for _, accepted := range []string{"", "gzip"} {
			b.header["Accept-Encoding"] = accepted
			b.htmx = true
			b.get("/posts/slug?title=").want(t, 200)
		}
	})
	t.Run("leaves out parts of a file", func(t *testing.T) {
		b := st.browser()
		b.header["Accept-Encoding"], b.header["Range"] = "gzip", "bytes=0-9"
		a := b.get(static.URL("app.css"))
		if a.Code != http.StatusPartialContent || a.Header().Get("Content-Encoding") != "" || a.body != st.browser().get(static.URL("app.css")).body[:10] {
			t.Errorf("%d %v %q", a.Code, a.Header(), a.body)
		}
	})
}
