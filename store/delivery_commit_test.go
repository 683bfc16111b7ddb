package store_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

// BenchmarkCommit sends letters of a run of 100,000 without a relay. It claims them like a fast sender with 32
// connections, and commits them in groups. It reports microseconds per letter, both processor time (all threads) and
// wall-clock time.
func BenchmarkCommit(b *testing.B) {
	for _, group := range []int{9, 16, 32} {
		b.Run(fmt.Sprintf("groups of %d", group), func(b *testing.B) {
			s, due := bigRun(b, 100_000)
			var pool []store.Claimed
			var last []store.Done
			letters := 0
			before := processorTime(b)
			for b.Loop() {
				if len(pool) < group {
					pool = append(pool, claimMany(b, s, due)...)
				}
				next := pool[:group]
				pool = pool[group:]
				cleared, _, err := s.Commit(b.Context(), last, next, due)
				if err != nil || len(cleared) != group {
					b.Fatalf("cleared %v, %v", cleared, err)
				}
				last = sent(next, due)
				letters += group
			}
			b.ReportMetric(float64((processorTime(b)-before).Microseconds())/float64(letters), "cpu-us/letter")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(letters), "us/letter")
		})
	}
}

// bigRun is a store with a due run of n letters.
func bigRun(b *testing.B, n int) (*store.Store, time.Time) {
	path := filepath.Join(b.TempDir(), "postrider.db")
	s := storetest.OpenAt(b, path)
	u := storetest.User(b, s, "a@example.com")
	if err := storetest.AddClients(b.Context(), path, u.TeamID, n, now); err != nil {
		b.Fatal(err)
	}
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	storetest.Mailing(b, s, u.TeamID, now, "2026-03-10T13:00", "2026-03-10T15:00", "UTC", domain.Once)
	if _, err := s.StartDue(b.Context(), "News <news@example.com>", due); err != nil {
		b.Fatal(err)
	}
	for more := true; more; {
		var err error
		if more, err = s.SnapshotRecipients(b.Context(), due); err != nil {
			b.Fatal(err)
		}
	}
	return s, due
}

func claimMany(b *testing.B, s *store.Store, at time.Time) []store.Claimed {
	got, err := s.Claim(b.Context(), 1, 512, at)
	if err != nil || len(got) < 32 {
		b.Fatalf("%d letters are left, %v: run fewer", len(got), err)
	}
	return got
}

func sent(all []store.Claimed, at time.Time) []store.Done {
	done := make([]store.Done, len(all))
	for i, c := range all {
		done[i] = store.Done{Claimed: c, At: at,
			Result: domain.Result{Stage: domain.StageDot, Outcome: domain.OutcomeSent, Scope: domain.ScopeRecipient,
				Reply: domain.Reply{Code: 250, Enhanced: "2.0.0", Text: "Ok: queued as 12345"}}}
	}
	return done
}

// processorTime is the processor time that this process has used.
func processorTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func TestLastLetter(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	setUp := func(t *testing.T) (*store.Store, domain.Mailing, []domain.Client) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", 2)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "2026-03-10T15:00", "UTC", domain.Once)
		begin(t, s, due)
		page, err := s.Clients(t.Context(), u.TeamID, store.ClientQuery{})
		if err != nil {
			t.Fatal(err)
		}
		return s, m, page.Rows
	}

	t.Run("a run is done when its last waiting client is deleted, and so is its mailing", func(t *testing.T) {
		s, m, clients := setUp(t)
		for _, c := range clients {
			if err := s.DeleteClient(t.Context(), domain.CommandLineActor(), c.ID, now); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.EndRuns(t.Context(), due.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if r := runs(t, s, m.ID)[0]; r.State != domain.RunDone || r.Counts.Cancelled != 2 || r.FinishedAt.IsZero() {
			t.Errorf("the run is %+v", r)
		}
		if got := status(t, s, m.ID); got != domain.StatusCompleted {
			t.Errorf("the mailing is %s", got)
		}
	})

	for name, stopped := range map[string]bool{"whose next letter goes has not ended": false, "whose next letter was stopped has": true} {
		t.Run("a run "+name, func(t *testing.T) {
			s, m, clients := setUp(t)
			both := claim(t, s, 1, 2, due)
			if _, _, err := s.Commit(t.Context(), nil, both[:1], due); err != nil {
				t.Fatal(err)
			}
			if stopped {
				for _, c := range clients {
					if c.ID == both[1].ClientID {
						if err := s.DeleteClient(t.Context(), domain.CommandLineActor(), c.ID, now); err != nil {
							t.Fatal(err)
						}
					}
				}
			}
			done := store.Done{Claimed: both[0], At: due, Result: domain.Result{Outcome: domain.OutcomeSent}}
			_, ended, err := s.Commit(t.Context(), []store.Done{done}, both[1:], due)
			if err != nil || ended != stopped || runs(t, s, m.ID)[0].State.Active() == stopped {
				t.Errorf("ended %v, %v", ended, err)
			}
		})
	}

	t.Run("a deleted client gets no letter in a retry of the failed ones", func(t *testing.T) {
		s, m, clients := setUp(t)
		epoch, _, err := s.TakeOver(t.Context(), due)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range claim(t, s, epoch, 2, due) {
			end(t, s, c, domain.OutcomePermanent, due)
		}
		if err := s.DeleteClient(t.Context(), domain.CommandLineActor(), clients[0].ID, now); err != nil {
			t.Fatal(err)
		}
		if n, err := s.Retry(t.Context(), domain.CommandLineActor(), m.ID, latest(t, s, m.ID), domain.DeliveryFailed, due); err != nil || n != 1 {
			t.Errorf("%d are tried again, %v", n, err)
		}
		if got := runs(t, s, m.ID)[0].Counts; got.Failed != 1 || got.Waiting != 1 {
			t.Errorf("the run counts %+v", got)
		}
	})

	t.Run("an edit that leaves no occurrence completes the mailing at once", func(t *testing.T) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", 1)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Daily)
		begin(t, s, due)
		epoch, _, err := s.TakeOver(t.Context(), due)
		if err != nil {
			t.Fatal(err)
		}
		end(t, s, claim(t, s, epoch, 1, due)[0], domain.OutcomeSent, due)
		if m, err = s.Mailing(t.Context(), domain.CommandLineActor(), domain.View, m.ID); err != nil {
			t.Fatal(err)
		}
		if m.Schedule, err = domain.NewSchedule("2026-03-10T13:00", "", "UTC", "once"); err != nil {
			t.Fatal(err)
		}
		saved, err := s.UpdateMailing(t.Context(), domain.CommandLineActor(), m, due.Add(time.Hour))
		if err != nil || saved.Status != domain.StatusCompleted {
			t.Errorf("the answer is %s, %v; the mailing is %s", saved.Status, err, status(t, s, m.ID))
		}
	})
}

func TestBrokenMailing(t *testing.T) {
	t.Run("an unreadable mailing does not keep the others from starting", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "postrider.db")
		s := storetest.OpenAt(t, path)
		u := team(t, s, "a@example.com", 1)
		broken := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		whole := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(t.Context(), `UPDATE mailings SET time_zone = 'Gone/Away' WHERE id = $1`, broken.ID); err != nil {
			t.Fatal(err)
		}
		due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
		if n, err := s.StartDue(t.Context(), sender, due); err == nil || n != 1 {
			t.Errorf("%d started, %v", n, err)
		}
		if got := runs(t, s, whole.ID); len(got) != 1 {
			t.Errorf("the other one has %d runs", len(got))
		}
	})
}
