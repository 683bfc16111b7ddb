package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"postrider/store/storetest"
)

// Browser: cross-origin protection on everything; no GET changes state.
func TestSecurityCrossOrigin(t *testing.T) {
	t.Parallel()
	w := inhabited(t)
	for name, header := range map[string]map[string]string{
		"another site":                  {"Sec-Fetch-Site": "cross-site"},
		"a neighbour below the domain":  {"Sec-Fetch-Site": "same-site", "Origin": "http://evil." + publicHost},
		"an old browser's other origin": {"Origin": "http://evil.test"},
		"another port":                  {"Origin": "http://" + publicHost + ":81"},
		"a sandboxed frame":             {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
		"an old browser's frame":        {"Origin": "null"},
	} {
		t.Run("what "+name+" makes the browser send is refused on every route, and writes nothing", func(t *testing.T) {
			b := w.as("admin")
			b.header = header
			things := w.things(w.users["admin"].TeamID)
			before := w.dump()
			for _, line := range w.lines() {
				if method, path := at(line, num(things[kindOf(line)])); method == http.MethodPost {
					for _, b.htmx = range []bool{false, true} {
						b.submit(path, w.fields(things)...).want(t, 403, "another site")
					}
				}
			}
			w.wantSame(t, before, "the other site")
		})
	}
	for name, header := range map[string]map[string]string{"this site": {"Sec-Fetch-Site": "same-origin", "Origin": "http://" + publicHost},
		"the address bar": {"Sec-Fetch-Site": "none"}, "no browser": {}, "an old browser": {"Origin": "http://" + publicHost}} {
		t.Run("what "+name+" sends is taken", func(t *testing.T) {
			b := w.browser()
			b.header = header
			b.submit("/language", "lang", "ru").want(t, 303)
		})
	}
	t.Run("no GET changes anything, whoever asks", func(t *testing.T) {
		for _, who := range people {
			b := w.as(who)
			things := w.things(w.users["own team"].TeamID)
			before := w.dump()
			for _, line := range w.lines() {
				_, path := at(line, num(things[kindOf(line)]))
				for _, b.htmx = range []bool{false, true} {
					form := url.Values{}
					for i, fields := 0, w.fields(things); i < len(fields); i += 2 {
						form.Add(fields[i], fields[i+1])
					}
					b.get(path + "?" + form.Encode())
					b.send(http.MethodGet, path, urlencoded, form.Encode())
				}
			}
			w.wantSame(t, before, "a GET as "+who)
		}
	})
}

// Browser: a letter's preview is in a sandboxed frame with its own policy; opened directly it cannot run anything either.
func TestSecurityPreview(t *testing.T) {
	w := inhabited(t)
	b := w.as("own team")
	things := w.things(w.users["own team"].TeamID)
	w.raw.Set("messages", "body", "<script>alert(1)</script> [x](javascript:alert(2)) ![y](http://evil.test/z)", "id", things["messages"])
	for page, frame := range map[string]string{path("messages", things["messages"]): path("messages", things["messages"]) + "/preview",
		"/mailbox/1": "/mailbox/1/html"} {
		b.get(page).want(t, 200, `<iframe class="letter-frame" sandbox src="`+frame+`"`)
		a := b.get(frame)
		a.want(t, 200)
		if got := a.Header().Values("Content-Security-Policy"); len(got) != 1 || got[0] != framePolicy {
			t.Errorf("%s: policy %q", frame, got)
		}
	}
	b.get("/messages/new").want(t, 200, `<iframe class="letter-frame" name="preview" sandbox `)
	a := b.submit("/messages/preview", "subject", "x", "body", "<script>alert(1)</script> [x](javascript:alert(2))")
	a.want(t, 200)
	a.wantLack(t, "<script", "javascript:")
	if got := a.Header().Get("Content-Security-Policy"); got != framePolicy {
		t.Errorf("policy %q", got)
	}
	a = b.get(path("messages", things["messages"]) + "/preview")
	a.wantLack(t, "<script", "javascript:")
	for _, as := range []string{"text", "html"} {
		got := b.submit("/messages/preview", "subject", "{{", "body", "<script>", "as", as).Header()
		if !strings.HasPrefix(got.Get("Content-Security-Policy"), "sandbox; default-src 'none'") || got.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("headers %v", got)
		}
	}
}

// Browser: next is a path on this site or "/".
func TestSecurityNext(t *testing.T) {
	t.Parallel()
	st := open(t)
	u := st.newUser("ann@example.com")
	inside := st.enter(u)
	for next, want := range map[string]string{
		"/mailings?q=a%20b": "/mailings?q=a%20b", "/clients/7#x": "/clients/7#x", "": "/", "/": "/",
		"//evil.test": "/", `/\evil.test`: "/", "/%09/evil.test": "/", "/%5Cevil.test": "/", "/\t/evil.test": "/", "%2F%2Fevil.test": "/",
		"https://evil.test/": "/", "javascript:alert(1)": "/", "evil.test": "/", "/%2Fevil.test": "/", "/x\r\nSet-Cookie: a=b": "/",
		"http:/evil.test": "/", "///evil.test": "/", "/%00": "/", "/" + strings.Repeat("a", 3000): "/", "/%zz": "/", "/\u2028": "/",
		"data:text/html,x": "/", " /clients": "/", `\\evil.test`: "/", "?next=//evil.test": "/", "//@evil.test": "/", "/\n/evil.test": "/",
	} {
		t.Run(next, func(t *testing.T) {
			st.now = st.now.Add(1)
			b := st.browser()
			b.get("/login?next="+url.QueryEscape(next)).want(t, 200, `name="next" value="`+strings.ReplaceAll(want, "&", "&amp;")+`"`)
			b.submit("/login", "email", u.Email, "password", storetest.Password, "next", next).wantTo(t, want)
			b.submit("/language", "lang", "ru", "next", next).wantTo(t, want)
			inside.get("/login?next="+url.QueryEscape(next)).wantTo(t, want)
			b = st.browser()
			b.htmx, b.header["HX-Current-URL"] = true, "http://"+publicHost+next
			to := b.get("/clients").Header().Get("HX-Redirect")
			if at, err := url.Parse(to); err != nil || at.Path != "/login" || at.Host != "" || strings.HasPrefix(at.Query().Get("next"), "//") {
				t.Errorf("htmx is sent to %q", to)
			}
		})
	}
}

// Browser: links in letters use the public address; any Host other than that or loopback is 421.
func TestSecurityHost(t *testing.T) {
	t.Run("a letter's link names the public address, whatever host was asked for", func(t *testing.T) {
		for _, host := range []string{"localhost:8080", "127.0.0.1", "[::1]:99", publicHost} {
			st := open(t)
			r := httptest.NewRequest(http.MethodPost, "/signup", strings.NewReader("email=ann@example.com&password="+url.QueryEscape(storetest.Password)))
			r.Host = host
			r.Header = http.Header{"Content-Type": {urlencoded}, "X-Forwarded-Host": {"evil.test"}, "X-Forwarded-Proto": {"https"},
				"Forwarded": {"host=evil.test"}, "X-Original-Host": {"evil.test"}, "X-Forwarded-Prefix": {"/evil"}}
			st.browser().do(r).want(t, 303)
			if l := st.letter(); !strings.Contains(l.Body, "<http://"+publicHost+"/verify/") || strings.Contains(l.Body, "evil") || strings.Contains(l.Body, "8080") {
				t.Errorf("asked by %s: %s", host, l.Body)
			}
		}
	})
	st := open(t, withMailbox)
	for host, want := range map[string]int{
		publicHost: 200, publicHost + ":80": 200, "POSTRIDER.test": 200, "localhost:8080": 200, "127.0.0.1": 200, "127.9.9.9:1": 200, "[::1]:8080": 200, "[::1]": 200,
		"evil.test": 421, publicHost + ":81": 421, publicHost + ".evil.test": 421, "evil." + publicHost: 421, publicHost + ".": 421, "10.0.0.1": 421, "": 421,
		"localhost.evil.test": 421, "127.0.0.1.evil.test": 421, "0.0.0.0": 421, "[::]": 421, "2130706433": 421, "localhost@evil.test": 421,
		"[::ffff:10.0.0.1]": 421, "evil.test:localhost": 421, "127.1": 421,
	} {
		t.Run("a request for the host "+host, func(t *testing.T) {
			ask := func(path string) answer {
				r := httptest.NewRequest(http.MethodGet, path, nil)
				r.Host = host
				return st.browser().do(r)
			}
			ask("/login").want(t, want)
			ask("/healthz").want(t, 200)
			ask("/readyz").want(t, 200)
			if want == 421 {
				ask("/mailbox").want(t, 404)
				ask("/").wantLack(t, `href="http://evil`)
			}
		})
	}
	t.Run("the page of another host names ours", func(t *testing.T) {
		r := httptest.NewRequest(http.MethodGet, "/login", nil)
		r.Host = "evil.test"
		st.browser().do(r).want(t, 421, "http://"+publicHost)
	})
}
