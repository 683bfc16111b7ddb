package store_test

import (
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestDisableMailing(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	setUp := func(t *testing.T) (*store.Store, domain.Mailing, domain.Actor) {
		s := storetest.Open(t)
		_, by := person(t, s, "manager@example.com", domain.RoleManager)
		u := team(t, s, "a@example.com", 3)
		return s, storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Daily), by
	}
	t.Run("cancels the run, and says who, when and why", func(t *testing.T) {
		s, m, by := setUp(t)
		begin(t, s, due)
		held := claim(t, s, 1, 9, due)
		got, err := s.DisableMailing(t.Context(), by, m.ID, "looks like spam", due)
		if err != nil || !got.DisabledAt.Equal(due) || got.DisabledBy != "manager@example.com" || got.DisabledWhy != "looks like spam" ||
			got.Version != m.Version || got.Active() {
			t.Errorf("the mailing is %+v, %v", got, err)
		}
		if r := runs(t, s, m.ID)[0]; r.State != domain.RunCancelled {
			t.Errorf("the run is %+v", r)
		}
		if cleared, _, err := s.Commit(t.Context(), nil, held, due); err != nil || cleared[held[0].ID] {
			t.Errorf("a letter may go: %v, %v", cleared, err)
		}
		if got := lines(t, s, domain.AuditDisable); len(got) != 1 || got[0] != "manager@example.com: "+m.Name+" (looks like spam)" {
			t.Errorf("the log says %q", got)
		}
		if _, err := s.DisableMailing(t.Context(), by, m.ID, "again", due); !refused(err) {
			t.Errorf("a second time: %v", err)
		}
	})
	t.Run("holds against the clock, the team and a retry, until it is enabled", func(t *testing.T) {
		s, m, by := setUp(t)
		begin(t, s, due)
		if _, err := s.PauseMailing(t.Context(), domain.Actor{}, m.ID, due); err != nil {
			t.Fatal(err)
		}
		if _, err := s.DisableMailing(t.Context(), by, m.ID, "spam", due); err != nil {
			t.Fatal(err)
		}
		later := due.AddDate(0, 0, 2).Add(time.Hour)
		begin(t, s, later)
		if coming, err := s.Coming(t.Context()); err != nil || len(coming) != 0 {
			t.Errorf("%d mailings are coming, %v", len(coming), err)
		}
		_, resuming := s.ResumeMailing(t.Context(), domain.Actor{}, m.ID, latest(t, s, m.ID), later)
		_, running := s.RunNow(t.Context(), domain.Actor{}, m.ID, 0, "a@example.com", later)
		_, retrying := s.Retry(t.Context(), domain.Actor{}, m.ID, latest(t, s, m.ID), domain.DeliveryFailed, later)
		for what, err := range map[string]error{"resume": resuming, "run now": running, "retry": retrying} {
			if !refused(err) || !strings.Contains(err.Error(), "disabled") {
				t.Errorf("%s: %v", what, err)
			}
		}
		if got := runs(t, s, m.ID); len(got) != 1 {
			t.Errorf("runs %+v", got)
		}
		if _, err := s.EnableMailing(t.Context(), by, m.ID, later); err != nil {
			t.Fatal(err)
		}
		if m, err := s.ResumeMailing(t.Context(), domain.Actor{}, m.ID, latest(t, s, m.ID), later); err != nil || m.Paused() || m.Disabled() || m.ID == 0 {
			t.Errorf("resumed it is %+v, %v", m, err)
		}
		begin(t, s, later)
		got := runs(t, s, m.ID)
		if len(got) != 3 || got[0].State != domain.RunSending || got[1].State != domain.RunMissed || got[2].State != domain.RunCancelled {
			t.Errorf("enabled, its runs are %+v", got)
		}
		if _, err := s.EnableMailing(t.Context(), by, m.ID, later); !refused(err) {
			t.Errorf("enabled twice: %v", err)
		}
		if got := lines(t, s, domain.AuditEnable); len(got) != 1 {
			t.Errorf("the log says %q", got)
		}
	})
	t.Run("completes a mailing that has no other occurrence", func(t *testing.T) {
		s, m, by := setUp(t)
		m.Schedule.Every = domain.Once
		m, err := s.UpdateMailing(t.Context(), m, now)
		if err != nil {
			t.Fatal(err)
		}
		begin(t, s, due)
		if _, err := s.DisableMailing(t.Context(), by, m.ID, "spam", due); err != nil {
			t.Fatal(err)
		}
		if status(t, s, m.ID) != domain.StatusCompleted {
			t.Errorf("it is %s", status(t, s, m.ID))
		}
	})
}
