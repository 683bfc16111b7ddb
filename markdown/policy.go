package markdown

import (
	"net/url"
	"regexp"
	"sync"

	"github.com/microcosm-cc/bluemonday"
)

// policy is what the HTML leaving this package may contain. Policies are created once and never change, because an
// article is rendered at every visit.
type policy = *bluemonday.Policy

// letterPolicy is the policy for letters: they may show images on other hosts.
var letterPolicy = sync.OnceValue(func() policy {
	p := textPolicy()
	p.AllowAttrs("src").Matching(regexp.MustCompile(`^(?i:https?)://`)).OnElements("img")
	return p
})

// articlePolicy is the policy for articles: they may link to our own pages, and show only our own pictures.
var articlePolicy = sync.OnceValue(func() policy {
	p := textPolicy()
	p.AllowRelativeURLs(true)
	p.AllowAttrs("src").Matching(ownImage).OnElements("img")
	return p
})

// textPolicy allows the elements that Markdown makes and their meaningful attributes, except for the addresses of
// images.
func textPolicy() policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code",
		"strong", "em", "del", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowURLSchemes("https", "http", "mailto")
	p.AllowRelativeURLs(false)
	p.RequireParseableURLs(true)
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,9}$`)).OnElements("ol")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(left|center|right)$`)).OnElements("th", "td")
	return p
}

// mayLink reports whether the policy keeps a link to the address.
func mayLink(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http" || u.Scheme == "mailto")
}
