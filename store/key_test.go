package store_test

import (
	"testing"

	"postrider/store/storetest"
)

func TestKey(t *testing.T) {
	s := storetest.Open(t)
	first, err := s.Key(t.Context(), "session")
	if err != nil || len(first) != 32 {
		t.Fatalf("got %d bytes, %v", len(first), err)
	}
	again, err := s.Key(t.Context(), "session")
	if err != nil || string(again) != string(first) {
		t.Errorf("the key has changed, %v", err)
	}
}
