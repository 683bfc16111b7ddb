package handlers_test

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Browser: htmx without eval, inline scripts or styles, hx-on, event filters or indicator styles, and for this origin only.
func TestSecurityPages(t *testing.T) {
	t.Parallel()
	for _, who := range []string{"anonymous", "own team", "manager", "admin"} {
		t.Run("no page and no fragment for "+who+" holds what could run", func(t *testing.T) {
			w := inhabited(t)
			seen := 0
			w.pages(who, func(path string, a answer) {
				if strings.HasPrefix(a.Header().Get("Content-Security-Policy"), "sandbox") || !strings.HasPrefix(a.Header().Get("Content-Type"), "text/html") {
					return // the frame of a letter
				}
				seen++
				root, err := html.Parse(strings.NewReader(a.body))
				if err != nil {
					t.Fatal(err)
				}
				for n := range root.Descendants() {
					if why := harm(n); why != "" {
						t.Errorf("%s: <%s> %s", path, n.Data, why)
					}
				}
			})
			if seen < 10 {
				t.Errorf("only %d pages were seen", seen)
			}
		})
	}
	t.Run("htmx keeps to this origin and adds no style", func(t *testing.T) {
		config := map[string]any{}
		m := regexp.MustCompile(`<meta name="htmx-config" content='([^']*)'`).FindStringSubmatch(open(t).browser().get("/").body)
		if m == nil || json.Unmarshal([]byte(m[1]), &config) != nil {
			t.Fatalf("no settings: %v", m)
		}
		if config["includeIndicatorCSS"] != false {
			t.Errorf("settings %v", config)
		}
		for _, loosened := range []string{"mode", "extensions", "prefix", "implicitInheritance"} {
			if v, ok := config[loosened]; ok {
				t.Errorf("%s is %v", loosened, v)
			}
		}
		library, err := filepath.Glob("../static/vendor/htmx-*.min.js")
		if err != nil || len(library) != 1 {
			t.Fatalf("%v, %v", library, err)
		}
		if text, err := os.ReadFile(library[0]); err != nil || !strings.Contains(string(text), `mode:"same-origin"`) {
			t.Errorf("this version of htmx asks other origins unless told not to; %v", err)
		}
	})
	t.Run("our script makes no code and no HTML of texts", func(t *testing.T) {
		text, err := os.ReadFile("../static/app.js")
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"eval(", "Function(", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "javascript:", "cssText", `"style"`} {
			if strings.Contains(string(text), bad) {
				t.Errorf("app.js holds %s", bad)
			}
		}
	})
	t.Run("the check itself finds untranslated text", func(t *testing.T) {
		for _, bad := range []string{`<script>x</script>`, `<script src="http://evil.test/x.js"></script>`, `<style>x</style>`, `<p style="color:red">`,
			`<p onclick="x()">`, `<p hx-on:click="x()">`, `<p data-hx-on--click="x()">`, `<p hx-trigger="click[ctrlKey]">`, `<a href="javascript:x()">`,
			`<p hx-vals="js:{a: 1}">`, `<p hx-get="https://evil.test/">`, `<form action="//evil.test">`, `<base href="/x">`, `<iframe src="/x"></iframe>`,
			`<iframe sandbox="allow-scripts"></iframe>`, `<meta http-equiv="refresh" content="0">`, `<img src="http://evil.test/x">`, `<a href="http://evil.test/">`} {
			root, err := html.Parse(strings.NewReader(bad))
			found := false
			for n := range root.Descendants() {
				found = found || harm(n) != ""
			}
			if !found || err != nil {
				t.Errorf("not found in %s", bad)
			}
		}
	})
}

// harm says what is forbidden about an element; "" if nothing is.
func harm(n *html.Node) string {
	if n.Type != html.ElementNode {
		return ""
	}
	attributes := map[string]string{}
	for _, a := range n.Attr {
		attributes[a.Key] = a.Val
	}
	sandbox, inSandbox := attributes["sandbox"]
	switch {
	case n.Data == "style", n.Data == "base", n.Data == "object", n.Data == "embed":
		return "is there"
	case n.Data == "script" && attributes["type"] == "application/ld+json": // data that browsers do not run
	case n.Data == "script" && (n.FirstChild != nil || !strings.HasPrefix(attributes["src"], "/static/")):
		return "is inline, or not ours"
	case n.Data == "iframe" && (!inSandbox || sandbox != ""):
		return "is not in a sandbox"
	case n.Data == "meta" && attributes["http-equiv"] != "":
		return "stands for a header"
	}
	for name, value := range attributes {
		if why := harmOf(name, value); why != "" {
			return name + "=" + value + " " + why
		}
	}
	return ""
}

func harmOf(name, value string) string {
	short := strings.TrimPrefix(name, "data-")
	switch {
	case name == "style", strings.HasPrefix(name, "on"), strings.HasPrefix(short, "hx-on"), short == "hx-ext":
		return "is code or style"
	case short == "hx-trigger" && strings.Contains(value, "["):
		return "has an event filter"
	case strings.HasPrefix(strings.ToLower(strings.TrimSpace(value)), "js:"), strings.HasPrefix(strings.ToLower(strings.TrimSpace(value)), "javascript:"):
		return "is code"
	}
	leads := map[string]bool{"href": true, "src": true, "action": true, "formaction": true, "srcset": true, "hx-get": true, "hx-post": true,
		"hx-put": true, "hx-patch": true, "hx-delete": true, "hx-action": true, "hx-push-url": true, "hx-replace-url": true}
	if at, err := url.Parse(value); leads[short] && (err != nil || at.Host != "" && at.Host != publicHost || at.Scheme != "" && at.Host == "") {
		return "leads elsewhere"
	}
	return ""
}
