package handlers

import (
	"fmt"
	"testing"
	"time"

	"postrider/store"
)

func TestShelf(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	t.Run("never holds more than it may", func(t *testing.T) {
		var s shelf
		for i := range 200 {
			s.put(store.PostsState{}, shelfKey{uri: fmt.Sprint("/", i%150)}, parcel{zipped: make([]byte, 300_000)})
			held := 0
			for key, p := range s.parcels {
				held += len(p.zipped) + len(key.uri) + shelfEach
			}
			if held != s.size || held > shelfMost {
				t.Fatalf("it holds %d bytes and believes %d", held, s.size)
			}
		}
	})
	t.Run("gives what is not too old", func(t *testing.T) {
		var s shelf
		s.put(store.PostsState{}, shelfKey{uri: "/"}, parcel{until: now.Add(time.Minute)})
		for age, kept := range map[time.Duration]bool{0: true, time.Minute - 1: true, time.Minute: false} {
			if _, ok := s.get(store.PostsState{}, shelfKey{uri: "/"}, now.Add(age)); ok != kept {
				t.Errorf("after %s: %v", age, ok)
			}
		}
	})
}
