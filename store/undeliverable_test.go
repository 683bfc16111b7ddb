package store_test

import (
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestUndeliverable(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	s := storetest.Open(t)
	u := team(t, s, "a@example.com", 2)
	m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Daily)
	begin(t, s, due)
	all := claim(t, s, 1, 10, due)
	gone := all[0]
	refuse(t, s, gone, due)
	end(t, s, all[1], domain.OutcomeSent, due)
	size := func() [2]int {
		n, leftOut, err := s.AudienceSize(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		return [2]int{n, leftOut}
	}
	t.Run("a client whose address was refused is marked with the words of the relay", func(t *testing.T) {
		page, err := s.Clients(t.Context(), u.TeamID, store.ClientQuery{Status: domain.ClientUndeliverable})
		if err != nil || page.Total != 1 || page.Clients[0].ID != gone.ClientID || page.Clients[0].UndeliverableWhy != "5.1.1 no such user" {
			t.Errorf("got %+v, %v", page, err)
		}
	})
	t.Run("the next run leaves it out", func(t *testing.T) {
		begin(t, s, due.AddDate(0, 0, 1))
		if r := runs(t, s, m.ID)[0]; r.Counts.Recipients != 1 || size() != [2]int{1, 1} {
			t.Errorf("the run has %d recipients, the audience is %v", r.Counts.Recipients, size())
		}
	})
	t.Run("it is taken in again when somebody says that the address works", func(t *testing.T) {
		if _, err := s.MarkDeliverable(t.Context(), gone.ClientID); err != nil || size() != [2]int{2, 0} {
			t.Errorf("the audience is %v, %v", size(), err)
		}
	})
}
