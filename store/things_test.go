package store_test

import (
	"errors"
	"fmt"
	"testing"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestClients(t *testing.T) {
	t.Run("are unique by address within a team and not over teams", func(t *testing.T) {
		s := storetest.Open(t)
		a, b := storetest.User(t, s, "a@example.com"), storetest.User(t, s, "b@example.com")
		storetest.Client(t, s, a.TeamID, "Client@Почта.example.com")
		_, err := s.CreateClient(t.Context(), domain.Client{TeamID: a.TeamID, Email: "client@почта.EXAMPLE.com"}, now)
		var wrong domain.Invalid
		if !errors.As(err, &wrong) || wrong["email"].Key == "" {
			t.Errorf("the same address in the same team gave %v", err)
		}
		storetest.Client(t, s, b.TeamID, "client@почта.example.com")
	})
	t.Run("are listed for their own team only", func(t *testing.T) {
		s := storetest.Open(t)
		a, b := storetest.User(t, s, "a@example.com"), storetest.User(t, s, "b@example.com")
		storetest.Client(t, s, a.TeamID, "mine@example.com")
		storetest.Client(t, s, b.TeamID, "theirs@example.com")
		page, err := s.Clients(t.Context(), a.TeamID, store.ClientQuery{})
		if err != nil || page.Total != 1 || len(page.Clients) != 1 || page.Clients[0].Email != "mine@example.com" {
			t.Errorf("got %+v, %v", page, err)
		}
	})
	t.Run("page by key in every order, each once", func(t *testing.T) {
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
				for _, c := range page.Clients {
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
	t.Run("are found by Cyrillic words in any case, and % is only a character", func(t *testing.T) {
		s := storetest.Open(t)
		u := storetest.User(t, s, "a@example.com")
		_, err := s.CreateClient(t.Context(), domain.Client{TeamID: u.TeamID, Email: "i@example.com", FullName: "Ирина Ёлкина"}, now)
		if err != nil {
			t.Fatal(err)
		}
		for q, want := range map[string]int{"ёлк": 1, "ИРИНА": 1, "%": 0, "_": 0, "i@ex": 1} {
			page, err := s.Clients(t.Context(), u.TeamID, store.ClientQuery{Q: q})
			if err != nil || page.Total != want || len(page.Clients) != want {
				t.Errorf("%q finds %d, %v; want %d", q, page.Total, err, want)
			}
		}
	})
	t.Run("are not overwritten by somebody who saw an older version", func(t *testing.T) {
		s := storetest.Open(t)
		u := storetest.User(t, s, "a@example.com")
		c := storetest.Client(t, s, u.TeamID, "c@example.com")
		first, second := c, c
		first.FullName, second.FullName = "First", "Second"
		if _, err := s.UpdateClient(t.Context(), first, now); err != nil {
			t.Fatal(err)
		}
		if _, err := s.UpdateClient(t.Context(), second, now); !errors.Is(err, domain.ErrConflict) {
			t.Errorf("the second save gave %v", err)
		}
		if got, err := s.Client(t.Context(), c.ID); err != nil || got.FullName != "First" {
			t.Errorf("the client is %+v, %v", got, err)
		}
	})
}

func TestMessages(t *testing.T) {
	s := storetest.Open(t)
	u := storetest.User(t, s, "a@example.com")
	storetest.Client(t, s, u.TeamID, "c@example.com")
	m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
	t.Run("cannot be deleted while a mailing uses them", func(t *testing.T) {
		var refused domain.Refused
		if err := s.DeleteMessage(t.Context(), domain.Actor{}, m.MessageID, now); !errors.As(err, &refused) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("can be deleted when the mailing is gone", func(t *testing.T) {
		if err := s.DeleteMailing(t.Context(), domain.Actor{}, m.ID, now); err != nil {
			t.Fatal(err)
		}
		if err := s.DeleteMessage(t.Context(), domain.Actor{}, m.MessageID, now); err != nil {
			t.Errorf("got %v", err)
		}
	})
}

func TestMailings(t *testing.T) {
	s := storetest.Open(t)
	a, b := storetest.User(t, s, "a@example.com"), storetest.User(t, s, "b@example.com")
	mine, theirs := storetest.Client(t, s, a.TeamID, "c@example.com"), storetest.Client(t, s, b.TeamID, "c@example.com")
	m := storetest.Mailing(t, s, a.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Daily)
	foreign := storetest.Message(t, s, b.TeamID, "theirs", "text")
	wrong := map[string]struct {
		field  string
		change func(*domain.Mailing)
	}{
		"refuse another team's message": {"message_id", func(m *domain.Mailing) { m.MessageID = foreign.ID }},
		"refuse another team's client":  {"client_ids", func(m *domain.Mailing) { m.Audience, m.ClientIDs = domain.AudienceClients, []int64{mine.ID, theirs.ID} }},
		"refuse an audience of nobody":  {"client_ids", func(m *domain.Mailing) { m.Audience = domain.AudienceClients }},
		"refuse a window in which nothing can happen": {"ends_at", func(m *domain.Mailing) {
			m.Schedule, _ = domain.NewSchedule("2026-03-01T10:00", "2026-03-02T09:00", "UTC", "once")
		}},
		"refuse a name of two lines": {"name", func(m *domain.Mailing) { m.Name = "a\nb" }},
	}
	for name, test := range wrong {
		t.Run(name, func(t *testing.T) {
			changed := m
			changed.ID = 0
			test.change(&changed)
			var invalid domain.Invalid
			if _, err := s.CreateMailing(t.Context(), changed, now); !errors.As(err, &invalid) || invalid[test.field].Key == "" {
				t.Errorf("creating gave %v", err)
			}
			changed.ID = m.ID
			if _, err := s.UpdateMailing(t.Context(), changed, now); !errors.As(err, &invalid) || invalid[test.field].Key == "" {
				t.Errorf("updating gave %v", err)
			}
		})
	}
	t.Run("refuse everybody when there is nobody", func(t *testing.T) {
		empty := storetest.User(t, s, "empty@example.com")
		msg := storetest.Message(t, s, empty.TeamID, "s", "b")
		var invalid domain.Invalid
		_, err := s.CreateMailing(t.Context(), domain.Mailing{TeamID: empty.TeamID, Name: "n", MessageID: msg.ID,
			Audience: domain.AudienceAll, Schedule: m.Schedule}, now)
		if !errors.As(err, &invalid) || invalid["audience"].Key == "" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("keep the picked clients", func(t *testing.T) {
		picked := m
		picked.Audience, picked.ClientIDs = domain.AudienceClients, []int64{mine.ID}
		saved, err := s.UpdateMailing(t.Context(), picked, now)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Mailing(t.Context(), saved.ID)
		if err != nil || len(got.ClientIDs) != 1 || got.ClientIDs[0] != mine.ID {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("stay in their team's list when they are paused, and in no other", func(t *testing.T) {
		if _, err := s.PauseMailing(t.Context(), domain.Actor{}, m.ID, now); err != nil {
			t.Fatal(err)
		}
		page, err := s.Mailings(t.Context(), a.TeamID, store.MailingQuery{})
		if err != nil || len(page.Mailings) != 1 || !page.Mailings[0].Paused() {
			t.Errorf("the owner sees %+v, %v", page, err)
		}
		page, err = s.Mailings(t.Context(), b.TeamID, store.MailingQuery{})
		if err != nil || len(page.Mailings) != 0 {
			t.Errorf("a stranger sees %+v, %v", page, err)
		}
	})
}

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
