package handlers

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"postrider/domain"
)

// places limits how many requests of a user, and of a team, are worked on at once. The others wait, so that one team's searches, previews
// and forms cannot starve the others.
type places struct {
	mu sync.Mutex
	of map[placeKey]*place
}

// refuseAfter is how long a request over the limit waits before it is refused.
const refuseAfter = time.Second

// longestRest is the longest time a place rests before it is free again.
const longestRest = time.Second

// placeKey names the user or team that places belong to.
type placeKey struct {
	kind placeKind
	id   int64
}

type placeKind byte

// All requests of a user, the requests of a user being worked on, and those of a team.
const (
	ofUser placeKind = iota
	userWork
	teamWork
)

// place counts the requests of one key.
type place struct {
	work chan struct{} // one element for each request being worked on
	here int           // requests waiting or being worked on
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

// enter counts a request in and returns how many there are now.
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

// leave gives a place back. If more requests of the same user wait, the place first rests for as long as the last request took: a user who
// always has another request ready gets half a processor, not a whole one.
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

// exit counts a request out, and forgets a key without requests.
func (p *places) exit(key placeKey, at *place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at.here--; at.here == 0 {
		delete(p.of, key)
	}
}

// counted refuses a request of a user who has too many waiting, before its form is read. It waits before it answers: a program that retried
// at once would cost more than one that waits.
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

// placed runs a signed-in user's request when there is a place for it. It takes the user's own place first, so that one member's requests
// do not hold the team's places.
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

// timed ends the work on a request when its time is up or its browser is gone, so that a database search stops at once. The error page gets
// extra time.
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

// timeFor is how long a request may take: longer with a form, longer still with a picture.
func (s *Server) timeFor(c echo.Context) time.Duration {
	switch m := c.Request().Method; {
	case m == http.MethodGet || m == http.MethodHead:
		return s.pageTime
	case s.routeOf(c).body.file > 0:
		return domain.FormTime + uploadTime
	}
	return domain.FormTime
}
