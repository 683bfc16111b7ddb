package cli

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"postrider/demo"
	"postrider/mail/mailtest"
	"postrider/store/storetest"
)

func TestServe(t *testing.T) {
	t.Run("says where to open the browser and where letters go, answers, and stops when told", func(t *testing.T) {
		address, out, stop := started(t, map[string]string{"POSTRIDER_ADDR": "127.0.0.1:0"}, "--db", filepath.Join(t.TempDir(), "p.db"))
		_, port, _ := strings.Cut(address, ":")
		for _, want := range []string{"open http://localhost:" + port, "built-in mailbox: http://localhost:" + port + "/mailbox"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("it did not say %q: %s", want, out)
			}
		}
		if status, body := get(t, "http://"+address+"/healthz"); status != http.StatusOK || strings.TrimSpace(body) != "ok" {
			t.Errorf("healthz answers %d %q", status, body)
		}
		if status, _ := get(t, "http://"+address+"/readyz"); status != http.StatusOK {
			t.Errorf("readyz answers %d", status)
		}
		if err := stop(); err != nil {
			t.Errorf("it ended with %v", err)
		}
	})
	t.Run("fills the demo, and deletes its database at the end", func(t *testing.T) {
		address, out, stop := started(t, nil, "demo", "--addr", "127.0.0.1:0")
		if !strings.Contains(out.String(), demo.Email) || !strings.Contains(out.String(), demo.Password) {
			t.Errorf("it does not say how to sign in: %s", out)
		}
		if status, _ := get(t, "http://"+address+"/login"); status != http.StatusOK {
			t.Errorf("login answers %d", status)
		}
		if err := stop(); err != nil {
			t.Errorf("it ended with %v", err)
		}
	})
}

var setupLink = regexp.MustCompile(`https?://\S+(/setup/[A-Za-z0-9_-]{43})\n`)

// The link that makes the first admin is on the terminal if other people can connect, in no log, new at each start, and absent once there
// is an admin.
func TestSetupLink(t *testing.T) {
	path, relay := filepath.Join(t.TempDir(), "p.db"), mailtest.New(t, mailtest.Config{})
	public := []string{"--db", path, "--addr", "127.0.0.1:0", "--smtp", relay.URL(), "--url", "http://post.example.com", "--log-level", "debug"}
	// begin starts the service and returns its address, the path of the link, and how to stop it.
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

// If the first user to confirm an address becomes the admin, only people at this machine can connect.
func TestFirstIsAdminOnLoopback(t *testing.T) {
	relay := mailtest.New(t, mailtest.Config{})
	for name, c := range map[string]struct {
		args []string
		link bool
	}{
		"trying it out":                  {nil, false},
		"a relay, nothing else":          {[]string{"--smtp", relay.URL()}, false},
		"a public address":               {[]string{"--smtp", relay.URL(), "--url", "https://post.example.com"}, true},
		"a trusted proxy":                {[]string{"--smtp", relay.URL(), "--trusted-proxies", "127.0.0.1/32"}, true},
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
