package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"postrider/handlers"
	"postrider/static"
)

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; form-action 'self'; " +
	"img-src 'self' data:; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"

const framePolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"

// wantHeaders fails unless the answer has every security header.
func (a answer) wantHeaders(t testing.TB, what string) {
	t.Helper()
	want := map[string][]string{"Content-Security-Policy": {policy}, "X-Content-Type-Options": {"nosniff"}, "Referrer-Policy": {"same-origin"},
		"Cross-Origin-Opener-Policy": {"same-origin"}, "Cross-Origin-Resource-Policy": {"same-origin"}}
	if regexp.MustCompile(`^(200|206|404) (a file|a part of a file|no such file|a folder|above the root)$`).MatchString(what) { // below /static/
		want["Cross-Origin-Resource-Policy"] = []string{"cross-origin"}
	}
	if strings.Contains(what, ":token") {
		want["Referrer-Policy"] = []string{"no-referrer"}
	}
	if strings.HasPrefix(a.Header().Get("Content-Security-Policy"), "sandbox") { // browsers do not show a frame that has an opener policy
		want["Content-Security-Policy"] = []string{framePolicy, strings.Replace(framePolicy, "style-src 'unsafe-inline'; img-src data:; ", "", 1),
			strings.Replace(framePolicy, "'unsafe-inline'; img-src data:", "'self'; img-src 'self'", 1)}
		want["Cross-Origin-Opener-Policy"] = []string{""}
	}
	for name, values := range want {
		if all := a.Header().Values(name); len(all) > 1 || !slices.Contains(values, a.Header().Get(name)) {
			t.Errorf("%s (%d): %s is %q", what, a.Code, name, all)
		}
	}
	if !strings.Contains(a.Header().Get("Permissions-Policy"), "camera=()") || a.Header().Get("X-Request-Id") == "" {
		t.Errorf("%s (%d): headers %v", what, a.Code, a.Header())
	}
	forAll := strings.HasPrefix(a.Header().Get("Cache-Control"), "public")
	if v := strings.Join(a.Header().Values("Vary"), ", "); !forAll && (!strings.Contains(v, "HX-Request, HX-Request-Type") || !strings.Contains(v, "Cookie")) {
		t.Errorf("%s (%d): Vary %q", what, a.Code, v)
	}
}

// wantFresh fails if a browser or a proxy may keep a private answer.
func (a answer) wantFresh(t testing.TB, signedIn bool, what string) {
	t.Helper()
	got := a.Header().Get("Cache-Control")
	if forAll := regexp.MustCompile(`/(feed|sitemap|robots)\.(xml|txt)`); forAll.MatchString(what) {
		if got != "public, max-age=300" {
			t.Errorf("%s: Cache-Control is %q", what, got)
		}
		return
	}
	if signedIn && got != "no-store" || got != "no-store" && got != "no-cache" {
		t.Errorf("%s: Cache-Control is %q", what, got)
	}
	if a.Header().Get("Strict-Transport-Security") != "" {
		t.Errorf("%s: HSTS without https", what)
	}
}

// Browser: every answer has the policy, nosniff, Referrer-Policy, COOP and Permissions-Policy; HSTS on https. TestAccess checks this for
// every route and visitor.
func TestSecurityHeaders(t *testing.T) {
	t.Run("are on every kind of error, on files and on redirects", func(t *testing.T) {
		for status, a := range errorAnswers(t) {
			if fmt.Sprint(a.Code) != strings.Fields(status)[0] {
				t.Errorf("%s: %d", status, a.Code)
			}
			a.wantHeaders(t, status)
		}
	})
	t.Run("and HSTS if the public address is https", func(t *testing.T) {
		for status, a := range errorAnswers(t, func(s *handlers.Server) { s.URL = &url.URL{Scheme: "https", Host: publicHost} }) {
			if got := a.Header().Get("Strict-Transport-Security"); !strings.HasPrefix(got, "max-age=31536000") {
				t.Errorf("%s: HSTS is %q", status, got)
			}
		}
	})
}

// Browser: other sites such as feed readers may show our files and pictures, and so may the frame of a preview, which counts as another
// site.
func TestSecurityResourcePolicy(t *testing.T) {
	v := editorOf(t)
	v.upload("/posts", "photo.jpg", photo(), false, article...).want(t, 303)
	picture := v.posts()[0].Image
	for path, want := range map[string]string{
		static.URL("app.css"): "cross-origin", static.URL("logo.svg"): "cross-origin", picture.Path(picture.Largest().Width): "cross-origin",
		"/": "same-origin", "/blog": "same-origin", "/blog/feed.xml": "same-origin", "/clients": "same-origin", "/nothing": "same-origin", "/healthz": "same-origin",
	} {
		a := v.get(path)
		if got := a.Header().Values("Cross-Origin-Resource-Policy"); len(got) != 1 || got[0] != want || a.Code == 404 && path != "/nothing" {
			t.Errorf("%s (%d): %q", path, a.Code, got)
		}
	}
	a := v.submit("/posts/preview", "content", "text")
	if got := a.Header().Get("Cross-Origin-Resource-Policy"); got != "same-origin" || !strings.Contains(a.body, static.Prefix) {
		t.Errorf("the preview of an article: %q\n%s", got, a.body)
	}
}

// errorAnswers has an answer of every status, by the status and its cause.
func errorAnswers(t *testing.T, change ...func(*handlers.Server)) map[string]answer {
	t.Helper()
	st := open(t, append(change, func(s *handlers.Server) { s.Mailbox = broken{} })...)
	b, all := st.browser(), map[string]answer{}
	all["200 a file"] = b.get(static.URL("app.css"))
	all["206 a part of a file"] = b.with("Range", "bytes=0-9").get(static.URL("app.css"))
	all["404 no such file"] = b.get("/static/nothing")
	all["404 a folder"] = b.get("/static/vendor/")
	all["404 nothing"] = b.get("/nothing")
	all["404 a slash too many"] = b.get("/login/")
	all["404 above the root"] = b.get("/static/../../etc/passwd")
	all["404 a strange path"] = b.get("/%00%ff//..%2f")
	all["303 to the login"] = b.get("/clients")
	all["401 to the login, htmx"] = b.with("HX-Request", "true").get("/clients")
	all["400 a damaged form"] = b.send(http.MethodPost, "/login", urlencoded, "a=%zz")
	all["403 cross-site"] = b.with("Sec-Fetch-Site", "cross-site").submit("/login")
	for _, method := range []string{"PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "FOO"} {
		all["405 "+method] = b.send(method, "/login", "", "")
	}
	all["405 a file"] = b.submit(static.URL("app.css"))
	all["204 OPTIONS"] = b.send(http.MethodOptions, "/login", "", "")
	all["404 OPTIONS"] = b.send(http.MethodOptions, "/nothing", "", "")
	all["413 too large"] = b.submit("/login", "email", strings.Repeat("a", 1<<20))
	all["415 JSON"] = b.send(http.MethodPost, "/login", "application/json", "{}")
	r := httptest.NewRequest(http.MethodGet, "/login", nil)
	r.Host = "evil.test"
	all["421 another host"] = b.do(r)
	all["422 a wrong form"] = b.submit("/signup")
	for range 6 {
		all["429 too many"] = b.submit("/login", "email", "x@example.com", "password", "x")
	}
	if len(change) == 0 {
		all["500 a panic"] = b.get("/mailbox")
		all["500 an error"] = b.get("/mailbox/1")
	}
	st.raw.Break("settings", "INSERT")
	all["503 not ready"] = b.get("/readyz")
	return all
}

// with returns the same browser with one more header.
func (b *browser) with(name, value string) *browser {
	return &browser{site: b.site, cookies: b.cookies, htmx: b.htmx, header: map[string]string{name: value}}
}
