package store_test

import (
	"errors"
	"testing"

	"postrider/domain"
	"postrider/store/storetest"
)

func TestMessages(t *testing.T) {
	s := storetest.Open(t)
	u := storetest.User(t, s, "a@example.com")
	storetest.Client(t, s, u.TeamID, "c@example.com")
	m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
	t.Run("cannot be deleted while a mailing uses them", func(t *testing.T) {
		var refused domain.Refused
		if err := s.DeleteMessage(t.Context(), domain.CommandLineActor(), m.MessageID, now); !errors.As(err, &refused) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("can be deleted once the mailing is deleted", func(t *testing.T) {
		if err := s.DeleteMailing(t.Context(), domain.CommandLineActor(), m.ID, now); err != nil {
			t.Fatal(err)
		}
		if err := s.DeleteMessage(t.Context(), domain.CommandLineActor(), m.MessageID, now); err != nil {
			t.Errorf("got %v", err)
		}
	})
}
