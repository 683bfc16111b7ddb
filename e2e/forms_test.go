package e2e

import (
	"cmp"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// plain is a browser without scripts: it follows links and redirects and submits forms.
type plain struct {
	t      *testing.T
	client *http.Client
	base   string // address of the program
	lang   string
}

// stranger is a plain browser without a session.
func stranger(t *testing.T, base, lang string) *plain {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &plain{t: t, client: &http.Client{Jar: jar, Timeout: patience}, base: base, lang: lang}
}

// sheet is a loaded page.
type sheet struct {
	by     *plain
	url    *url.URL
	status int
	root   *html.Node
}

func (b *plain) get(path string) sheet {
	b.t.Helper()
	return b.load(http.MethodGet, path, nil)
}

func (b *plain) load(method, path string, form url.Values) sheet {
	b.t.Helper()
	address := b.base + path
	if method == http.MethodGet && form != nil {
		address += "?" + form.Encode()
	}
	r, err := http.NewRequestWithContext(b.t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", b.lang)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	root, err := html.Parse(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return sheet{by: b, url: answer.Request.URL, status: answer.StatusCode, root: root}
}

// text is the text of the page with normalized white space.
func (s sheet) text() string { return textOf(s.root) }

func textOf(n *html.Node) string { return strings.Join(words(n), " ") }

func words(n *html.Node) []string {
	var all []string
	if n.Type == html.TextNode {
		all = strings.Fields(n.Data)
	}
	for child := range n.ChildNodes() {
		if child.Data != "script" && child.Data != "template" {
			all = append(all, words(child)...)
		}
	}
	return all
}

// says fails the test unless the page has that status and contains the texts.
func (s sheet) says(status int, texts ...string) sheet {
	s.by.t.Helper()
	for _, text := range texts {
		if s.status != status || !strings.Contains(s.text(), strings.Join(strings.Fields(text), " ")) {
			s.by.t.Fatalf("%s answered %d, wanted %d with %q, and said: %s", s.url, s.status, status, text, s.text())
		}
	}
	return s
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func value(n *html.Node, name string) string {
	v, _ := attr(n, name)
	return v
}

// form finds the form that submits to that path.
func (s sheet) form(action string) *html.Node {
	s.by.t.Helper()
	for n := range s.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" && value(n, "action") == action {
			return n
		}
	}
	s.by.t.Fatalf("%s has no form for %s: %s", s.url, action, s.text())
	return nil
}

// send fills in the form for that path and submits it with all its fields.
func (s sheet) send(action string, typed map[string]string) sheet {
	s.by.t.Helper()
	form := s.form(action)
	values := url.Values{}
	known := map[string]bool{}
	for n := range form.Descendants() {
		if name := value(n, "name"); n.Type == html.ElementNode && name != "" {
			known[name] = true
			if v, ok := entered(n); ok {
				values.Add(name, v)
			}
		}
	}
	for name, v := range typed {
		if !known[name] {
			s.by.t.Fatalf("the form for %s has no field %s", action, name)
		}
		values.Set(name, v)
	}
	return s.by.load(cmp.Or(strings.ToUpper(value(form, "method")), http.MethodGet), action, values)
}

// entered is the value of a form's control, and whether it is submitted (HTML, section 4.10.21.4).
func entered(n *html.Node) (string, bool) {
	switch n.Data {
	case "textarea":
		text := ""
		for d := range n.Descendants() {
			text += d.Data
		}
		return text, true
	case "select":
		return selected(n), true
	case "input":
		_, checked := attr(n, "checked")
		kind := value(n, "type")
		return value(n, "value"), checked || kind != "radio" && kind != "checkbox"
	}
	return "", false // buttons are submitted only if pressed
}

func selected(n *html.Node) string {
	first := true
	chosen := ""
	for d := range n.Descendants() {
		if d.Type != html.ElementNode || d.Data != "option" {
			continue
		}
		if _, ok := attr(d, "selected"); ok || first {
			chosen, first = value(d, "value"), false
		}
	}
	return chosen
}

// link finds the address of the link whose text or address contains part.
func (s sheet) link(part string) string {
	s.by.t.Helper()
	for n := range s.root.Descendants() {
		if href := value(n, "href"); n.Data == "a" && (strings.Contains(textOf(n), part) || strings.Contains(href, part)) {
			return strings.TrimPrefix(href, s.by.base)
		}
	}
	s.by.t.Fatalf("%s has no link with %q: %s", s.url, part, s.text())
	return ""
}

func (s sheet) follow(part string) sheet {
	s.by.t.Helper()
	return s.by.get(s.link(part))
}
