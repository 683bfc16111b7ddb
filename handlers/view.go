package handlers

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// The cookie that remembers which articles this browser read recently and when, so that reading one again is not counted. It does not
// identify the reader.
const (
	readCookie = "read"
	readFor    = 30 * time.Minute
	readMost   = 20 // articles; a browser that reads more in that time may be counted twice
)

// countView counts a view of an article. Editors, programs and prefetching browsers are not counted; a reader counts once in half an hour.
func (s *Server) countView(c echo.Context, post int64) {
	r := c.Request()
	if post == 0 || r.Method != http.MethodGet || user(c).WritesBlog() || isAhead(r.Header) || isProgram(r.UserAgent()) {
		return
	}
	id := strconv.FormatInt(post, 10)
	recent, again := s.recentReads(r, id)
	if again {
		return
	}
	recent = append(recent, id+"-"+strconv.FormatInt(s.Now().Unix(), 10))
	recent = recent[max(0, len(recent)-readMost):]
	c.SetCookie(&http.Cookie{Name: readCookie, Value: strings.Join(recent, "."), Path: "/blog", MaxAge: int(readFor.Seconds()),
		HttpOnly: true, Secure: s.URL.Scheme == "https", SameSite: http.SameSiteLaxMode})
	s.Viewed(post)
}

// recentReads returns the entries of the cookie that have not expired, such as "12-1763884800", and whether one is of this article.
func (s *Server) recentReads(r *http.Request, post string) (recent []string, again bool) {
	cookie, err := r.Cookie(readCookie)
	if err != nil {
		return nil, false
	}
	for entry := range strings.SplitSeq(cookie.Value, ".") {
		id, at, _ := strings.Cut(entry, "-")
		second, err := strconv.ParseInt(at, 10, 64)
		age := s.Now().Sub(time.Unix(second, 0))
		if err != nil || len(entry) > 40 || age < 0 || age >= readFor {
			continue
		}
		recent = append(recent, entry)
		again = again || id == post
	}
	return recent, again
}

// isAhead reports whether a browser is prefetching the page (Sec-Purpose of the Fetch standard, and its predecessors).
func isAhead(h http.Header) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		if v := strings.ToLower(h.Get(name)); strings.Contains(v, "prefetch") || strings.Contains(v, "prerender") || strings.Contains(v, "preview") {
			return true
		}
	}
	return false
}

// isProgram reports whether a User-Agent names a program that reads for a search engine, a link preview or a script. It cannot recognize
// programs that pose as a browser.
func isProgram(agent string) bool {
	agent = strings.ToLower(agent)
	for _, word := range []string{"bot", "crawl", "spider", "slurp", "externalhit", "preview", "feed", "monitor", "curl/", "wget/", "python", "go-http-client"} {
		if strings.Contains(agent, word) {
			return true
		}
	}
	return agent == ""
}
