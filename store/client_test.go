package store_test

import (
	"errors"
	"fmt"
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
		cl, err := s.Client(t.Context(), domain.CommandLineActor(), domain.View, id)
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
	if _, err := s.MarkDeliverable(t.Context(), domain.CommandLineActor(), letters[0].ClientID); err != nil {
		t.Fatal(err)
	}
	want("one taken in again", 4, 1)
	moved := client(letters[1].ClientID)
	moved.Email = "moved@example.com"
	if _, err := s.UpdateClient(t.Context(), domain.CommandLineActor(), moved, now); err != nil {
		t.Fatal(err)
	}
	want("the other moved", 5, 0)
	refuse(t, s, letters[2], due)
	for _, letter := range letters[1:3] {
		if err := s.DeleteClient(t.Context(), domain.CommandLineActor(), letter.ClientID, now); err != nil {
			t.Fatal(err)
		}
	}
	want("one of each deleted", 3, 0)
}

func TestClients(t *testing.T) {
	t.Run("are unique by address within a team, but not across teams", func(t *testing.T) {
		s := storetest.Open(t)
		a, b := storetest.User(t, s, "a@example.com"), storetest.User(t, s, "b@example.com")
		storetest.Client(t, s, a.TeamID, "Client@Почта.example.com")
		_, err := s.CreateClient(t.Context(), domain.CommandLineActor(), domain.Client{TeamID: a.TeamID, Email: "client@почта.EXAMPLE.com"}, now)
		var wrong domain.Invalid
		if !errors.As(err, &wrong) || wrong["email"].Key == "" {
			t.Errorf("the same address in the same team gave %v", err)
		}
		storetest.Client(t, s, b.TeamID, "client@почта.example.com")
	})
	t.Run("are listed only for their own team", func(t *testing.T) {
		s := storetest.Open(t)
		a, b := storetest.User(t, s, "a@example.com"), storetest.User(t, s, "b@example.com")
		storetest.Client(t, s, a.TeamID, "mine@example.com")
		storetest.Client(t, s, b.TeamID, "theirs@example.com")
		page, err := s.Clients(t.Context(), a.TeamID, store.ClientQuery{})
		if err != nil || page.Total != 1 || len(page.Rows) != 1 || page.Rows[0].Email != "mine@example.com" {
			t.Errorf("got %+v, %v", page, err)
		}
	})
	t.Run("are paged by key in every order, each once", func(t *testing.T) {
		s := storetest.Open(t)
		u := storetest.User(t, s, "a@example.com")
		for i := range 60 {
			storetest.Client(t, s, u.TeamID, fmt.Sprintf("c%02d@example.com", i*7%60))
		}
		for _, sort := range []string{"", "email", "full_name", "evil; DROP TABLE clients"} {
			seen := map[int64]bool{}
			q := store.ClientQuery{Sort: sort}
			for pages := 0; ; pages++ {
				page, err := s.Clients(t.Context(), u.TeamID, q)
				if err != nil || page.Total != 60 || pages > 3 {
					t.Fatalf("sort %q page %d: total %d, %v", sort, pages, page.Total, err)
				}
				for _, c := range page.Rows {
					if seen[c.ID] {
						t.Errorf("sort %q gives client %d twice", sort, c.ID)
					}
					seen[c.ID] = true
				}
				if q.After = page.Next; q.After == "" {
					break
				}
			}
			if len(seen) != 60 {
				t.Errorf("sort %q gives %d of 60", sort, len(seen))
			}
		}
	})
	t.Run("are found by Cyrillic words in any case, and % is an ordinary character", func(t *testing.T) {
		s := storetest.Open(t)
		u := storetest.User(t, s, "a@example.com")
		_, err := s.CreateClient(t.Context(), domain.CommandLineActor(), domain.Client{TeamID: u.TeamID, Email: "i@example.com", FullName: "Ирина Ёлкина"}, now)
		if err != nil {
			t.Fatal(err)
		}
		for q, want := range map[string]int{"ёлк": 1, "ИРИНА": 1, "%": 0, "_": 0, "i@ex": 1} {
			page, err := s.Clients(t.Context(), u.TeamID, store.ClientQuery{Q: q})
			if err != nil || page.Total != want || len(page.Rows) != want {
				t.Errorf("%q finds %d, %v; want %d", q, page.Total, err, want)
			}
		}
	})
	t.Run("are not overwritten from an older version", func(t *testing.T) {
		s := storetest.Open(t)
		u := storetest.User(t, s, "a@example.com")
		c := storetest.Client(t, s, u.TeamID, "c@example.com")
		first, second := c, c
		first.FullName, second.FullName = "First", "Second"
		if _, err := s.UpdateClient(t.Context(), domain.CommandLineActor(), first, now); err != nil {
			t.Fatal(err)
		}
		if _, err := s.UpdateClient(t.Context(), domain.CommandLineActor(), second, now); !errors.Is(err, domain.ErrConflict) {
			t.Errorf("the second save gave %v", err)
		}
		if got, err := s.Client(t.Context(), domain.CommandLineActor(), domain.View, c.ID); err != nil || got.FullName != "First" {
			t.Errorf("the client is %+v, %v", got, err)
		}
	})
}

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
	t.Run("a client whose address was refused is marked with the relay's words", func(t *testing.T) {
		page, err := s.Clients(t.Context(), u.TeamID, store.ClientQuery{Status: domain.ClientUndeliverable})
		if err != nil || page.Total != 1 || page.Rows[0].ID != gone.ClientID || page.Rows[0].UndeliverableWhy != "5.1.1 no such user" {
			t.Errorf("got %+v, %v", page, err)
		}
	})
	t.Run("the next run skips it", func(t *testing.T) {
		begin(t, s, due.AddDate(0, 0, 1))
		if r := runs(t, s, m.ID)[0]; r.Counts.Recipients != 1 || size() != [2]int{1, 1} {
			t.Errorf("the run has %d recipients, the audience is %v", r.Counts.Recipients, size())
		}
	})
	t.Run("it is included again when someone marks the address as working", func(t *testing.T) {
		if _, err := s.MarkDeliverable(t.Context(), domain.CommandLineActor(), gone.ClientID); err != nil || size() != [2]int{2, 0} {
			t.Errorf("the audience is %v, %v", size(), err)
		}
	})
}
