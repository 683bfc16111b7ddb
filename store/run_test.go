package store_test

import (
	"slices"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store/storetest"
)

func TestSendingTimes(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	s := storetest.Open(t)
	u := storetest.User(t, s, "a@example.com")
	for _, email := range []string{"c1@example.com", "c2@example.com", "c3@example.com", "c4@example.com"} {
		storetest.Client(t, s, u.TeamID, email)
	}
	m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
	begin(t, s, due)
	epoch, _, err := s.TakeOver(t.Context(), due)
	if err != nil {
		t.Fatal(err)
	}
	outcomes := []domain.Outcome{domain.OutcomeSent, domain.OutcomeTemporary, domain.OutcomePermanent, domain.OutcomeSent}
	for i, c := range claim(t, s, epoch, 4, due) {
		end(t, s, c, outcomes[i], due.Add(time.Duration(i)*time.Second))
	}
	run := runs(t, s, m.ID)[0]
	at := func(seconds int) time.Time { return due.Add(time.Duration(seconds) * time.Second) }
	for name, c := range map[string]struct {
		since time.Time
		want  []time.Time
	}{
		"the latest first, without those that are tried again": {due, []time.Time{at(3), at(2), at(0)}},
		"since a time": {at(1), []time.Time{at(3), at(2)}},
	} {
		if got, err := s.SendingTimes(t.Context(), run, c.since); err != nil || !slices.EqualFunc(got, c.want, time.Time.Equal) {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
	run.ID++
	if got, err := s.SendingTimes(t.Context(), run, due); err != nil || len(got) != 0 {
		t.Errorf("another run: got %v, %v", got, err)
	}
}
