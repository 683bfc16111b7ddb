package store_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store/storetest"
)

func TestSnapshotRecipients(t *testing.T) {
	t.Run("continues with the other runs when one fails, and reports it", func(t *testing.T) {
		due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
		path := filepath.Join(t.TempDir(), "postrider.db")
		s := storetest.OpenAt(t, path)
		var mailings []domain.Mailing
		for _, email := range []string{"a@example.com", "b@example.com"} {
			u := team(t, s, email, 2)
			mailings = append(mailings, storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Daily))
		}
		if _, err := s.StartDue(t.Context(), sender, due); err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		_, err = db.ExecContext(t.Context(), `CREATE TRIGGER broken BEFORE INSERT ON deliveries
			WHEN NEW.run_id = (SELECT min(id) FROM runs) BEGIN SELECT RAISE(ABORT, 'broken'); END`)
		if err != nil {
			t.Fatal(err)
		}
		if more, err := s.SnapshotRecipients(t.Context(), due); more || err == nil {
			t.Errorf("more %v, %v", more, err)
		}
		first, second := runs(t, s, mailings[0].ID)[0], runs(t, s, mailings[1].ID)[0]
		if first.State != domain.RunBuilding || second.State != domain.RunSending || second.Counts.Recipients != 2 {
			t.Errorf("the broken run is %s, the other %s with %d recipients", first.State, second.State, second.Counts.Recipients)
		}
	})
}
