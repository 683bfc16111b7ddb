package handlers

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"postrider/domain"
)

// places lets a few requests of each user, and of each team, be worked on at once. The others wait, so that nobody's
// searches, previews and forms take everything from those of other teams.
type places struct {
	mu sync.Mutex
	of map[placeKey]*place
}

// refuseAfter is how long a request waits before it is refused because too many wait.
const refuseAfter = time.Second

// longestRest is how long a place rests at most.
const longestRest = time.Second

// placeKey is what has places.
type placeKey struct {
	kind placeKind
	id   int64
}

type placeKind byte

// All requests of a user, those of a user that are worked on, and those of a team.
const (
	ofUser placeKind = iota
	userWork
	teamWork
)

// place is where the requests of one of them are worked on.
type place struct {
	work chan struct{} // holds one for each request that is worked on
	here int           // requests that are worked on or wait
}

// take waits for a place until ctx ends. leave gives it back.
func (p *places) take(ctx context.Context, key placeKey, most int) (leave func(), err error) {
	at, _ := p.enter(key, most)
	select {
	case at.work <- struct{}{}:
		began := time.Now()
		return func() { p.leave(key, at, time.Since(began)) }, nil
	case <-ctx.Done():
		p.exit(key, at)
		return nil, ctx.Err()
	}
}

// enter counts a request, and says how many are here with it.
func (p *places) enter(key placeKey, most int) (at *place, here int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of == nil {
		p.of = map[placeKey]*place{}
	}
	at, ok := p.of[key]
	if !ok {
		at = &place{work: make(chan struct{}, most)}
		p.of[key] = at
	}
	at.here++
	return at, at.here
}

// leave gives a place back. When more requests of the same user wait, it rests before that for as long as the last one took:
// somebody who always has the next one ready gets half of a processor, and not all of it.
func (p *places) leave(key placeKey, at *place, took time.Duration) {
	free := func() { <-at.work; p.exit(key, at) }
	p.mu.Lock()
	crowd := at.here > 1
	p.mu.Unlock()
	if key.kind == userWork && crowd {
		time.AfterFunc(min(took, longestRest), free)
		return
	}
	free()
}

// exit forgets who has no requests left.
func (p *places) exit(key placeKey, at *place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at.here--; at.here == 0 {
		delete(p.of, key)
	}
}

// counted refuses a request of a user with too many waiting requests, before its form is read. It waits before it answers: a program
// that asks again at once would otherwise be more work than one that waits.
func (s *Server) counted(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		u, key := user(c), placeKey{ofUser, user(c).ID}
		if u.ID == 0 {
			return next(c)
		}
		at, here := s.places.enter(key, domain.RequestsPerUser)
		defer s.places.exit(key, at)
		if here <= domain.RequestsPerUser+domain.RequestsWaiting {
			return next(c)
		}
		select {
		case <-time.After(refuseAfter):
		case <-c.Request().Context().Done():
		}
		return domain.TooMany{RetryAfter: domain.PageTime}
	}
}

// placed works on a request of somebody who is signed in when there is a place for it. The user's own comes first, so that
// one member's requests do not stand before those of a colleague.
func (s *Server) placed(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		u, ctx := user(c), c.Request().Context()
		if u.ID == 0 {
			return next(c)
		}
		leave, err := s.places.take(ctx, placeKey{userWork, u.ID}, domain.RequestsPerUser)
		if err != nil {
			return err
		}
		defer leave()
		leaveTeam, err := s.places.take(ctx, placeKey{teamWork, u.TeamID}, domain.RequestsPerTeam)
		if err != nil {
			return err
		}
		defer leaveTeam()
		return next(c)
	}
}

// timed ends the work on a request when its time is over or its browser is gone: a search in the database stops at once. The page
// that says so gets extra time.
func (s *Server) timed(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		browser := c.Request().Context()
		ctx, cancel := context.WithTimeout(browser, s.timeFor(c))
		c.SetRequest(c.Request().WithContext(ctx))
		defer func() {
			ended := ctx.Err() != nil && err != nil && explain(err).status >= 500
			cancel()
			r := c.Request()
			c.SetRequest(r.WithContext(context.WithoutCancel(r.Context())))
			switch {
			case ended && browser.Err() != nil:
				err = errAbandoned
			case ended:
				err = errTooSlow
			}
		}()
		return next(c)
	}
}

// timeFor is how long a request may take. A form has time to come, a picture more.
func (s *Server) timeFor(c echo.Context) time.Duration {
	switch m := c.Request().Method; {
	case m == http.MethodGet || m == http.MethodHead:
		return s.pageTime
	case s.bodyOf(c).file > 0:
		return domain.FormTime + uploadTime
	}
	return domain.FormTime
}
