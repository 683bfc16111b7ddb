package e2e

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// mostWeight is the limit for a page without pictures and everything it loads, in bytes on the wire.
const mostWeight = 60_000

// scales records what a tab loads.
type scales struct {
	mu     sync.Mutex
	asked  map[network.RequestID]string // addresses by request
	weight map[string]int               // bytes received, with headers, by address
}

// listen receives the events of the tab. It must not block.
func (s *scales) listen(event any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		s.asked[e.RequestID] = e.Request.URL
	case *network.EventLoadingFinished:
		s.weight[s.asked[e.RequestID]] = int(e.EncodedDataLength)
	}
}

// loaded reports whether everything requested has arrived.
func (s *scales) loaded() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.weight) > 1 && len(s.weight) == len(s.asked)
}

func TestWeight(t *testing.T) {
	browserPath(t)
	b := serveBlog(t)
	for _, title := range []string{"One", "Two", "Three", "Four"} {
		b.write(title, strings.ToLower(title), time.Now().Add(-time.Hour))
	}
	for _, path := range []string{"/", "/blog", "/blog/one"} {
		t.Run("of "+path+" is small for a stranger who comes for the first time", func(t *testing.T) {
			v := browse(t, b.url, "ru")
			s := &scales{asked: map[network.RequestID]string{}, weight: map[string]int{}}
			if _, err := chromedp.Call(v.ctx, network.Enable, network.EnableParams{}); err != nil {
				t.Fatal(err)
			}
			if err := chromedp.Listen(v.ctx, s.listen); err != nil {
				t.Fatal(err)
			}
			v.open(path)
			wait(t, "everything to load", s.loaded)
			total := 0
			for url, bytes := range s.weight {
				t.Logf("%6d %s", bytes, strings.TrimPrefix(url, b.url))
				total += bytes
				if !strings.HasPrefix(url, b.url+"/") && !strings.HasPrefix(url, "data:") {
					t.Errorf("it asks somebody else: %s", url)
				}
			}
			if t.Logf("%6d in all", total); total > mostWeight {
				t.Errorf("it weighs %d bytes, more than %d", total, mostWeight)
			}
		})
	}
}
