package jobs_test

import (
	"database/sql"
	"log/slog"
	"testing"
	"time"

	"postrider/domain"
	"postrider/jobs"
	"postrider/mail/mailtest"
	"postrider/mail/relay"
	"postrider/store/storetest"
)

// TestReleasedRunsGoOn makes the current sender continue a run during which an earlier version was killed.
func TestReleasedRunsGoOn(t *testing.T) {
	const dir = "../store/testdata/released"
	for _, name := range storetest.Released(t, dir) {
		t.Run(name, func(t *testing.T) {
			path := storetest.Unpack(t, dir, name)
			s := &site{path: path, logged: &logged{}, office: &office{t: t, store: storetest.OpenAt(t, path),
				relay: mailtest.New(t, mailtest.Config{}), now: time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)}}
			due := map[string]int{} // letters that may still be sent, by address
			s.file(func(db *sql.DB) error {
				rows, err := db.Query(`SELECT email, state = 'claimed' FROM deliveries`)
				if err != nil {
					return err
				}
				defer rows.Close()
				for rows.Next() {
					var to string
					var waits int
					if err := rows.Scan(&to, &waits); err != nil {
						return err
					}
					due[to] += waits
				}
				return rows.Err()
			})
			conf, err := relay.ParseURL(s.relay.URL())
			if err != nil {
				t.Fatal(err)
			}
			s.conf = jobs.Config{Store: s.store, Dial: conf.Dial, From: "Postrider <news@example.com>", Connections: connections,
				Every: 10 * time.Millisecond, Now: s.clock, Log: slog.New(slog.NewTextHandler(s.logged, nil))}
			s.newSender()
			s.run()
			run := s.until(domain.Mailing{ID: 3}, "the run to end", over)
			if run.State != domain.RunDone || run.Counts.Sent != 23 || run.Counts.Failed != 1 {
				t.Errorf("the run is %s with %+v", run.State, run.Counts)
			}
			total := 0
			for to, n := range s.copies() {
				total += n
				if n != due[to] {
					t.Errorf("%s got %d letters, want %d", to, n, due[to])
				}
			}
			if total != 12 {
				t.Errorf("%d letters went out, want the 9 that were claimed and the 3 that were on the wire", total)
			}
		})
	}
}
