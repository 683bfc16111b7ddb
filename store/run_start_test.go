package store_test

import (
	"errors"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store/storetest"
)

func TestStartDue(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	t.Run("begins one run for all clients at its time and not earlier", func(t *testing.T) {
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
	t.Run("copies more clients than fit in one chunk", func(t *testing.T) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", 4001)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		begin(t, s, due)
		if got := runs(t, s, m.ID)[0]; got.Counts.Recipients != 4001 || got.State != domain.RunSending {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("sends only to the selected clients", func(t *testing.T) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", 3)
		c := storetest.Client(t, s, u.TeamID, "picked@example.com")
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		m.Audience, m.ClientIDs = domain.AudienceClients, []int64{c.ID}
		if _, err := s.UpdateMailing(t.Context(), domain.CommandLineActor(), m, now); err != nil {
			t.Fatal(err)
		}
		begin(t, s, due)
		got := claim(t, s, 1, 10, due)
		if len(got) != 1 || got[0].Recipient.Email != "picked@example.com" {
			t.Errorf("claimed %+v", got)
		}
	})
	t.Run("after a downtime, begins the latest occurrence and records the others as missed", func(t *testing.T) {
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
		back, err := s.Mailing(t.Context(), domain.CommandLineActor(), domain.View, m.ID)
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
	t.Run("does not start paused mailings or those of blocked teams", func(t *testing.T) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", 1)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		if _, err := s.PauseMailing(t.Context(), domain.CommandLineActor(), m.ID, now); err != nil {
			t.Fatal(err)
		}
		begin(t, s, due)
		if got := runs(t, s, m.ID); len(got) != 0 {
			t.Fatalf("paused, it began %+v", got)
		}
		if _, err := s.ResumeMailing(t.Context(), domain.CommandLineActor(), m.ID, latest(t, s, m.ID), now); err != nil {
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
		msg, err := s.Message(t.Context(), domain.CommandLineActor(), domain.View, m.MessageID)
		if err != nil {
			t.Fatal(err)
		}
		msg.Subject = "changed"
		if _, err := s.UpdateMessage(t.Context(), domain.CommandLineActor(), msg, due); err != nil {
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
			if _, err := s.RunNow(t.Context(), domain.CommandLineActor(), m.ID, 0, sender, at); !errors.As(err, &refused) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("begins a run inside the window with the next occurrence as its deadline, and no second one beside it", func(t *testing.T) {
		begin(t, s, opens)
		done := claim(t, s, 1, 1, opens)
		end(t, s, done[0], domain.OutcomeSent, opens)
		var overtaken domain.Overtaken
		if _, err := s.RunNow(t.Context(), domain.CommandLineActor(), m.ID, 0, sender, opens.Add(time.Hour)); !errors.As(err, &overtaken) || latest(t, s, m.ID) != done[0].RunID {
			t.Fatalf("for somebody who has not seen the run before: %v", err)
		}
		r, err := s.RunNow(t.Context(), domain.CommandLineActor(), m.ID, done[0].RunID, sender, opens.Add(time.Hour))
		if err != nil || !r.Manual || !r.Deadline.Equal(opens.AddDate(0, 0, 1)) {
			t.Fatalf("got %+v, %v", r, err)
		}
		var refused domain.Refused
		if _, err := s.RunNow(t.Context(), domain.CommandLineActor(), m.ID, r.ID, sender, opens.Add(2*time.Hour)); !errors.As(err, &refused) {
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
	end(t, s, c[0], domain.OutcomeSent, due)
	t.Run("with another time of day does not send again today", func(t *testing.T) {
		got, err := s.Mailing(t.Context(), domain.CommandLineActor(), domain.View, m.ID)
		if err != nil {
			t.Fatal(err)
		}
		got.Schedule, err = domain.NewSchedule("2026-03-10T14:00", "", "UTC", "daily")
		if err != nil {
			t.Fatal(err)
		}
		got, err = s.UpdateMailing(t.Context(), domain.CommandLineActor(), got, due.Add(2*time.Hour))
		if err != nil || !got.NextAt.Equal(due.AddDate(0, 0, 1).Add(time.Hour)) {
			t.Errorf("the next time is %s, %v", got.NextAt, err)
		}
	})
	t.Run("that changes only the name keeps the next time", func(t *testing.T) {
		got, err := s.Mailing(t.Context(), domain.CommandLineActor(), domain.View, m.ID)
		if err != nil {
			t.Fatal(err)
		}
		next := got.NextAt
		got.Name = "another name"
		got, err = s.UpdateMailing(t.Context(), domain.CommandLineActor(), got, due.Add(48*time.Hour))
		if err != nil || !got.NextAt.Equal(next) {
			t.Errorf("the next time is %s, %v; it was %s", got.NextAt, err, next)
		}
	})
	t.Run("that gives a completed mailing another occurrence makes it run again", func(t *testing.T) {
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		begin(t, s, due)
		for _, c := range claim(t, s, 1, 10, due) {
			end(t, s, c, domain.OutcomeSent, due)
		}
		if got := status(t, s, m.ID); got != domain.StatusCompleted {
			t.Fatalf("before the edit it is %s", got)
		}
		m, err := s.Mailing(t.Context(), domain.CommandLineActor(), domain.View, m.ID)
		if err != nil {
			t.Fatal(err)
		}
		if m.Schedule, err = domain.NewSchedule("2026-03-20T13:00", "", "UTC", "once"); err != nil {
			t.Fatal(err)
		}
		if m, err = s.UpdateMailing(t.Context(), domain.CommandLineActor(), m, due.Add(time.Hour)); err != nil || m.Status != domain.StatusRunning {
			t.Errorf("after it, it is %s, %v", m.Status, err)
		}
	})
}
