package store_test

import (
	"errors"
	"testing"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

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
		"reject another team's message": {"message_id", func(m *domain.Mailing) { m.MessageID = foreign.ID }},
		"reject another team's client":  {"client_ids", func(m *domain.Mailing) { m.Audience, m.ClientIDs = domain.AudienceClients, []int64{mine.ID, theirs.ID} }},
		"reject an audience of nobody":  {"client_ids", func(m *domain.Mailing) { m.Audience = domain.AudienceClients }},
		"reject a window without an occurrence": {"ends_at", func(m *domain.Mailing) {
			m.Schedule, _ = domain.NewSchedule("2026-03-01T10:00", "2026-03-02T09:00", "UTC", "once")
		}},
		"reject a name of two lines": {"name", func(m *domain.Mailing) { m.Name = "a\nb" }},
	}
	for name, test := range wrong {
		t.Run(name, func(t *testing.T) {
			changed := m
			changed.ID = 0
			test.change(&changed)
			var invalid domain.Invalid
			if _, err := s.CreateMailing(t.Context(), domain.CommandLineActor(), changed, now); !errors.As(err, &invalid) || invalid[test.field].Key == "" {
				t.Errorf("creating gave %v", err)
			}
			changed.ID = m.ID
			if _, err := s.UpdateMailing(t.Context(), domain.CommandLineActor(), changed, now); !errors.As(err, &invalid) || invalid[test.field].Key == "" {
				t.Errorf("updating gave %v", err)
			}
		})
	}
	t.Run("reject an audience of nobody", func(t *testing.T) {
		empty := storetest.User(t, s, "empty@example.com")
		msg := storetest.Message(t, s, empty.TeamID, "s", "b")
		var invalid domain.Invalid
		_, err := s.CreateMailing(t.Context(), domain.CommandLineActor(), domain.Mailing{TeamID: empty.TeamID, Name: "n", MessageID: msg.ID,
			Audience: domain.AudienceAll, Schedule: m.Schedule}, now)
		if !errors.As(err, &invalid) || invalid["audience"].Key == "" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("keep the selected clients", func(t *testing.T) {
		picked := m
		picked.Audience, picked.ClientIDs = domain.AudienceClients, []int64{mine.ID}
		saved, err := s.UpdateMailing(t.Context(), domain.CommandLineActor(), picked, now)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Mailing(t.Context(), domain.CommandLineActor(), domain.View, saved.ID)
		if err != nil || len(got.ClientIDs) != 1 || got.ClientIDs[0] != mine.ID {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("stay in their own team's list, and only there, when they are paused", func(t *testing.T) {
		if _, err := s.PauseMailing(t.Context(), domain.CommandLineActor(), m.ID, now); err != nil {
			t.Fatal(err)
		}
		page, err := s.Mailings(t.Context(), a.TeamID, store.MailingQuery{})
		if err != nil || len(page.Rows) != 1 || !page.Rows[0].Paused() {
			t.Errorf("the owner sees %+v, %v", page, err)
		}
		page, err = s.Mailings(t.Context(), b.TeamID, store.MailingQuery{})
		if err != nil || len(page.Rows) != 0 {
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
