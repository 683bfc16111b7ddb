package handlers_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
)

// slowText is the slowest text of its length to search for in the data that slowSearch makes.
var slowText = strings.Repeat("a", domain.MaxSearch-1) + "b"

// slowSearch gives a team clients with long comments, so that a search takes long with few rows.
func slowSearch(t *testing.T, v visit, n int) {
	t.Helper()
	v.raw.AddSlowClients(v.user.TeamID, n, strings.Repeat("a", 10_000))
}

// Reads: a page that takes too long is stopped and says what to do.
func TestSecurityPageTime(t *testing.T) {
	t.Parallel()
	log := &lines{}
	v := annWith(t, func(s *handlers.Server) {
		s.SetPageTime(300 * time.Millisecond)
		s.Log = slog.New(slog.NewTextHandler(log, nil))
	})
	slowSearch(t, v, 4000) // takes a minute unless stopped
	slow := "/clients?q=" + slowText
	began := time.Now()
	a := v.get(slow)
	a.want(t, 503, "This took too long", "<html")
	if a.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	if strings.Contains(log.String(), "level=ERROR") || strings.Count(log.String(), "level=WARN") != 1 {
		t.Errorf("the log says %s", log)
	}
	v.htmx = true
	a = v.get(slow + "&part=list")
	a.want(t, 503, "This took too long")
	if a.Header().Get("HX-Retarget") != "#toasts" || strings.Contains(a.body, "<html") {
		t.Errorf("htmx gets %v", a.Header())
	}
	v.htmx = false
	v.get("/mailings/new?find="+slowText).want(t, 503, "This took too long")
	v.server.SetPageTime(patience)
	v.get("/messages").want(t, 200)
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it was not stopped for %v", took)
	}
}

// held is a mailbox that does not answer until it is released.
type held struct{ entered, release chan struct{} }

func (h held) Letters() []domain.CaughtLetter {
	h.entered <- struct{}{}
	<-h.release
	return nil
}

func (held) Letter(int64) (domain.CaughtLetter, error) {
	return domain.CaughtLetter{}, domain.ErrNotFound
}

// asking asks n times at once. The statuses arrive as the answers do.
func (b *browser) asking(n int, path string) <-chan int {
	done := make(chan int, n)
	for range n {
		r := httptest.NewRequest(http.MethodGet, "http://"+publicHost+path, nil)
		for _, cookie := range b.cookies {
			r.AddCookie(cookie)
		}
		go func() {
			w := httptest.NewRecorder()
			b.site.handler.ServeHTTP(w, r)
			done <- w.Code
		}()
	}
	return done
}

// Reads: a place for each user and team.
func TestSecurityPlaces(t *testing.T) {
	t.Parallel()
	box := held{make(chan struct{}, 100), make(chan struct{})}
	v := annWith(t, func(s *handlers.Server) { s.Mailbox = box })
	mate := v.userOf("mate@example.com", domain.RoleUser)
	v.raw.Set("users", "team_id", v.user.TeamID, "id", mate.ID)
	colleague, other := v.enter(mate), v.enter(v.userOf("other@example.com", domain.RoleUser))
	entered := func(t *testing.T, n int, whose string) {
		t.Helper()
		for range n {
			select {
			case <-box.entered:
			case <-time.After(patience):
				t.Fatalf("a request of %s is not worked on", whose)
			}
		}
		if more := len(box.entered); more > 0 {
			t.Fatalf("%d requests too many of %s are worked on", more, whose)
		}
	}
	all := v.asking(5, "/mailbox")
	entered(t, domain.RequestsPerUser, "a user")
	colleagues := colleague.asking(5, "/mailbox")
	entered(t, min(domain.RequestsPerUser, domain.RequestsPerTeam-domain.RequestsPerUser), "a colleague")
	t.Run("others do not wait", func(t *testing.T) {
		other.get("/clients").want(t, 200)
		st := v.site.browser()
		for _, path := range []string{"/", "/blog", "/login", "/healthz", "/readyz", "/blog/feed.xml"} {
			st.get(path).want(t, 200)
		}
		for _, path := range []string{"/healthz", "/readyz"} {
			v.get(path).want(t, 200)
		}
	})
	t.Run("and no more wait than a browser sends at once", func(t *testing.T) {
		for done, n := v.asking(40, "/mailbox"), 40-(domain.RequestsPerUser+domain.RequestsWaiting-5); n > 0; n-- {
			if status := <-done; status != http.StatusTooManyRequests {
				t.Fatalf("status %d", status)
			}
		}
	})
	close(box.release)
	for _, done := range []<-chan int{all, colleagues} {
		for range 5 {
			if status := <-done; status != http.StatusOK {
				t.Errorf("status %d", status)
			}
		}
	}
	v.get("/clients").want(t, 200)
}

// A browser that leaves while it waits gives up its place in the queue, and one that waits too long gets an error.
func TestAbandonedPlaces(t *testing.T) {
	t.Parallel()
	box := held{make(chan struct{}, 100), make(chan struct{})}
	v := annWith(t, func(s *handlers.Server) { s.Mailbox = box })
	done := v.asking(domain.RequestsPerUser, "/mailbox")
	for range domain.RequestsPerUser {
		<-box.entered
	}
	v.server.SetPageTime(200 * time.Millisecond)
	v.get("/clients").want(t, 503, "This took too long")
	v.server.SetPageTime(patience)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequest(http.MethodGet, "http://"+publicHost+"/clients", nil).WithContext(ctx)
	if a := v.do(r); a.Code != 400 || a.body != "" {
		t.Errorf("status %d: %s", a.Code, a.body)
	}
	close(box.release)
	for range domain.RequestsPerUser {
		<-done
	}
	v.get("/clients").want(t, 200)
	if n := v.server.PlacesTaken(); n != 0 {
		t.Errorf("%d places are still known", n)
	}
}
