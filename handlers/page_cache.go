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

// shelfMost is how much a shelf holds, in bytes: more than ten thousand pages. shelfEach is what one takes beside its body.
const (
	shelfMost = 48 << 20
	shelfEach = 300
)

// shelf keeps what strangers read, ready to be sent, until an article changes or appears. It keeps nothing that was made
// for one visitor.
type shelf struct {
	mu      sync.Mutex
	posts   store.PostsState // what everything on it was made from
	parcels map[shelfKey]parcel
	size    int
}

// shelfKey is what tells one page from another: all that a stranger's page depends on.
type shelfKey struct {
	uri, lang       string
	mailbox, signUp bool
	awaits          bool
	variant         int
}

func (s *shelf) get(posts store.PostsState, key shelfKey, now time.Time) (parcel, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.posts != posts {
		return parcel{}, false
	}
	p, ok := s.parcels[key]
	return p, ok && (p.until.IsZero() || now.Before(p.until))
}

func (s *shelf) put(posts store.PostsState, key shelfKey, p parcel) {
	s.mu.Lock()
	defer s.mu.Unlock()
	size := len(p.zipped) + len(key.uri) + shelfEach
	if s.parcels == nil || s.posts != posts || s.size+size > shelfMost {
		s.posts, s.size, s.parcels = posts, 0, map[shelfKey]parcel{}
	}
	if old, ok := s.parcels[key]; ok {
		s.size -= len(old.zipped) + len(key.uri) + shelfEach
	}
	s.size += size
	s.parcels[key] = p
}

// reading is a page that strangers may read.
type reading struct {
	page  templ.Component // nil when there is none and the answer is given
	post  int64           // the article that is read; 0 for none
	until time.Time       // when it is too old to be shown; never when zero, unless an article changes
}

// public answers with a page that strangers may read. It is made once for all of them, and for everybody else each time.
// There are as many variants as the page has by chance.
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
	key := shelfKey{uri: v.Path, lang: printer(c).Lang(), mailbox: v.Mailbox, signUp: v.SignUp, awaits: v.Awaits}
	return s.fromShelf(c, key, variants, func() (parcel, error) {
		made, err := make()
		if err != nil || made.page == nil {
			return parcel{}, err
		}
		var out bytes.Buffer
		err = made.page.Render(c.Request().Context(), &out)
		return parcel{kind: htmlKind, plain: out.Bytes(), post: made.post, until: made.until}, err
	})
}

// isStranger reports whether a whole page is asked for by somebody without a session, about whom there is no news.
func (s *Server) isStranger(c echo.Context) bool {
	session, err := s.session(c)
	return err == nil && session.IsNew && !byHtmx(c.Request())
}

// fromShelf answers with what lies on the shelf, or is made and put there. The state is read first: what is newer than the
// state it lies under is never kept longer for it.
func (s *Server) fromShelf(c echo.Context, key shelfKey, variants int, make func() (parcel, error)) error {
	now := s.Now()
	posts, err := s.Store.PostsState(c.Request().Context(), now)
	if err != nil {
		return err
	}
	p, ok := s.find(c.Request(), posts, &key, variants, now)
	if !ok {
		if p, err = make(); err != nil || p.plain == nil {
			return err
		}
		p.tag = tagOf(p.plain)
		if p.zipped, err = s.zip(p.plain); err != nil {
			return err
		}
		p.plain = nil
		s.shelf.put(posts, key, p)
	}
	s.countView(c, p.post)
	return s.send(c, http.StatusOK, p)
}

// find looks for any variant that the browser has already, and then for one by chance.
func (s *Server) find(r *http.Request, posts store.PostsState, key *shelfKey, variants int, now time.Time) (parcel, bool) {
	if r.Header.Get("If-None-Match") != "" {
		for key.variant = range variants {
			if p, ok := s.shelf.get(posts, *key, now); ok && has(r, p.tag) {
				return p, true
			}
		}
	}
	key.variant = rand.IntN(variants)
	return s.shelf.get(posts, *key, now)
}
