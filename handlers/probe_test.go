package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postrider/handlers"
	"postrider/store/storetest"
)

// Connections: probes have no visitor: they read neither a session nor anything else.
func TestSecurityProbesReadNothing(t *testing.T) {
	v := annWith(t, func(s *handlers.Server) { s.SignUp = "closed" })
	v.raw.Lose("sessions")
	v.raw.Lose("users")
	v.get("/clients").want(t, 500)
	for _, host := range []string{publicHost, "10.0.0.7:8080", "[2001:db8::1]", "evil.test"} {
		for _, path := range []string{"/healthz", "/readyz"} {
			r := httptest.NewRequest(http.MethodGet, "http://"+publicHost+path, nil)
			r.Host = host
			a := v.do(r)
			a.want(t, 200, "ok")
			if len(a.Result().Cookies()) > 0 || a.Header().Get("Content-Security-Policy") != policy {
				t.Errorf("%s at %s: headers %v", path, host, a.Header())
			}
		}
	}
	t.Run("also for a closed database", func(t *testing.T) {
		closed := storetest.OpenAt(t, filepath.Join(t.TempDir(), "closed.db"))
		v := annWith(t, func(s *handlers.Server) { s.Store = closed })
		if err := closed.Close(); err != nil {
			t.Fatal(err)
		}
		v.get("/healthz").want(t, 200, "ok")
		v.get("/readyz").want(t, 503, "the database cannot be written")
	})
}

// Connections: all readiness requests share one check per second, which has a short time limit.
func TestSecurityReadiness(t *testing.T) {
	t.Parallel()
	v := ann(t)
	probe := func() string {
		return strings.Join(v.raw.Rows("settings", "value", "name", "probe"), "")
	}
	v.get("/readyz").want(t, 200, "ok")
	first := probe()
	for range 50 {
		v.get("/readyz").want(t, 200, "ok")
	}
	if probe() != first {
		t.Error("a second look within a second")
	}
	v.site.now = v.site.now.Add(time.Second)
	v.get("/readyz").want(t, 200, "ok")
	if probe() == first {
		t.Error("what is written stays the same, so nothing is written")
	}
	v.site.now = v.site.now.Add(time.Second)
	began := time.Now()
	locked := v.raw.Lock()
	for done, n := v.asking(40, "/readyz"), 40; n > 0; n-- {
		if status := <-done; status != http.StatusServiceUnavailable {
			t.Fatalf("status %d while the lock is held elsewhere", status)
		}
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("the answers took %v", took)
	}
	locked()
	v.get("/readyz").want(t, 503, "another program has locked it")
	v.site.now = v.site.now.Add(time.Second)
	v.get("/readyz").want(t, 200, "ok")
}

// A process that holds the write lock does not block reading, not even when a session's last use has to be recorded.
func TestReadingWhileLocked(t *testing.T) {
	v := ann(t)
	v.site.now = v.site.now.Add(time.Hour)
	defer v.raw.Lock()()
	began := time.Now()
	for range 3 {
		v.get("/clients").want(t, 200)
	}
	if took := time.Since(began); took > 9*time.Second {
		t.Errorf("the pages took %v", took)
	}
}

func TestProbes(t *testing.T) {
	b := open(t).browser()
	b.get("/healthz").want(t, 200, "ok")
	b.get("/readyz").want(t, 200, "ok")
	t.Run("readyz is 503 when the database cannot be written", func(t *testing.T) {
		closed := storetest.OpenAt(t, filepath.Join(t.TempDir(), "closed.db"))
		st := open(t, func(s *handlers.Server) { s.Store = closed })
		if err := closed.Close(); err != nil {
			t.Fatal(err)
		}
		st.browser().get("/readyz").want(t, 503, "the database cannot be written")
	})
}
