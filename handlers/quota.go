package handlers

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"postrider/domain"
)

// newTeamQuota returns the limits of new teams: strict where anyone can sign up, none where the operator decides who comes in.
func (s *Server) newTeamQuota() domain.Quota {
	if !s.SignUp.TakesStrangers() || domain.IsLoopback(s.URL.Host) {
		return domain.Quota{}
	}
	return domain.NewTeamQuota()
}

// teamQuota limits what a team may keep, send and do. A limit missing from the form stays as it is.
func (s *Server) teamQuota(c echo.Context) error {
	teamID, err := number(c, "id")
	if err != nil {
		return err
	}
	people, err := s.Store.TeamUsers(c.Request().Context(), teamID)
	if err != nil {
		return err
	}
	if len(people) == 0 {
		return domain.ErrNotFound
	}
	back := people[0].ID // return to the page with the form
	for _, u := range people {
		if strconv.FormatInt(u.ID, 10) == typed(c, "user_id") {
			back = u.ID
		}
	}
	q, err := s.Store.Quota(c.Request().Context(), teamID, s.Now())
	if err != nil {
		return err
	}
	if err = readQuota(c, &q); err == nil {
		err = s.Store.SetQuota(c.Request().Context(), actor(c), teamID, q, s.Now())
	}
	if err != nil {
		return s.userError(c, err, back)
	}
	s.Wake()
	return s.done(c, "/users/"+strconv.FormatInt(back, 10), domain.Say("Team limits saved."))
}

// readQuota reads the limits present in the form into the quota.
func readQuota(c echo.Context, q *domain.Quota) error {
	wrong := domain.Invalid{}
	for _, l := range q.Limits() {
		if c.Request().PostForm.Has(l.Name) {
			*l.Limit = limitOf(c, wrong, l.Name)
		}
	}
	return wrong.Or()
}

// limitOf reads a limit: a whole number, or nil for no limit if the field is empty.
func limitOf(c echo.Context, wrong domain.Invalid, field string) *int {
	text := strings.TrimSpace(typed(c, field))
	if text == "" {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > math.MaxInt32 {
		wrong.Add(field, "Enter a whole number, or leave empty for no limit.")
		return nil
	}
	return &n
}

// limitTyped is a limit as its field shows it.
func limitTyped(limit *int) string {
	if limit == nil {
		return ""
	}
	return strconv.Itoa(*limit)
}

// uncounted are the POSTs of signed-in users that are never rate limited: those that stop something, end a session, or save nothing.
var uncounted = map[string]bool{
	"/logout": true, "/profile/sessions": true,
	"/mailings/:id/pause": true, "/mailings/:id/disable": true, "/users/:id/block": true,
	"/messages/preview": true, "/posts/preview": true,
}

// maxBuckets is how many buckets are kept before the full ones are dropped.
const maxBuckets = 1000

// writes counts what teams and users saved in the last minute.
type writes struct {
	mu      sync.Mutex
	buckets map[string]*domain.Bucket
}

// take counts one write for a name, or returns how long to wait.
func (w *writes) take(name string, perMinute int, now time.Time) (wait time.Duration, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.buckets) > maxBuckets {
		for name, b := range w.buckets {
			if b.Idle(now) {
				delete(w.buckets, name)
			}
		}
	}
	b := w.buckets[name]
	if b == nil {
		b = &domain.Bucket{}
		if w.buckets == nil {
			w.buckets = map[string]*domain.Bucket{}
		}
		w.buckets[name] = b
	}
	return b.Take(perMinute, now)
}

// paced refuses writes that come too fast, before their forms are read: all writes share one disk.
func (s *Server) paced(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		u := user(c)
		if c.Request().Method != http.MethodPost || u.ID == 0 || uncounted[c.Path()] {
			return next(c)
		}
		if wait, ok := s.writes.take("user "+strconv.FormatInt(u.ID, 10), domain.UserWrites, s.Now()); !ok {
			return domain.TooMany{RetryAfter: wait, Why: domain.Say("You've saved more in the last minute than one person can. Nothing was saved this time. If you go back, your browser still has what you typed.")}
		}
		limit, err := s.Store.MaxWrites(c.Request().Context(), u.TeamID)
		if errors.Is(err, domain.ErrNotFound) || err == nil && limit == nil {
			return next(c)
		}
		if err != nil {
			return err
		}
		if wait, ok := s.writes.take("team "+strconv.FormatInt(u.TeamID, 10), *limit, s.Now()); !ok {
			return domain.TooMany{RetryAfter: wait, Why: domain.Say("Your team can save %d times a minute. Nothing was saved this time. If you go back, your browser still has what you typed.", *limit)}
		}
		return next(c)
	}
}
