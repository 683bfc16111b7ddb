package handlers

import (
	"fmt"
	"testing"
	"time"

	"postrider/store"
)

func TestPageCache(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	t.Run("never holds more than it may", func(t *testing.T) {
		var s pageCache
		for i := range 200 {
			s.put(store.PostsState{}, cacheKey{uri: fmt.Sprint("/", i%150)}, response{zipped: make([]byte, 300_000)})
			held := 0
			for key, p := range s.responses {
				held += len(p.zipped) + len(key.uri) + entryOverhead
			}
			if held != s.size || held > maxCache {
				t.Fatalf("it holds %d bytes and believes %d", held, s.size)
			}
		}
	})
	t.Run("returns responses that have not expired", func(t *testing.T) {
		var s pageCache
		s.put(store.PostsState{}, cacheKey{uri: "/"}, response{until: now.Add(time.Minute)})
		for age, kept := range map[time.Duration]bool{0: true, time.Minute - 1: true, time.Minute: false} {
			if _, ok := s.get(store.PostsState{}, cacheKey{uri: "/"}, now.Add(age)); ok != kept {
				t.Errorf("after %s: %v", age, ok)
			}
		}
	})
}
