package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"postrider/mail/mailtest"
	"postrider/store/storetest"
)

var setupLink = regexp.MustCompile(`https?://\S+(/setup/[A-Za-z0-9_-]{43})\n`)

// The link that makes the first admin: on the terminal where others can come, in no log, another one at each start, and none
// once there is an admin.
func TestSetupLink(t *testing.T) {
	path, relay := filepath.Join(t.TempDir(), "p.db"), mailtest.New(t, mailtest.Config{})
	public := []string{"--db", path, "--addr", "127.0.0.1:0", "--smtp", relay.URL(), "--url", "http://post.example.com", "--log-level", "debug"}
	// begin starts the service and gives back its address, the path of the link, and how to stop it.
	begin := func() (address, link string, stop func()) {
		var out, log output
		address, end := startedOn(t, nil, &out, &log, public...)
		shown := setupLink.FindAllStringSubmatch(out.String(), -1)
		if len(shown) > 1 {
			t.Errorf("the terminal shows %d links", len(shown))
		}
		if len(shown) == 1 {
			link = shown[0][1]
		}
		return address, link, func() {
			if err := end(); err != nil || strings.Contains(log.String(), link) && link != "" {
				t.Errorf("it ended with %v, the log says %s", err, &log)
			}
		}
	}
	_, old, stop := begin()
	stop()
	address, fresh, stop := begin()
	if old == "" || fresh == "" || old == fresh {
		t.Fatalf("the links are %q and %q", old, fresh)
	}
	status := func(path string) int {
		code, _ := get(t, "http://"+address+path)
		return code
	}
	if was, is := status(old), status(fresh); was != 404 || is != 200 {
		t.Errorf("the link of the first start gives %d, that of the second %d", was, is)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := (&http.Client{Jar: jar}).PostForm("http://"+address+fresh, url.Values{"email": {"owner@example.com"}, "password": {storetest.Password}})
	if err != nil || res.StatusCode != 200 || res.Request.URL.Path != "/" {
		t.Fatalf("%+v, %v", res, err)
	}
	_ = res.Body.Close()
	if again := status(fresh); again != 404 {
		t.Errorf("used, it gives %d", again)
	}
	stop()
	_, third, stop := begin()
	stop()
	if third != "" {
		t.Errorf("with an admin it shows %s", third)
	}
}

// Where the first one to confirm an address becomes the admin, nobody but the people at this machine can come.
func TestFirstIsAdminWhere(t *testing.T) {
	relay := mailtest.New(t, mailtest.Config{})
	for name, c := range map[string]struct {
		args []string
		link bool
	}{
		"trying it out":                  {nil, false},
		"a relay, nothing else":          {[]string{"--smtp", relay.URL()}, false},
		"a public address":               {[]string{"--smtp", relay.URL(), "--url", "https://post.example.com"}, true},
		"a proxy that is trusted":        {[]string{"--smtp", relay.URL(), "--trusted-proxies", "127.0.0.1/32"}, true},
		"listening to the whole network": {[]string{"--smtp", relay.URL(), "--addr", "0.0.0.0:0"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"--db", filepath.Join(t.TempDir(), "p.db"), "--addr", "127.0.0.1:0"}, c.args...)
			_, out, _ := started(t, nil, args...)
			if shown := setupLink.MatchString(out.String()); shown != c.link {
				t.Errorf("it says %q", out)
			}
		})
	}
}
