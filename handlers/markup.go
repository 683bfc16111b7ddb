package handlers

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/mail/letter"
	"postrider/markdown"
)

// renders limits how many texts are rendered at once: a few per user, and in total only as many as leave the processors room for everything
// else.
type renders struct {
	mu    sync.Mutex
	users map[int64]int
	all   int
	freed chan struct{} // closed when a slot becomes free
	wait  time.Duration // for a slot
}

// rendersPerCore is how many texts are rendered at once for each processor.
const rendersPerCore = 2

// renderWait is how long a text waits for a slot outside of tests. Rendering one takes a fraction of a second.
const renderWait = 2 * time.Second

// begin takes a slot for a user's text, waiting up to r.wait. end gives it back. The error is domain.TooMany or ctx's own.
func (r *renders) begin(ctx context.Context, user int64) (end func(), err error) {
	timeout := time.NewTimer(r.wait)
	defer timeout.Stop()
	for {
		freed := r.take(user)
		if freed == nil {
			return func() { r.give(user) }, nil
		}
		select {
		case <-freed:
		case <-timeout.C:
			return nil, domain.TooMany{RetryAfter: renderWait}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// take takes a slot. If none is free it returns a channel that is closed when one is.
func (r *renders) take(user int64) <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.users[user] < domain.MaxRenders && r.all < rendersPerCore*runtime.GOMAXPROCS(0) {
		if r.users == nil {
			r.users = map[int64]int{}
		}
		r.users[user]++
		r.all++
		return nil
	}
	if r.freed == nil {
		r.freed = make(chan struct{})
	}
	return r.freed
}

func (r *renders) give(user int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all--
	if r.users[user]--; r.users[user] == 0 {
		delete(r.users, user)
	}
	if r.freed != nil {
		close(r.freed)
		r.freed = nil
	}
}

// template prepares a message in one of the user's slots. The error is domain.Invalid, domain.TooMany, or that of the request's context.
func (s *Server) template(c echo.Context, m domain.Message) (*letter.Template, error) {
	ctx := c.Request().Context()
	end, err := s.renders.begin(ctx, user(c).ID)
	if err != nil {
		return nil, err
	}
	defer end()
	return letter.Parse(ctx, letter.Mailing, s.Sender, m.Subject, m.Body)
}

// checkMessage returns domain.Invalid for a message that cannot be saved or rendered. The warning is that of lengthWarning.
func (s *Server) checkMessage(c echo.Context, m domain.Message) (warning domain.Text, err error) {
	if err := m.Check(); err != nil {
		return domain.Text{}, err
	}
	t, err := s.template(c, m)
	if err != nil {
		return domain.Text{}, err
	}
	return lengthWarning(t), nil
}

// lengthWarning warns that Gmail will cut the email off; zero if it will not.
func lengthWarning(t *letter.Template) domain.Text {
	size := t.HTMLSize()
	if size <= letter.MaxHTML {
		return domain.Text{}
	}
	return domain.Say("Gmail clips emails larger than %d KB, and this one is %d KB.", letter.MaxHTML>>10, (size+1023)>>10)
}

// warned puts a warning above the HTML of a letter, for its preview.
func warned(html, warning string) string {
	start := strings.Index(html, "<body")
	start += strings.Index(html[start:], ">") + 1
	return html[:start] + `<p style="margin:0;padding:12px 16px;background:#fff3cd;color:#523b00;font:14px sans-serif">` +
		templ.EscapeString(warning) + `</p>` + html[start:]
}

// articleHTML renders an article in one of the user's slots. The error is domain.Invalid for the field "content", domain.TooMany, or that
// of the request's context.
func (s *Server) articleHTML(c echo.Context, content string) (string, error) {
	if len(content) > domain.MaxContent {
		return "", domain.Invalid{"content": domain.Say("The text is too long. Use at most %d bytes.", domain.MaxContent)}
	}
	ctx := c.Request().Context()
	end, err := s.renders.begin(ctx, user(c).ID)
	if err != nil {
		return "", err
	}
	defer end()
	text, err := markdown.Article(ctx, content)
	var heavy markdown.TooHeavy
	if errors.As(err, &heavy) {
		return "", domain.Invalid{"content": heavy.Why}
	}
	return text, err
}

// noPreview shows in the preview's frame what is wrong with the text, or how long to wait. It returns any other error.
func noPreview(c echo.Context, err error) error {
	status, mistakes := formMistakes(c, err)
	if mistakes == nil {
		return err
	}
	if status == http.StatusUnprocessableEntity {
		status = http.StatusOK // the text is still being typed
	}
	lines := ""
	for _, field := range slices.Sorted(maps.Keys(mistakes)) {
		lines += printer(c).Say(mistakes[field]) + "\n"
	}
	return textFrame(c, status, lines)
}
