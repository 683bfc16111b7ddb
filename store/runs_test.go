package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

const sender = "Postrider <postrider@example.com>"

// team makes a user with n clients.
func team(t *testing.T, s *store.Store, email string, n int) domain.User {
	t.Helper()
	u := storetest.User(t, s, email)
	for i := range n {
		storetest.Client(t, s, u.TeamID, fmt.Sprintf("c%04d@example.com", i))
	}
	return u
}

// begin starts what is due and freezes all recipients.
func begin(t *testing.T, s *store.Store, at time.Time) {
	t.Helper()
	if _, err := s.StartDue(t.Context(), sender, at); err != nil {
		t.Fatal(err)
	}
	for more := true; more; {
		var err error
		if more, err = s.Freeze(t.Context(), at); err != nil {
			t.Fatal(err)
		}
	}
}

func runs(t *testing.T, s *store.Store, mailingID int64) []domain.Run {
	t.Helper()
	all, err := s.Runs(t.Context(), mailingID, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func status(t *testing.T, s *store.Store, id int64) domain.Status {
	t.Helper()
	m, err := s.Mailing(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return m.Status
}

// end gives a claimed delivery an outcome, after it was cleared to go.
func end(t *testing.T, s *store.Store, c store.Claimed, outcome domain.Outcome, state domain.DeliveryState, at time.Time) {
	t.Helper()
	cleared, _, err := s.Commit(t.Context(), nil, []store.Claimed{c}, at)
	if err != nil || !cleared[c.ID] {
		t.Fatalf("delivery %d was not cleared: %v", c.ID, err)
	}
	res := domain.Result{Stage: domain.StageRcpt, Outcome: outcome, Scope: domain.ScopeRecipient,
		Reply: domain.Reply{Code: 250, Enhanced: "2.0.0", Text: "words of the relay"}}
	next := domain.Step{State: state, NextAt: at.Add(time.Minute), Counts: true}
	_, _, err = s.Commit(t.Context(), []store.Done{{Claimed: c, At: at, Result: res, Next: next}}, nil, at)
	if err != nil {
		t.Fatal(err)
	}
}

func claim(t *testing.T, s *store.Store, epoch int64, limit int, at time.Time) []store.Claimed {
	t.Helper()
	all, err := s.Claim(t.Context(), epoch, limit, at)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestStartDue(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	t.Run("begins one run for all clients at its time and not before", func(t *testing.T) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", 3)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		begin(t, s, due.Add(-time.Second))
		if got := runs(t, s, m.ID); len(got) != 0 {
			t.Fatalf("begun too early: %+v", got)
		}
		begin(t, s, due)
		begin(t, s, due)
		got := runs(t, s, m.ID)
		if len(got) != 1 || got[0].State != domain.RunSending || got[0].Counts.Recipients != 3 || got[0].Counts.Waiting != 3 {
			t.Fatalf("got %+v", got)
		}
		if status(t, s, m.ID) != domain.StatusRunning {
			t.Errorf("the mailing is %s", status(t, s, m.ID))
		}
	})
	t.Run("freezes more clients than one chunk", func(t *testing.T) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", 4001)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		begin(t, s, due)
		if got := runs(t, s, m.ID)[0]; got.Counts.Recipients != 4001 || got.State != domain.RunSending {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("sends only to the picked clients", func(t *testing.T) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", 3)
		c := storetest.Client(t, s, u.TeamID, "picked@example.com")
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		m.Audience, m.ClientIDs = domain.AudienceClients, []int64{c.ID}
		if _, err := s.UpdateMailing(t.Context(), m, now); err != nil {
			t.Fatal(err)
		}
		begin(t, s, due)
		got := claim(t, s, 1, 10, due)
		if len(got) != 1 || got[0].Recipient.Email != "picked@example.com" {
			t.Errorf("claimed %+v", got)
		}
	})
	t.Run("after a downtime begins the latest occurrence and records the others as missed", func(t *testing.T) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", 1)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Daily)
		begin(t, s, due.AddDate(0, 0, 3).Add(time.Hour))
		got := runs(t, s, m.ID)
		if len(got) != 4 || got[0].State != domain.RunSending || !got[0].ScheduledAt.Equal(due.AddDate(0, 0, 3)) {
			t.Fatalf("got %+v", got)
		}
		for _, r := range got[1:] {
			if r.State != domain.RunMissed {
				t.Errorf("%s is %s", r.ScheduledAt, r.State)
			}
		}
		back, err := s.Mailing(t.Context(), m.ID)
		if err != nil || !back.NextAt.Equal(due.AddDate(0, 0, 4)) {
			t.Errorf("the next time is %s, %v", back.NextAt, err)
		}
	})
	t.Run("records an occurrence whose window closed during a downtime as missed, and completes the mailing", func(t *testing.T) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", 1)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "2026-03-10T14:00", "UTC", domain.Once)
		begin(t, s, due.Add(2*time.Hour))
		if got := runs(t, s, m.ID); len(got) != 1 || got[0].State != domain.RunMissed {
			t.Errorf("got %+v", got)
		}
		if status(t, s, m.ID) != domain.StatusCompleted {
			t.Errorf("the mailing is %s", status(t, s, m.ID))
		}
	})
	t.Run("begins inside a window over midnight, on both sides of it", func(t *testing.T) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", 1)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T23:30", "2026-03-11T01:00", "UTC", domain.Once)
		midnight := time.Date(2026, 3, 11, 0, 0, 0, 0, time.UTC)
		begin(t, s, midnight.Add(10*time.Minute))
		got := runs(t, s, m.ID)
		if len(got) != 1 || got[0].State != domain.RunSending || !got[0].Deadline.Equal(midnight.Add(time.Hour)) {
			t.Fatalf("got %+v", got)
		}
		if claimed := claim(t, s, 1, 1, midnight.Add(50*time.Minute)); len(claimed) != 1 {
			t.Errorf("claimed %+v", claimed)
		}
	})
	t.Run("begins nothing twice when the clock jumps back", func(t *testing.T) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", 1)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Daily)
		begin(t, s, due.AddDate(0, 0, 1))
		before := len(runs(t, s, m.ID))
		begin(t, s, due)
		begin(t, s, due.AddDate(0, 0, 1))
		if got := len(runs(t, s, m.ID)); got != before {
			t.Errorf("%d runs became %d", before, got)
		}
	})
	t.Run("leaves paused mailings and blocked teams alone", func(t *testing.T) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", 1)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		if _, err := s.PauseMailing(t.Context(), m.ID, now); err != nil {
			t.Fatal(err)
		}
		begin(t, s, due)
		if got := runs(t, s, m.ID); len(got) != 0 {
			t.Fatalf("paused, it began %+v", got)
		}
		if _, err := s.ResumeMailing(t.Context(), m.ID, now); err != nil {
			t.Fatal(err)
		}
		begin(t, s, due)
		if got := runs(t, s, m.ID); len(got) != 1 {
			t.Errorf("resumed, it began %+v", got)
		}
	})
	t.Run("keeps the message as it was when the run began", func(t *testing.T) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", 1)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		begin(t, s, due)
		msg, err := s.Message(t.Context(), m.MessageID)
		if err != nil {
			t.Fatal(err)
		}
		msg.Subject = "changed"
		if _, err := s.UpdateMessage(t.Context(), msg, due); err != nil {
			t.Fatal(err)
		}
		if got := runs(t, s, m.ID)[0]; got.Subject == "changed" || got.Sender != sender {
			t.Errorf("the run has %q from %q", got.Subject, got.Sender)
		}
	})
}

func TestRunNow(t *testing.T) {
	s := storetest.Open(t)
	u := team(t, s, "a@example.com", 1)
	m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "2026-03-12T13:00", "UTC", domain.Daily)
	opens := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	for name, at := range map[string]time.Time{"before its window": opens.Add(-time.Second), "after its window": opens.AddDate(0, 0, 2)} {
		t.Run("is refused "+name, func(t *testing.T) {
			var refused domain.Refused
			if _, err := s.RunNow(t.Context(), m.ID, sender, at); !errors.As(err, &refused) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("begins a run inside the window, whose deadline is the next occurrence, and no second one beside it", func(t *testing.T) {
		begin(t, s, opens)
		done := claim(t, s, 1, 1, opens)
		end(t, s, done[0], domain.OutcomeSent, domain.DeliverySent, opens)
		r, err := s.RunNow(t.Context(), m.ID, sender, opens.Add(time.Hour))
		if err != nil || !r.Manual || !r.Deadline.Equal(opens.AddDate(0, 0, 1)) {
			t.Fatalf("got %+v, %v", r, err)
		}
		var refused domain.Refused
		if _, err := s.RunNow(t.Context(), m.ID, sender, opens.Add(2*time.Hour)); !errors.As(err, &refused) {
			t.Errorf("a second one beside it gave %v", err)
		}
	})
}

func TestUpdateMailing(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	s := storetest.Open(t)
	u := team(t, s, "a@example.com", 1)
	m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Daily)
	begin(t, s, due)
	c := claim(t, s, 1, 1, due)
	end(t, s, c[0], domain.OutcomeSent, domain.DeliverySent, due)
	t.Run("with another time of day does not send again today", func(t *testing.T) {
		got, err := s.Mailing(t.Context(), m.ID)
		if err != nil {
			t.Fatal(err)
		}
		got.Schedule, err = domain.NewSchedule("2026-03-10T14:00", "", "UTC", "daily")
		if err != nil {
			t.Fatal(err)
		}
		got, err = s.UpdateMailing(t.Context(), got, due.Add(2*time.Hour))
		if err != nil || !got.NextAt.Equal(due.AddDate(0, 0, 1).Add(time.Hour)) {
			t.Errorf("the next time is %s, %v", got.NextAt, err)
		}
	})
	t.Run("that changes only the name keeps the next time", func(t *testing.T) {
		got, err := s.Mailing(t.Context(), m.ID)
		if err != nil {
			t.Fatal(err)
		}
		next := got.NextAt
		got.Name = "another name"
		got, err = s.UpdateMailing(t.Context(), got, due.Add(48*time.Hour))
		if err != nil || !got.NextAt.Equal(next) {
			t.Errorf("the next time is %s, %v; it was %s", got.NextAt, err, next)
		}
	})
	t.Run("that gives a completed mailing another occurrence makes it run again", func(t *testing.T) {
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		begin(t, s, due)
		for _, c := range claim(t, s, 1, 10, due) {
			end(t, s, c, domain.OutcomeSent, domain.DeliverySent, due)
		}
		if got := status(t, s, m.ID); got != domain.StatusCompleted {
			t.Fatalf("before the edit it is %s", got)
		}
		m, err := s.Mailing(t.Context(), m.ID)
		if err != nil {
			t.Fatal(err)
		}
		if m.Schedule, err = domain.NewSchedule("2026-03-20T13:00", "", "UTC", "once"); err != nil {
			t.Fatal(err)
		}
		if m, err = s.UpdateMailing(t.Context(), m, due.Add(time.Hour)); err != nil || m.Status != domain.StatusRunning {
			t.Errorf("after it, it is %s, %v", m.Status, err)
		}
	})
}

func TestClaim(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	setUp := func(t *testing.T, n int) (*store.Store, domain.User, domain.Mailing) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", n)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "2026-03-10T15:00", "UTC", domain.Once)
		begin(t, s, due)
		return s, u, m
	}
	t.Run("takes each delivery once when eight senders ask at the same time", func(t *testing.T) {
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
	t.Run("shares the places between runs", func(t *testing.T) {
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
	stops := map[string]func(*testing.T, *store.Store, domain.Mailing) time.Time{
		"a paused mailing": func(t *testing.T, s *store.Store, m domain.Mailing) time.Time {
			if _, err := s.PauseMailing(t.Context(), m.ID, due); err != nil {
				t.Fatal(err)
			}
			return due
		},
		"a deleted mailing": func(t *testing.T, s *store.Store, m domain.Mailing) time.Time {
			if err := s.DeleteMailing(t.Context(), m.ID, due); err != nil {
				t.Fatal(err)
			}
			return due
		},
		"a window that is over": func(*testing.T, *store.Store, domain.Mailing) time.Time { return due.Add(2 * time.Hour) },
	}
	for name, stop := range stops {
		t.Run("takes nothing of "+name+", and what was claimed before is not cleared to go", func(t *testing.T) {
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
			if ok, err := s.MayGo(t.Context(), before[0], at); err != nil || ok {
				t.Errorf("may go: %v, %v", ok, err)
			}
		})
	}
	t.Run("takes nothing for a deleted client, and its letter is cancelled", func(t *testing.T) {
		s, u, m := setUp(t, 1)
		page, err := s.Clients(t.Context(), u.TeamID, store.ClientQuery{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.DeleteClient(t.Context(), page.Clients[0].ID); err != nil {
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
	t.Run("counts what became of each and keeps the words of the relay", func(t *testing.T) {
		end(t, s, all[0], domain.OutcomeSent, domain.DeliverySent, due)
		end(t, s, all[1], domain.OutcomePermanent, domain.DeliveryFailed, due)
		end(t, s, all[2], domain.OutcomeTemporary, domain.DeliveryWaiting, due)
		got := runs(t, s, m.ID)[0].Counts
		if got.Sent != 1 || got.Failed != 1 || got.Retrying != 1 || got.Waiting != 2 {
			t.Errorf("the run counts %+v", got)
		}
		page, err := s.Log(t.Context(), m.ID, store.LogQuery{Outcome: string(domain.OutcomePermanent)})
		if err != nil || page.Total != 1 || page.Attempts[0].Reply.Text != "words of the relay" || page.Attempts[0].Reply.Enhanced != "2.0.0" {
			t.Errorf("the log has %+v, %v", page, err)
		}
	})
	t.Run("of a sender that was replaced changes nothing", func(t *testing.T) {
		old := all[3]
		epoch, _, err := s.TakeOver(t.Context(), due)
		if err != nil || epoch == old.Epoch {
			t.Fatalf("epoch %d, %v", epoch, err)
		}
		res := domain.Result{Outcome: domain.OutcomeSent}
		_, _, err = s.Commit(t.Context(), []store.Done{{Claimed: old, Result: res, Next: domain.Step{State: domain.DeliverySent}}}, nil, due)
		if err != nil {
			t.Fatal(err)
		}
		if got := runs(t, s, m.ID)[0].Counts; got.Sent != 1 {
			t.Errorf("the run counts %+v", got)
		}
	})
	t.Run("of the last delivery ends the run and completes the mailing", func(t *testing.T) {
		for _, c := range claim(t, s, 2, 10, due.Add(time.Hour)) {
			end(t, s, c, domain.OutcomeSent, domain.DeliverySent, due.Add(time.Hour))
		}
		if r := runs(t, s, m.ID)[0]; r.State != domain.RunDone || r.Counts.Sent != 3 || r.Counts.Retrying != 0 {
			t.Errorf("the run is %+v", r)
		}
		if got := status(t, s, m.ID); got != domain.StatusCompleted {
			t.Errorf("the mailing is %s", got)
		}
	})
}

func TestTakeOver(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	s := storetest.Open(t)
	u := team(t, s, "a@example.com", 3)
	m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "2026-03-10T15:00", "UTC", domain.Once)
	begin(t, s, due)
	all := claim(t, s, 1, 2, due)
	if _, _, err := s.Commit(t.Context(), nil, all[:1], due); err != nil {
		t.Fatal(err)
	}
	_, uncertain, err := s.TakeOver(t.Context(), due)
	if err != nil || uncertain != 1 {
		t.Fatalf("%d uncertain, %v", uncertain, err)
	}
	page, err := s.Log(t.Context(), m.ID, store.LogQuery{})
	if err != nil || page.Total != 1 || page.Attempts[0].Outcome != domain.OutcomeUncertain {
		t.Errorf("the log has %+v, %v", page, err)
	}
	if got := claim(t, s, 2, 10, due); len(got) != 3 {
		t.Errorf("%d of 3 can be claimed again", len(got))
	}
}

func TestExpireRuns(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	s := storetest.Open(t)
	u := team(t, s, "a@example.com", 2500)
	m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "2026-03-10T15:00", "UTC", domain.Once)
	begin(t, s, due)
	first := claim(t, s, 1, 2, due)
	end(t, s, first[0], domain.OutcomeSent, domain.DeliverySent, due)
	end(t, s, first[1], domain.OutcomeTemporary, domain.DeliveryWaiting, due)
	if n, err := s.ExpireRuns(t.Context(), due.Add(2*time.Hour-time.Millisecond)); err != nil || n != 0 {
		t.Fatalf("%d ended before the window's end, %v", n, err)
	}
	if n, err := s.ExpireRuns(t.Context(), due.Add(2*time.Hour)); err != nil || n != 1 {
		t.Fatalf("%d ended, %v", n, err)
	}
	for more := true; more; {
		var err error
		if more, err = s.Sweep(t.Context()); err != nil {
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
