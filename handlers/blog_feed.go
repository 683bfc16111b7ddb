package handlers

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"postrider/domain"
	"postrider/views"
)

// feedPosts is how many articles the feed lists. sitemapMost is how many addresses the protocol allows in one sitemap.
const (
	feedPosts   = 20
	sitemapMost = 50_000
)

// atomFeed is an Atom feed (RFC 4287).
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Title   string      `xml:"title"`
	ID      string      `xml:"id"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Author  atomPerson  `xml:"author"`
	Entries []atomEntry `xml:"entry"`
}

type atomEntry struct {
	Title     string      `xml:"title"`
	ID        string      `xml:"id"`
	Published string      `xml:"published"`
	Updated   string      `xml:"updated"`
	Link      atomLink    `xml:"link"`
	Author    *atomPerson `xml:"author"` // nil inherits the feed's author
	Content   atomText    `xml:"content"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

// blogFeed serves the latest articles in full. It is in no particular language: feed readers do not choose one.
func (s *Server) blogFeed(c echo.Context) error {
	return s.publicXML(c, "application/atom+xml; charset=utf-8", func() (any, error) { return s.feed(c) })
}

func (s *Server) feed(c echo.Context) (any, error) {
	posts, err := s.Store.LatestPosts(c.Request().Context(), feedPosts, s.Now())
	if err != nil {
		return nil, err
	}
	site := s.URL.String()
	feed := atomFeed{Title: "Postrider", ID: site + "/blog/feed.xml", Author: atomPerson{"Postrider"}, Links: []atomLink{
		{"self", "application/atom+xml", site + "/blog/feed.xml"}, {"alternate", "text/html", site + "/blog"}}}
	updated := time.Unix(0, 0) // of an empty feed
	for _, p := range posts {
		entry, err := s.feedEntry(c, p)
		if err != nil {
			return nil, err
		}
		feed.Entries = append(feed.Entries, entry)
		if p.ChangedAt().After(updated) {
			updated = p.ChangedAt()
		}
	}
	feed.Updated = stamp(updated)
	return feed, nil
}

// feedEntry is an article in the feed. Its id stays the same when the article's address changes (RFC 4151).
func (s *Server) feedEntry(c echo.Context, p domain.Post) (atomEntry, error) {
	text, err := views.ArticleHTML(c.Request().Context(), p.Content)
	if err != nil {
		return atomEntry{}, err
	}
	if size := p.Image.Largest(); size.Width > 0 {
		text = fmt.Sprintf(`<p><img src="%s" alt="%s" width="%d" height="%d"></p>`+"\n%s", p.Image.Path(size.Width),
			html.EscapeString(p.ImageAlt), size.Width, size.Height, text)
	}
	text, err = absolute(text, s.URL.JoinPath("blog", p.Slug))
	entry := atomEntry{Title: p.Title, Published: stamp(p.PublishedAt), Updated: stamp(p.ChangedAt()), Content: atomText{"html", text},
		ID:   fmt.Sprintf("tag:%s,%s:/posts/%d", s.URL.Hostname(), p.CreatedAt.UTC().Format(time.DateOnly), p.ID),
		Link: atomLink{"alternate", "text/html", s.URL.String() + "/blog/" + p.Slug}}
	if p.Author != "" {
		entry.Author = &atomPerson{p.Author}
	}
	return entry, err
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// absolute makes the links and images of an HTML fragment absolute, so that they work on any site.
func absolute(fragment string, base *url.URL) (string, error) {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(fragment), body)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, top := range nodes {
		body.AppendChild(top)
	}
	for n := range body.Descendants() {
		for i, a := range n.Attr {
			if at, err := url.Parse(a.Val); err == nil && (a.Key == "href" || a.Key == "src") {
				n.Attr[i].Val = base.ResolveReference(at).String()
			}
		}
	}
	for n := range body.ChildNodes() {
		if err := html.Render(&out, n); err != nil {
			return "", err
		}
	}
	return out.String(), nil
}

// sitemap lists pages for search engines (sitemaps.org, protocol 0.9).
type sitemap struct {
	XMLName xml.Name      `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []sitemapPage `xml:"url"`
}

type sitemapPage struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

// sitemap lists the public pages.
func (s *Server) sitemap(c echo.Context) error {
	return s.publicXML(c, "application/xml; charset=utf-8", func() (any, error) { return s.pages(c) })
}

func (s *Server) pages(c echo.Context) (any, error) {
	site := s.URL.String()
	out := sitemap{URLs: []sitemapPage{{Loc: site + "/"}, {Loc: site + "/blog"}}}
	articles, err := s.Store.PostLinks(c.Request().Context(), sitemapMost-len(out.URLs), s.Now())
	if err != nil {
		return nil, err
	}
	for _, a := range articles {
		out.URLs = append(out.URLs, sitemapPage{site + "/blog/" + a.Slug, stamp(a.ChangedAt)})
	}
	return out, nil
}

// publicXML answers with XML that is the same for everyone and may be cached for a few minutes.
func (s *Server) publicXML(c echo.Context, kind string, make func() (any, error)) error {
	forAll(c)
	return s.fromCache(c, cacheKey{uri: c.Path()}, 1, func() (response, error) {
		what, err := make()
		if err != nil {
			return response{}, err
		}
		text, err := xml.Marshal(what)
		return response{kind: kind, plain: append([]byte(xml.Header), text...)}, err
	})
}

// forAll marks an answer as the same for everyone.
func forAll(c echo.Context) {
	c.Response().Header().Set("Cache-Control", "public, max-age=300")
	c.Response().Header().Del("Vary")
}

// robots tells search engines which pages are public (RFC 9309).
func (s *Server) robots(c echo.Context) error {
	forAll(c)
	text := []byte("User-agent: *\nAllow: /$\nAllow: /blog\nAllow: /images/\nAllow: /static/\nAllow: /signup$\n" +
		"Allow: /sitemap.xml$\nDisallow: /\n\nSitemap: " + s.URL.String() + "/sitemap.xml\n")
	return s.send(c, http.StatusOK, response{kind: echo.MIMETextPlainCharsetUTF8, tag: tagOf(text), plain: text})
}
