package handlers

import (
	"bytes"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"postrider/store"
	"postrider/views"
)

// maxCache is the size of the cache in bytes, enough for more than ten thousand pages. entryOverhead is what an entry takes besides its
// body.
const (
	maxCache      = 48 << 20
	entryOverhead = 300
)

// pageCache keeps the pages that strangers read, ready to send, until an article appears or changes. It keeps nothing made for one visitor.
type pageCache struct {
	mu        sync.Mutex
	posts     store.PostsState // that all entries were made from
	responses map[cacheKey]response
	size      int
}

// cacheKey is everything that a stranger's page depends on.
type cacheKey struct {
	uri, lang       string
	mailbox, signUp bool
	awaits          bool
	variant         int
}

func (s *pageCache) get(posts store.PostsState, key cacheKey, now time.Time) (response, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.posts != posts {
		return response{}, false
	}
	res, ok := s.responses[key]
	return res, ok && (res.until.IsZero() || now.Before(res.until))
}

func (s *pageCache) put(posts store.PostsState, key cacheKey, res response) {
	s.mu.Lock()
	defer s.mu.Unlock()
	size := len(res.zipped) + len(key.uri) + entryOverhead
	if s.responses == nil || s.posts != posts || s.size+size > maxCache {
		s.posts, s.size, s.responses = posts, 0, map[cacheKey]response{}
	}
	if old, ok := s.responses[key]; ok {
		s.size -= len(old.zipped) + len(key.uri) + entryOverhead
	}
	s.size += size
	s.responses[key] = res
}

// reading is a page that strangers may read.
type reading struct {
	page  templ.Component // nil if there is none and the answer has been sent
	post  int64           // the article on the page; 0 for none
	until time.Time       // when the page expires; zero: only when an article changes
}

// public answers with a page that strangers may read. It is rendered once for all strangers, and again for each other visitor. variants is
// how many random versions of the page are cached.
func (s *Server) public(c echo.Context, variants int, make func() (reading, error)) error {
	if !s.isStranger(c) {
		made, err := make()
		if err != nil || made.page == nil {
			return err
		}
		s.countView(c, made.post)
		return s.render(c, made.page)
	}
	v := views.VisitOf(c.Request().Context())
	key := cacheKey{uri: v.Path, lang: printer(c).Lang(), mailbox: v.Mailbox, signUp: v.SignUp, awaits: v.Awaits}
	return s.fromCache(c, key, variants, func() (response, error) {
		made, err := make()
		if err != nil || made.page == nil {
			return response{}, err
		}
		var out bytes.Buffer
		err = made.page.Render(c.Request().Context(), &out)
		return response{kind: htmlKind, plain: out.Bytes(), post: made.post, until: made.until}, err
	})
}

// isStranger reports whether someone without a session, who therefore has no flash waiting, asks for a whole page.
func (s *Server) isStranger(c echo.Context) bool {
	session, err := s.session(c)
	return err == nil && session.IsNew && !byHtmx(c.Request())
}

// fromCache answers with the cached response, or renders and stores one. It reads the state of the articles first, so that a page is never
// stored under a newer state than it was rendered from.
func (s *Server) fromCache(c echo.Context, key cacheKey, variants int, render func() (response, error)) error {
	now := s.Now()
	posts, err := s.Store.PostsState(c.Request().Context(), now)
	if err != nil {
		return err
	}
	res, ok := s.find(c.Request(), posts, &key, variants, now)
	if !ok {
		if res, err = render(); err != nil || res.plain == nil {
			return err
		}
		res.tag = tagOf(res.plain)
		if res.zipped, err = s.zip(res.plain); err != nil {
			return err
		}
		res.plain = nil
		s.cache.put(posts, key, res)
	}
	s.countView(c, res.post)
	return s.send(c, http.StatusOK, res)
}

// find prefers a variant that the browser has cached, and otherwise picks one at random.
func (s *Server) find(r *http.Request, posts store.PostsState, key *cacheKey, variants int, now time.Time) (response, bool) {
	if r.Header.Get("If-None-Match") != "" {
		for key.variant = range variants {
			if res, ok := s.cache.get(posts, *key, now); ok && has(r, res.tag) {
				return res, true
			}
		}
	}
	key.variant = rand.IntN(variants)
	return s.cache.get(posts, *key, now)
}
