package handlers_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/handlers"
	"postrider/static"
)

func number(id int64) string { return strconv.FormatInt(id, 10) }

// broken is a mailbox whose calls fail unexpectedly.
type broken struct{}

func (broken) Letters() []domain.CaughtLetter { panic("a secret detail") }

func (broken) Letter(int64) (domain.CaughtLetter, error) {
	return domain.CaughtLetter{}, errors.New("a secret detail")
}

func TestInternalErrors(t *testing.T) {
	var log bytes.Buffer
	st := open(t, func(s *handlers.Server) {
		s.Mailbox = broken{}
		s.Log = slog.New(slog.NewTextHandler(&log, nil))
	})
	for path, name := range map[string]string{"/mailbox": "a panic", "/mailbox/1": "an error"} {
		t.Run("shows the number of the request and nothing else for "+name, func(t *testing.T) {
			log.Reset()
			a := st.browser().get(path)
			request := a.Header().Get("X-Request-Id")
			a.want(t, 500, request, "<html")
			if strings.Contains(a.body, "secret") {
				t.Error("the detail is shown")
			}
			if strings.Count(log.String(), "level=ERROR") != 1 || !strings.Contains(log.String(), request) || !strings.Contains(log.String(), "secret") {
				t.Errorf("the log says %q", log.String())
			}
		})
		t.Run("leaves the page as it is with htmx for "+name, func(t *testing.T) {
			b := st.browser()
			b.htmx = true
			a := b.get(path)
			a.want(t, 500, a.Header().Get("X-Request-Id"))
			if a.Header().Get("HX-Retarget") != "#toasts" || strings.Contains(a.body, "<html") {
				t.Errorf("headers %v", a.Header())
			}
		})
	}
}

func TestStatic(t *testing.T) {
	b := open(t).browser()
	for _, name := range []string{"app.css", "app.js", "logo.svg", "vendor/htmx-4.0.1.min.js"} {
		a := b.get(static.URL(name))
		a.want(t, 200)
		if a.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %v", name, a.Header())
		}
	}
	b.get("/static/app.css").want(t, 404)
	b.get("/static/").want(t, 404)
	b.get("/static/vendor/").want(t, 404)
}
