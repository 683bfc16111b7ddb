package store_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestRetry(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	ended := func(t *testing.T, outcome domain.Outcome) (*store.Store, domain.Mailing) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", 3)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "2026-03-10T15:00", "UTC", domain.Once)
		begin(t, s, due)
		all := claim(t, s, 1, 10, due)
		end(t, s, all[0], domain.OutcomeSent, due)
		end(t, s, all[1], outcome, due)
		end(t, s, all[2], outcome, due)
		return s, m
	}
	for state, outcome := range map[domain.DeliveryState]domain.Outcome{
		domain.DeliveryFailed: domain.OutcomePermanent, domain.DeliveryUnknown: domain.OutcomeUncertain} {
		t.Run("requeues the "+string(state)+" letters, and only those", func(t *testing.T) {
			s, m := ended(t, outcome)
			if got := status(t, s, m.ID); got != domain.StatusCompleted {
				t.Fatalf("before, the mailing is %s", got)
			}
			if n, err := s.Retry(t.Context(), domain.CommandLineActor(), m.ID, latest(t, s, m.ID), state, due.Add(time.Hour)); err != nil || n != 2 {
				t.Fatalf("%d letters, %v", n, err)
			}
			if got := status(t, s, m.ID); got != domain.StatusRunning {
				t.Errorf("after, the mailing is %s", got)
			}
			again := claim(t, s, 1, 10, due.Add(time.Hour))
			for _, c := range again {
				end(t, s, c, domain.OutcomeSent, due.Add(time.Hour))
			}
			r := runs(t, s, m.ID)[0]
			if len(again) != 2 || r.State != domain.RunDone || r.Counts.Sent != 3 || r.Counts.Failed+r.Counts.Unknown != 0 {
				t.Errorf("%d went again, the run is %s with %+v", len(again), r.State, r.Counts)
			}
		})
	}
	t.Run("requeues a large run in several transactions, except for a deleted client", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "p.db")
		s := storetest.OpenAt(t, path)
		u := team(t, s, "a@example.com", 1)
		if err := storetest.AddClients(t.Context(), path, u.TeamID, 4500, now); err != nil {
			t.Fatal(err)
		}
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "2026-03-10T15:00", "UTC", domain.Once)
		begin(t, s, due)
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		_, err = db.Exec(`UPDATE deliveries SET state = 'failed'; UPDATE runs SET failed = recipients, state = 'done'`)
		if err != nil {
			t.Fatal(err)
		}
		page, err := s.Clients(t.Context(), u.TeamID, store.ClientQuery{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.DeleteClient(t.Context(), domain.CommandLineActor(), page.Rows[0].ID, now); err != nil {
			t.Fatal(err)
		}
		n, err := s.Retry(t.Context(), domain.CommandLineActor(), m.ID, latest(t, s, m.ID), domain.DeliveryFailed, due)
		if r := runs(t, s, m.ID)[0]; err != nil || n != 4500 || r.State != domain.RunSending || r.Counts.Waiting != 4500 || r.Counts.Failed != 1 {
			t.Errorf("%d letters, %v; the run is %s with %+v", n, err, r.State, r.Counts)
		}
		log, err := s.Audit(t.Context(), store.AuditQuery{Action: domain.AuditRetry})
		if err != nil || len(log.Rows) != 1 || log.Rows[0].Subject != m.Name || log.Rows[0].Detail != "failed" {
			t.Errorf("the audit log says %+v, %v", log.Rows, err)
		}
	})
	t.Run("is refused when the time of the run is over", func(t *testing.T) {
		s, m := ended(t, domain.OutcomePermanent)
		var refused domain.Refused
		if _, err := s.Retry(t.Context(), domain.CommandLineActor(), m.ID, latest(t, s, m.ID), domain.DeliveryFailed, due.Add(2*time.Hour)); !errors.As(err, &refused) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("is refused when there are no such letters, and for sent ones", func(t *testing.T) {
		s, m := ended(t, domain.OutcomePermanent)
		for _, state := range []domain.DeliveryState{domain.DeliveryUnknown, domain.DeliverySent} {
			var refused domain.Refused
			if _, err := s.Retry(t.Context(), domain.CommandLineActor(), m.ID, latest(t, s, m.ID), state, due.Add(time.Hour)); !errors.As(err, &refused) {
				t.Errorf("%s: got %v", state, err)
			}
		}
	})
}
