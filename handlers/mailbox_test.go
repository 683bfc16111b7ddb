package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/handlers"
)

// mailbox is a built-in mailbox with one letter.
type mailbox struct{}

func (mailbox) Letters() []domain.CaughtLetter {
	l, _ := mailbox{}.Letter(1)
	return []domain.CaughtLetter{l}
}

func (mailbox) Letter(id int64) (domain.CaughtLetter, error) {
	if id != 1 {
		return domain.CaughtLetter{}, domain.ErrNotFound
	}
	return domain.CaughtLetter{ID: 1, Subject: "<script>x</script>", To: "ann@example.com", Source: []byte("Subject: <b>x\r\n\r\n"),
		Text: "Open http://postrider.test/verify/abc.", HTML: "<script>alert(1)</script>"}, nil
}

func withMailbox(s *handlers.Server) { s.Mailbox = mailbox{} }

func TestMailbox(t *testing.T) {
	t.Run("shows its letters, which can do nothing", func(t *testing.T) {
		b := open(t, withMailbox).browser()
		b.get("/mailbox").want(t, 200, "&lt;script&gt;", `href="/mailbox/1"`)
		b.get("/mailbox/1").want(t, 200, `<iframe class="letter-frame" sandbox src="/mailbox/1/html"`, `href="http://postrider.test/verify/abc"`)
		a := b.get("/mailbox/1/html")
		a.want(t, 200)
		if csp := a.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "sandbox; default-src 'none'") {
			t.Errorf("the frame has the policy %q", csp)
		}
		a = b.get("/mailbox/1/source")
		a.want(t, 200, "Subject: <b>x\r\n")
		if kind := a.Header().Get("Content-Type"); kind != "text/plain; charset=utf-8" {
			t.Errorf("the source is %q", kind)
		}
		for _, path := range []string{"/mailbox/2", "/mailbox/0", "/mailbox/-1", "/mailbox/+1", "/mailbox/01", "/mailbox/x", "/mailbox/9223372036854775808", "/mailbox/2/html"} {
			b.get(path).want(t, 404)
		}
	})
	t.Run("does not exist without one, nor under another host", func(t *testing.T) {
		open(t).browser().get("/mailbox").want(t, 404)
		b := open(t, withMailbox).browser()
		b.do(httptest.NewRequest(http.MethodGet, "http://localhost/mailbox", nil)).want(t, 404)
		b.do(httptest.NewRequest(http.MethodGet, "http://"+publicHost+":81/mailbox", nil)).want(t, 404)
		b.do(httptest.NewRequest(http.MethodGet, "http://evil.test/mailbox/1/html", nil)).want(t, 404)
	})
}
