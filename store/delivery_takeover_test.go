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

func TestTakeOver(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	setUp := func(t *testing.T, clients int) (*store.Store, domain.Mailing) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", clients)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "2026-03-10T15:00", "UTC", domain.Once)
		begin(t, s, due)
		return s, m
	}
	// crash puts letters on the wire, and then lets another sender take over.
	crash := func(t *testing.T, s *store.Store, on []store.Claimed, at time.Time) (epoch int64) {
		t.Helper()
		if cleared, _, err := s.Commit(t.Context(), nil, on, at); err != nil || len(cleared) != len(on) {
			t.Fatalf("%v were cleared, %v", cleared, err)
		}
		epoch, uncertain, err := s.TakeOver(t.Context(), at)
		if err != nil || uncertain != len(on) {
			t.Fatalf("%d of %d are uncertain, %v", uncertain, len(on), err)
		}
		return epoch
	}

	t.Run("what was on the wire is logged as uncertain, and is sent again after the others", func(t *testing.T) {
		s, m := setUp(t, 5)
		all := claim(t, s, 1, 3, due)
		epoch := crash(t, s, all[:2], due.Add(time.Second))
		page, err := s.Log(t.Context(), m.ID, store.LogQuery{})
		if err != nil || page.Total != 2 || page.Rows[0].Outcome != domain.OutcomeUncertain {
			t.Errorf("the log has %+v, %v", page, err)
		}
		for _, c := range claim(t, s, epoch, 3, due.Add(time.Second)) {
			if c.ID == all[0].ID || c.ID == all[1].ID {
				t.Errorf("%+v goes before the others", c)
			}
		}
		last := claim(t, s, epoch, 3, due.Add(time.Second))
		if len(last) != 2 || last[0].Uncertain != 1 || last[1].Uncertain != 1 {
			t.Errorf("at the end %+v go", last)
		}
	})

	for name, retry := range map[string]bool{"a first try": false, "a retry": true} {
		t.Run("what was on the wire a third time, as "+name+", is unknown and ends its run", func(t *testing.T) {
			s, m := setUp(t, 2)
			all := claim(t, s, 1, 2, due)
			end(t, s, all[0], domain.OutcomeSent, due)
			on := all[1:]
			if retry {
				end(t, s, all[1], domain.OutcomeTemporary, due)
				on = claim(t, s, 1, 2, due.Add(time.Hour))
			}
			at := due.Add(time.Hour)
			for range 2 {
				epoch := crash(t, s, on, at)
				if on = claim(t, s, epoch, 2, at); len(on) != 1 {
					t.Fatalf("claimed %+v", on)
				}
			}
			epoch := crash(t, s, on, at)
			r := runs(t, s, m.ID)[0]
			if r.State != domain.RunDone || r.Counts.Sent != 1 || r.Counts.Unknown != 1 || r.Counts.Waiting != 0 || r.Counts.Retrying != 0 {
				t.Errorf("the run is %s with %+v", r.State, r.Counts)
			}
			if got := status(t, s, m.ID); got != domain.StatusCompleted {
				t.Errorf("the mailing is %s", got)
			}
			if got := claim(t, s, epoch, 2, at); len(got) != 0 {
				t.Errorf("%+v goes again", got)
			}
			page, err := s.Log(t.Context(), m.ID, store.LogQuery{Outcome: string(domain.OutcomeUncertain)})
			if err != nil || page.Total != 3 {
				t.Errorf("the log has %d uncertain attempts, %v", page.Total, err)
			}
		})
	}

	t.Run("a system letter that was on the wire a third time is unknown, and its text is erased", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "p.db")
		s := storetest.OpenAt(t, path)
		in := domain.SignUp{Email: "new@example.com", Password: storetest.Password, Language: "en", TimeZone: "UTC"}
		letter := domain.SystemLetter{Subject: "Confirm", Body: "Text", Language: "en", ExpiresAt: now.Add(time.Hour)}
		if err := s.SignUp(t.Context(), in, store.Joining{Token: "token", Confirm: letter, Known: letter}, now); err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			if _, err := s.ClaimLetter(t.Context(), int64(i), now); err != nil {
				t.Fatalf("time %d: %v", i+1, err)
			}
			if _, _, err := s.TakeOver(t.Context(), now); err != nil {
				t.Fatal(err)
			}
		}
		if l, err := s.ClaimLetter(t.Context(), 3, now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("%+v goes again, %v", l, err)
		}
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		var state, body string
		if err := db.QueryRow(`SELECT state, body FROM outbox`).Scan(&state, &body); err != nil || state != "unknown" || body != "" {
			t.Errorf("the letter is %s with %q, %v", state, body, err)
		}
	})
}
