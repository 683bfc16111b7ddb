package store_test

import (
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestClientCount(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	s := storetest.Open(t)
	u := team(t, s, "a@example.com", 5)
	other := team(t, s, "b@example.com", 2)
	m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Daily)
	want := func(step string, active, undeliverable int) {
		t.Helper()
		for status, n := range map[domain.ClientStatus]int{"": active + undeliverable, domain.ClientActive: active,
			domain.ClientUndeliverable: undeliverable} {
			quick, err := s.Clients(t.Context(), u.TeamID, store.ClientQuery{Status: status})
			if err != nil {
				t.Fatal(err)
			}
			counted, err := s.Clients(t.Context(), u.TeamID, store.ClientQuery{Status: status, Q: "@"})
			if err != nil {
				t.Fatal(err)
			}
			if quick.Total != n || counted.Total != n {
				t.Errorf("%s: status %q has %d, and %d by a search for all, want %d", step, status, quick.Total, counted.Total, n)
			}
		}
		if size, leftOut, err := s.AudienceSize(t.Context(), m); err != nil || size != active || leftOut != undeliverable {
			t.Errorf("%s: the audience is %d and %d, %v", step, size, leftOut, err)
		}
		if page, err := s.Clients(t.Context(), other.TeamID, store.ClientQuery{}); err != nil || page.Total != 2 {
			t.Errorf("%s: the other team has %d, %v", step, page.Total, err)
		}
	}
	client := func(id int64) domain.Client {
		t.Helper()
		cl, err := s.Client(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return cl
	}
	want("added", 5, 0)
	begin(t, s, due)
	letters := claim(t, s, 1, 10, due)
	refuse(t, s, letters[0], due)
	refuse(t, s, letters[1], due)
	want("two refused", 3, 2)
	if _, err := s.MarkDeliverable(t.Context(), letters[0].ClientID); err != nil {
		t.Fatal(err)
	}
	want("one taken in again", 4, 1)
	moved := client(letters[1].ClientID)
	moved.Email = "moved@example.com"
	if _, err := s.UpdateClient(t.Context(), moved, now); err != nil {
		t.Fatal(err)
	}
	want("the other moved", 5, 0)
	refuse(t, s, letters[2], due)
	for _, letter := range letters[1:3] {
		if err := s.DeleteClient(t.Context(), domain.Actor{}, letter.ClientID, now); err != nil {
			t.Fatal(err)
		}
	}
	want("one of each deleted", 3, 0)
}

// refuse has the relay say of a claimed letter's address that it does not exist.
func refuse(t *testing.T, s *store.Store, c store.Claimed, at time.Time) {
	t.Helper()
	if _, _, err := s.Commit(t.Context(), nil, []store.Claimed{c}, at); err != nil {
		t.Fatal(err)
	}
	res := domain.Result{Stage: domain.StageRcpt, Outcome: domain.OutcomePermanent, Scope: domain.ScopeRecipient,
		Reply: domain.Reply{Code: 550, Enhanced: "5.1.1", Text: "no such user"}}
	_, _, err := s.Commit(t.Context(), []store.Done{{Claimed: c, At: at, Result: res}}, nil, at)
	if err != nil {
		t.Fatal(err)
	}
}
