package store_test

import (
	"errors"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store/storetest"
)

// asking is the consent of a person to whom the clock shows that time, who has agreed to that question.
func asking(at time.Time, agreed string) domain.Consent {
	return domain.Consent{Clock: func() time.Time { return at }, Agreed: agreed}
}

// question is what an error asks; the zero question when it asks nothing.
func question(err error) domain.SendQuestion {
	var asks domain.Unconfirmed
	errors.As(err, &asks)
	return asks.SendQuestion
}

func TestConsent(t *testing.T) {
	by := domain.CommandLineActor()
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	t.Run("a save by a person asks from the moment of the start on, and a yes to what was asked saves", func(t *testing.T) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", 3)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		if _, err := s.UpdateMailing(t.Context(), by, m, asking(due.Add(-time.Millisecond), "")); err != nil {
			t.Fatal(err)
		}
		m.Version++
		_, err := s.UpdateMailing(t.Context(), by, m, asking(due, ""))
		q := question(err)
		if q.Recipients != 3 || q.Already != 0 || q.Subject != "Hello, {{name|friend}}" {
			t.Fatalf("it asks %+v, %v", q, err)
		}
		storetest.Client(t, s, u.TeamID, "one-more@example.com")
		_, err = s.UpdateMailing(t.Context(), by, m, asking(due, q.Key()))
		if again := question(err); again.Recipients != 4 {
			t.Fatalf("of one more it asks %+v, %v", again, err)
		}
		if saved, err := s.UpdateMailing(t.Context(), by, m, asking(due, question(err).Key())); err != nil || saved.Version != m.Version+1 {
			t.Errorf("after the yes: %+v, %v", saved, err)
		}
	})
	t.Run("the question rolls the save back, with its audit", func(t *testing.T) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", 1)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		if _, err := s.PauseMailing(t.Context(), by, m.ID, now); err != nil {
			t.Fatal(err)
		}
		_, err := s.ResumeMailing(t.Context(), by, m.ID, 0, asking(due, ""))
		got, alsoErr := s.Mailing(t.Context(), by, domain.View, m.ID)
		if question(err).Recipients != 1 || !got.Paused() || alsoErr != nil {
			t.Errorf("%v; it is paused: %v, %v", err, got.Paused(), alsoErr)
		}
	})
	t.Run("nothing is asked where the due run would be skipped, or nobody would get anything", func(t *testing.T) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", 1)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "2026-03-20T13:00", "UTC", domain.Daily)
		begin(t, s, due)
		if _, err := s.PauseMailing(t.Context(), by, m.ID, due); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ResumeMailing(t.Context(), by, m.ID, latest(t, s, m.ID), asking(due.Add(time.Hour), "")); err != nil {
			t.Errorf("while a run is sending: %v", err)
		}
		lonely := storetest.User(t, s, "b@example.com")
		client := storetest.Client(t, s, lonely.TeamID, "gone@example.com")
		other := storetest.Mailing(t, s, lonely.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		if err := s.DeleteClient(t.Context(), by, client.ID, now); err != nil {
			t.Fatal(err)
		}
		if _, err := s.PauseMailing(t.Context(), by, other.ID, now); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ResumeMailing(t.Context(), by, other.ID, 0, asking(due, "")); err != nil {
			t.Errorf("with nobody to send to: %v", err)
		}
	})
}
