package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestClaim(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	setUp := func(t *testing.T, n int) (*store.Store, domain.User, domain.Mailing) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", n)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "2026-03-10T15:00", "UTC", domain.Once)
		begin(t, s, due)
		return s, u, m
	}
	t.Run("claims each delivery once when eight senders ask at the same time", func(t *testing.T) {
		s, _, _ := setUp(t, 500)
		var mu sync.Mutex
		var all sync.WaitGroup
		seen := map[int64]int{}
		for range 8 {
			all.Go(func() {
				for {
					got, err := s.Claim(context.Background(), 1, 7, due)
					if err != nil {
						t.Error(err)
					}
					if len(got) == 0 {
						return
					}
					mu.Lock()
					for _, c := range got {
						seen[c.ID]++
					}
					mu.Unlock()
				}
			})
		}
		all.Wait()
		if len(seen) != 500 {
			t.Errorf("%d of 500 were claimed", len(seen))
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("delivery %d was claimed %d times", id, n)
			}
		}
	})
	t.Run("shares the slots between runs", func(t *testing.T) {
		s, u, _ := setUp(t, 50)
		small := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		begin(t, s, due)
		by := map[int64]int{}
		for _, c := range claim(t, s, 1, 20, due) {
			by[c.RunID]++
		}
		if by[runs(t, s, small.ID)[0].ID] != 10 {
			t.Errorf("the second run got %v of 20", by)
		}
	})
	t.Run("gives every run its turn when there are more runs than slots", func(t *testing.T) {
		s, u, _ := setUp(t, 3)
		for range 9 {
			storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		}
		begin(t, s, due)
		seen := map[int64]bool{}
		for left := 30; left > 0; {
			got := claim(t, s, 1, 4, due)
			if len(got) == 0 || len(got) > 4 {
				t.Fatalf("%d were claimed, %d are left", len(got), left)
			}
			for _, c := range got {
				seen[c.RunID] = true
			}
			left -= len(got)
		}
		if len(seen) != 10 {
			t.Errorf("%d runs of 10 had a turn", len(seen))
		}
	})
	stops := map[string]func(*testing.T, *store.Store, domain.Mailing) time.Time{
		"a paused mailing": func(t *testing.T, s *store.Store, m domain.Mailing) time.Time {
			if _, err := s.PauseMailing(t.Context(), domain.CommandLineActor(), m.ID, due); err != nil {
				t.Fatal(err)
			}
			return due
		},
		"a deleted mailing": func(t *testing.T, s *store.Store, m domain.Mailing) time.Time {
			if err := s.DeleteMailing(t.Context(), domain.CommandLineActor(), m.ID, due); err != nil {
				t.Fatal(err)
			}
			return due
		},
		"a window that is over": func(*testing.T, *store.Store, domain.Mailing) time.Time { return due.Add(2 * time.Hour) },
	}
	for name, stop := range stops {
		t.Run("claims nothing of "+name+", and earlier claims are not cleared for sending", func(t *testing.T) {
			s, _, m := setUp(t, 2)
			before := claim(t, s, 1, 1, due)
			at := stop(t, s, m)
			if got := claim(t, s, 1, 1, at); len(got) != 0 {
				t.Errorf("claimed %+v", got)
			}
			cleared, _, err := s.Commit(t.Context(), nil, before, at)
			if err != nil || cleared[before[0].ID] {
				t.Errorf("cleared %v, %v", cleared, err)
			}
			if ok, err := s.MayGo(t.Context(), before[0].RunID, before[0].Epoch, at); err != nil || ok {
				t.Errorf("may go: %v, %v", ok, err)
			}
		})
	}
	t.Run("claims nothing for a deleted client, and its letter is cancelled", func(t *testing.T) {
		s, u, m := setUp(t, 1)
		page, err := s.Clients(t.Context(), u.TeamID, store.ClientQuery{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.DeleteClient(t.Context(), domain.CommandLineActor(), page.Rows[0].ID, now); err != nil {
			t.Fatal(err)
		}
		if got := claim(t, s, 1, 1, due); len(got) != 0 {
			t.Errorf("claimed %+v", got)
		}
		if got := runs(t, s, m.ID)[0].Counts; got.Cancelled != 1 || got.Waiting != 0 {
			t.Errorf("the run counts %+v", got)
		}
	})
}

func TestCommit(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	s := storetest.Open(t)
	u := team(t, s, "a@example.com", 4)
	m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "2026-03-10T15:00", "UTC", domain.Once)
	begin(t, s, due)
	first, _, err := s.TakeOver(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	all := claim(t, s, first, 10, due)
	t.Run("counts each outcome and keeps the relay's words", func(t *testing.T) {
		end(t, s, all[0], domain.OutcomeSent, due)
		end(t, s, all[1], domain.OutcomePermanent, due)
		end(t, s, all[2], domain.OutcomeTemporary, due)
		got := runs(t, s, m.ID)[0].Counts
		if got.Sent != 1 || got.Failed != 1 || got.Retrying != 1 || got.Waiting != 2 {
			t.Errorf("the run counts %+v", got)
		}
		page, err := s.Log(t.Context(), m.ID, store.LogQuery{Outcome: string(domain.OutcomePermanent)})
		if err != nil || page.Total != 1 || page.Rows[0].Reply.Text != "words of the relay" || page.Rows[0].Reply.Enhanced != "2.0.0" {
			t.Errorf("the log has %+v, %v", page, err)
		}
	})
	t.Run("of a replaced sender changes nothing", func(t *testing.T) {
		old := all[3]
		epoch, _, err := s.TakeOver(t.Context(), due)
		if err != nil || epoch == old.Epoch {
			t.Fatalf("epoch %d, %v", epoch, err)
		}
		res := domain.Result{Outcome: domain.OutcomeSent}
		_, _, err = s.Commit(t.Context(), []store.Done{{Claimed: old, Result: res}}, nil, due)
		if !errors.Is(err, store.ErrReplaced) {
			t.Errorf("its result: %v", err)
		}
		if cleared, _, err := s.Commit(t.Context(), nil, []store.Claimed{old}, due); !errors.Is(err, store.ErrReplaced) || len(cleared) > 0 {
			t.Errorf("its next letter: %v, %v", cleared, err)
		}
		if more, err := s.Claim(t.Context(), old.Epoch, 9, due.Add(time.Hour)); !errors.Is(err, store.ErrReplaced) || len(more) > 0 {
			t.Errorf("it claims %d, %v", len(more), err)
		}
		if err := s.CheckSender(t.Context(), old.Epoch); !errors.Is(err, store.ErrReplaced) || s.CheckSender(t.Context(), epoch) != nil {
			t.Errorf("it is told %v", err)
		}
		if got := runs(t, s, m.ID)[0].Counts; got.Sent != 1 {
			t.Errorf("the run counts %+v", got)
		}
	})
	t.Run("of the last delivery ends the run and completes the mailing", func(t *testing.T) {
		for _, c := range claim(t, s, 2, 10, due.Add(time.Hour)) {
			end(t, s, c, domain.OutcomeSent, due.Add(time.Hour))
		}
		if r := runs(t, s, m.ID)[0]; r.State != domain.RunDone || r.Counts.Sent != 3 || r.Counts.Retrying != 0 {
			t.Errorf("the run is %+v", r)
		}
		if got := status(t, s, m.ID); got != domain.StatusCompleted {
			t.Errorf("the mailing is %s", got)
		}
	})
}

func TestEndRuns(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	s := storetest.Open(t)
	u := team(t, s, "a@example.com", 2500)
	m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "2026-03-10T15:00", "UTC", domain.Once)
	begin(t, s, due)
	first := claim(t, s, 1, 2, due)
	end(t, s, first[0], domain.OutcomeSent, due)
	end(t, s, first[1], domain.OutcomeTemporary, due)
	if n, err := s.EndRuns(t.Context(), due.Add(2*time.Hour-time.Millisecond)); err != nil || n != 0 {
		t.Fatalf("%d ended before the window's end, %v", n, err)
	}
	if n, err := s.EndRuns(t.Context(), due.Add(2*time.Hour)); err != nil || n != 1 {
		t.Fatalf("%d ended, %v", n, err)
	}
	for more := true; more; {
		var err error
		if more, err = s.CloseLeftovers(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	r := runs(t, s, m.ID)[0]
	if r.State != domain.RunExpired || r.Counts.Sent != 1 || r.Counts.Expired != 2499 || r.Counts.Waiting != 0 || r.Counts.Retrying != 0 {
		t.Errorf("the run is %s with %+v", r.State, r.Counts)
	}
	if got := status(t, s, m.ID); got != domain.StatusCompleted {
		t.Errorf("the mailing is %s", got)
	}
}

func TestCommitReadsTheDeadline(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct{ end, failed, next time.Time }{
		"a window that was shortened moves the retry to just before its new end": {
			due.Add(10 * time.Minute), due.Add(9*time.Minute + 20*time.Second), due.Add(9*time.Minute + 30*time.Second)},
		"a window that was extended leaves the retry where it is": {
			due.Add(3 * time.Hour), due.Add(2*time.Hour - 10*time.Second), due.Add(2*time.Hour + 50*time.Second)},
	} {
		t.Run(name, func(t *testing.T) {
			s := storetest.Open(t)
			u := team(t, s, "a@example.com", 1)
			m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "2026-03-10T15:00", "UTC", domain.Once)
			begin(t, s, due)
			c := claim(t, s, 1, 1, due)[0]
			m, err := s.Mailing(t.Context(), domain.CommandLineActor(), domain.View, m.ID)
			if err != nil {
				t.Fatal(err)
			}
			m.Schedule.End = domain.LocalTimeOf(tt.end, time.UTC)
			if _, err := s.UpdateMailing(t.Context(), domain.CommandLineActor(), m, due); err != nil {
				t.Fatal(err)
			}
			end(t, s, c, domain.OutcomeTemporary, tt.failed)
			if _, next, err := s.Unfinished(t.Context(), tt.failed); err != nil || !next.Equal(tt.next) {
				t.Errorf("it goes again at %s, %v; want %s", next, err, tt.next)
			}
		})
	}
}
