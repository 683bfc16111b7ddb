package handlers_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
	"postrider/static"
	"postrider/store/storetest"
)

// publicPaths are all pages that strangers read, if an article "one" is published.
var publicPaths = []string{"/", "/blog", "/blog/one", "/blog/feed.xml", "/sitemap.xml", "/robots.txt"}

// published is a site with a published article.
func published(t *testing.T, change ...func(*handlers.Server)) *site {
	t.Helper()
	st := open(t, change...)
	storetest.Post(t, st.store, "One", st.now.Add(-time.Hour))
	return st
}

func (b *browser) head(path string) answer {
	return b.do(httptest.NewRequest(http.MethodHead, "http://"+publicHost+path, nil))
}

// unzipped returns the body of a compressed answer.
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
	t.Run("is skipped for a few bytes", func(t *testing.T) {
		a := st.browser().with("Accept-Encoding", "gzip").get("/robots.txt")
		a.want(t, 200, "User-agent")
	})
	t.Run("does not apply to an answer without a body", func(t *testing.T) {
		st := published(t)
		b := (&world{site: st}).member("editor@example.com", domain.RoleEditor)
		for _, accepted := range []string{"", "gzip"} {
			b.header["Accept-Encoding"] = accepted
			b.htmx = true
			b.get("/posts/slug?title=").want(t, 200)
		}
	})
	t.Run("does not apply to ranges of a file", func(t *testing.T) {
		b := st.browser()
		b.header["Accept-Encoding"], b.header["Range"] = "gzip", "bytes=0-9"
		a := b.get(static.URL("app.css"))
		if a.Code != http.StatusPartialContent || a.Header().Get("Content-Encoding") != "" || a.body != st.browser().get(static.URL("app.css")).body[:10] {
			t.Errorf("%d %v %q", a.Code, a.Header(), a.body)
		}
	})
}

// What is kept for one visitor is never shown to another.
func TestPublicPagesAreNotPersonal(t *testing.T) {
	everyone := map[string]func(st *site) *browser{
		"a stranger": func(st *site) *browser { return st.browser() },
		"a stranger with htmx": func(st *site) *browser {
			b := st.browser()
			b.htmx = true
			return b
		},
		"a Russian stranger": func(st *site) *browser { return st.browser().with("Accept-Language", "ru") },
		"a stranger who chose Russian": func(st *site) *browser {
			b := st.browser()
			b.submit("/language", "lang", "ru")
			return b
		},
		"a member": func(st *site) *browser {
			return (&world{site: st}).member("member@example.com", domain.RoleUser)
		},
		"an editor": func(st *site) *browser {
			return (&world{site: st}).member("editor@example.com", domain.RoleEditor)
		},
	}
	alone, together := map[string]*browser{}, map[string]*browser{}
	st := published(t)
	for who, enter := range everyone {
		quiet := published(t)
		for _, email := range []string{"one@example.com", "two@example.com"} { // the totals of a single team are exact
			(&world{site: quiet}).userOf(email, domain.RoleUser)
		}
		alone[who], together[who] = enter(quiet), enter(st)
	}
	for _, path := range []string{"/", "/blog", "/blog/one"} {
		for range 2 {
			for who := range everyone {
				got, want := alike(together[who].get(path).body), alike(alone[who].get(path).body)
				for i, line := range want {
					if i >= len(got) || got[i] != line {
						t.Fatalf("%s, %s: where others read too it is\n%s\nand alone\n%s", path, who, got[min(i, len(got)-1)], line)
					}
				}
			}
		}
	}
}

func (w *world) member(email string, role domain.Role) *browser {
	w.t.Helper()
	return w.enter(w.userOf(email, role))
}

// alike splits a page into lines and removes the times at which the test ran.
func alike(body string) []string {
	times := regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:]+Z`)
	return strings.Split(strings.ReplaceAll(times.ReplaceAllString(body, ""), "<", "\n<"), "\n")
}

func TestFlashIsNotCached(t *testing.T) {
	st := published(t)
	b, u := st.signedIn("a@example.com")
	st.raw.Set("sessions", "kept", "{\"flash\":\"A secret text\"}")
	st.raw.Set("users", "blocked_at", 1, "id", u.ID)
	st.raw.Set("users", "blocked_by", "x", "id", u.ID)
	st.raw.Set("users", "blocked_why", "x", "id", u.ID)
	b.get("/blog").want(t, 200)
	if a := st.browser().get("/blog"); strings.Contains(a.body, "A secret text") {
		t.Error("a visitor's flash is shown to another")
	}
}

func TestPublicPagesAreUpToDate(t *testing.T) {
	at := func(st *site, path string) answer {
		a := st.browser().get(path)
		if path == "/blog/two" {
			return a
		}
		a.want(t, 200)
		return a
	}
	pages := []string{"/", "/blog", "/blog/feed.xml", "/blog/one"} // the last one links to the articles beside it
	shown := func(t *testing.T, st *site, want bool, step string) {
		t.Helper()
		for _, path := range pages {
			if got := strings.Contains(at(st, path).body, "/blog/two"); got != want {
				t.Errorf("%s: %s shows it: %v", step, path, got)
			}
		}
		if code := at(st, "/blog/two").Code; (code == 200) != want {
			t.Errorf("%s: its page is %d", step, code)
		}
	}
	t.Run("when a draft is published, renamed and taken back", func(t *testing.T) {
		st := published(t)
		p := storetest.Post(t, st.store, "Two", time.Time{})
		shown(t, st, false, "a draft")
		save := func(change func(*domain.Post)) {
			t.Helper()
			change(&p)
			var err error
			if p, err = st.store.UpdatePost(t.Context(), p, st.now); err != nil {
				t.Fatal(err)
			}
		}
		save(func(p *domain.Post) { p.PublishedAt = st.now })
		shown(t, st, true, "published")
		save(func(p *domain.Post) { p.Title = "Another title" })
		at(st, "/blog/two").want(t, 200, "Another title")
		at(st, "/blog").want(t, 200, "Another title")
		save(func(p *domain.Post) { p.PublishedAt = time.Time{} })
		shown(t, st, false, "taken back")
	})
	t.Run("when the time of an article comes", func(t *testing.T) {
		st := published(t)
		due := st.now.Add(time.Minute)
		storetest.Post(t, st.store, "Two", due)
		for st.now.Before(due) {
			shown(t, st, false, "before its time")
			st.now = st.now.Add(20*time.Second - time.Millisecond/3)
			if st.now.Add(time.Second).After(due) {
				st.now = due.Add(-time.Millisecond)
				shown(t, st, false, "just before its time")
				st.now = due
			}
		}
		shown(t, st, true, "at its time")
	})
}

func TestCachedPagesCountViews(t *testing.T) {
	st := published(t)
	for range 5 {
		a := st.reader().get("/blog/one")
		a.want(t, 200)
		if len(a.Result().Cookies()) != 1 {
			t.Error("each reader gets a cookie of their own")
		}
		st.reader().with("If-None-Match", a.Header().Get("ETag")).get("/blog/one").want(t, 304)
	}
	if n := st.viewed.Load(); n != 5 {
		t.Errorf("%d views of 5 readers", n)
	}
}

// Everyone who asks after a change is saved sees it, however many readers there are at the time.
func TestReadersSeeSavedChanges(t *testing.T) {
	st := published(t)
	p, err := st.store.PostBySlug(t.Context(), "one")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`<h1 class="wrap">Version (\d+)</h1>`)
	var saved atomic.Int64
	var readers sync.WaitGroup
	save := func(n int64) {
		p.Title = fmt.Sprint("Version ", n)
		if p, err = st.store.UpdatePost(t.Context(), p, st.now); err != nil {
			t.Fatal(err)
		}
		saved.Store(n)
	}
	save(0)
	const last = 20
	for range 8 {
		readers.Go(func() {
			for seen := int64(0); seen < last; {
				least := saved.Load()
				found := version.FindStringSubmatch(st.browser().get("/blog/one").body)
				if len(found) != 2 {
					t.Error("no version is shown")
					return
				}
				if seen, _ = strconv.ParseInt(found[1], 10, 64); seen < least {
					t.Errorf("version %d is shown, and %d was saved before", seen, least)
					return
				}
			}
		})
	}
	for n := range int64(last) {
		save(n + 1)
	}
	readers.Wait()
}
