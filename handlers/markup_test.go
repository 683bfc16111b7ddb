package handlers_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"postrider/domain"
)

// heavyTexts are short texts that would expand to many bytes or take long to render, with the message about each.
var heavyTexts = map[string]struct{ text, why string }{
	"a long definition":      {"[a]: https://x.example/" + strings.Repeat("u", 10_000) + "\n\n" + strings.Repeat("[a] ", 3_000), "repeat long addresses"},
	"brackets":               {"Hello\n\n" + strings.Repeat("[a](", 20_000), "The paragraph on line 3 has too many brackets"},
	"images":                 {strings.Repeat("![a](b", 20_000), "The paragraph on line 1 has too many brackets"},
	"stars":                  {strings.Repeat("*a_ ", 20_000), "The paragraph on line 1 has too many brackets"},
	"a table":                {strings.Repeat("|a", 500) + "\n" + strings.Repeat("|-", 500) + "\n" + strings.Repeat("|\n", 500), "Tables have more than 20,000 cells"},
	"characters that expand": {strings.Repeat(`"`, 30_000), "Once formatted, the text is larger than 100 KB"},
	"nested emphasis":        {strings.Repeat("*", 1_000) + "a" + strings.Repeat("*", 1_000), "nested more than 100 levels deep"},
	"more than the maximum":  {strings.Repeat("a", 200_001), "at most 200,000 bytes"},
}

func TestHeavyMessages(t *testing.T) {
	t.Parallel()
	asBoth(t, func(t *testing.T, v visit) {
		kept := v.message("Kept", "As it was")
		for name, c := range heavyTexts {
			t.Run(name, func(t *testing.T) {
				a := v.submit("/messages/preview", "subject", "News", "body", c.text)
				a.want(t, 200, c.why)
				a.wantLack(t, "<", "aaaaaaaaaa")
				a = v.submit("/messages", "subject", "News", "body", c.text)
				a.wantMistake(t, "message-new", "body", c.why)
				a.want(t, 422, `value="News"`, strings.ReplaceAll(c.text[:40], `"`, "&#34;"))
				a = v.submit(path("messages", kept.ID), "subject", "News", "body", c.text, "version", "1")
				a.want(t, 422, c.why)
				if m, err := v.store.Message(t.Context(), domain.CommandLineActor(), domain.View, kept.ID); err != nil || m.Body != "As it was" {
					t.Errorf("kept %.40q, %v", m.Body, err)
				}
			})
		}
	})
	t.Run("one saved before there were limits says so in its preview", func(t *testing.T) {
		v := ann(t)
		m := v.message("Old", "Text")
		v.raw.Set("messages", "body", heavyTexts["brackets"].text, "id", m.ID)
		v.get(path("messages", m.ID)+"/preview").want(t, 200, heavyTexts["brackets"].why)
		v.get(path("messages", m.ID)).want(t, 200, "Old")
		v.get(path("messages", m.ID)+"/edit").want(t, 200, "[a](")
	})
}

func TestHeavyArticles(t *testing.T) {
	t.Parallel()
	asBothEditors(t, func(t *testing.T, v visit) {
		for name, c := range heavyTexts {
			t.Run(name, func(t *testing.T) {
				a := v.submit("/posts/preview", "title", "News", "content", c.text)
				a.want(t, 200, c.why)
				a.wantLack(t, "<", "aaaaaaaaaa")
				a = v.submit("/posts", "title", "News", "content", c.text)
				a.want(t, 422, c.why, `value="News"`, strings.ReplaceAll(c.text[:40], `"`, "&#34;"))
			})
		}
	})
	t.Run("one saved before there were limits is shown as typed, also in the feed, and can be renamed", func(t *testing.T) {
		v := editorOf(t)
		v.wantGone(t, v.submit("/posts", "title", "Old one", "content", "Text", "publish", "now"), "/posts")
		v.raw.Set("posts", "content", "<b>\n\n"+heavyTexts["brackets"].text)
		v.browser = v.site.browser()
		v.get("/blog/old-one").want(t, 200, "<pre>&lt;b&gt;", "[a]([a](")
		v.get("/blog").want(t, 200, "Old one")
		v.get("/blog/feed.xml").want(t, 200, "Old one", "[a]([a](")
		v.login("ann@example.com")
		v.byHtmx(func() {
			v.submit("/posts/1", "title", "New one", "slug", "old-one", "published_at", "2026-03-01T10:00", "version", "1", "part", "row").want(t, 200, "New one")
		})
	})
}

// Only a few texts of one user are rendered at once; the next one waits and is then refused, while other users' texts are rendered.
func TestRendersAtOnce(t *testing.T) {
	t.Parallel()
	v := ann(t)
	v.server.SetRenderWait(50 * time.Millisecond)
	m := v.message("News", "Hello")
	var ends []func()
	for range domain.MaxRenders {
		ends = append(ends, v.server.HoldRender(v.user.ID))
	}
	for name, ask := range map[string]func() answer{
		"a preview of typed text":            func() answer { return v.submit("/messages/preview", "subject", "News", "body", "Hello") },
		"a preview of saved text":            func() answer { return v.get(path("messages", m.ID) + "/preview") },
		"saving, which keeps the typed text": func() answer { return v.submit("/messages", "subject", "News", "body", "Hello, all") },
	} {
		a := ask()
		a.want(t, http.StatusTooManyRequests, "Too many attempts. Wait 2 seconds")
		if a.Header().Get("Retry-After") != "2" {
			t.Errorf("%s: Retry-After is %q", name, a.Header().Get("Retry-After"))
		}
		if name[0] == 's' {
			a.want(t, http.StatusTooManyRequests, "Hello, all</textarea>")
		}
	}
	v.server.SetRenderWait(patience)
	bob, _ := v.signedIn("bob@example.com")
	bob.submit("/messages/preview", "subject", "News", "body", "Hello").want(t, 200, "Hello")
	ends[0]()
	v.submit("/messages/preview", "subject", "News", "body", "Hello").want(t, 200, "Hello")
}

// Rendering a preview stops when its reader leaves.
func TestPreviewEndsWithTheReader(t *testing.T) {
	v := editorOf(t)
	for _, to := range []string{"/messages/preview", "/posts/preview"} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		form := url.Values{"subject": {"News"}, "title": {"News"}, "body": {"Hello **you**"}, "content": {"Hello **you**"}}
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if a := v.do(r); strings.Contains(a.body, "<strong>") {
			t.Errorf("%s: %d %s", to, a.Code, a.body)
		}
	}
}

// The total number of texts rendered at once is limited by the processors.
func TestRendersAtOnceInAll(t *testing.T) {
	t.Parallel()
	v := ann(t)
	v.server.SetRenderWait(patience)
	var ends []func()
	for i := range 2 * runtime.GOMAXPROCS(0) {
		ends = append(ends, v.server.HoldRender(int64(1000+i)))
	}
	go ends[0]() // before the request asks, or while it waits
	v.submit("/messages/preview", "subject", "News", "body", "Hello").want(t, 200, "Hello")
	end := v.server.HoldRender(5000)
	v.server.SetRenderWait(50 * time.Millisecond)
	v.submit("/messages/preview", "subject", "News", "body", "Hello").want(t, http.StatusTooManyRequests)
	end()
}

func TestLimitsPage(t *testing.T) {
	t.Parallel()
	st := open(t)
	st.userOf("boss@example.com", domain.RoleAdmin)
	b := st.browser()
	b.login("boss@example.com")
	a := b.get("/limits")
	a.want(t, 200, "<h1>Limits</h1>", "Comment on a client", "Message text", "200 KB", "Table cells per text", "20,000 cells")
	if rows := strings.Count(a.body, "<tr>"); rows != 1+len(domain.Limits()) {
		t.Errorf("%d rows for %d limits", rows, len(domain.Limits()))
	}
	b.get("/audit").want(t, 200, `href="/limits"`)
	b.submit("/language", "lang", "ru")
	b.get("/limits").wantRussian(t, 200, "the limits")
}
