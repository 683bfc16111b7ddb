package store_test

import (
	"slices"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestAllMailings(t *testing.T) {
	s := storetest.Open(t)
	_, by := person(t, s, "manager@example.com", domain.RoleManager)
	a, b := team(t, s, "a@example.com", 1), team(t, s, "b@example.com", 1)
	one := storetest.Mailing(t, s, a.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
	two := storetest.Mailing(t, s, b.TeamID, now, "2026-03-11T13:00", "", "UTC", domain.Daily)
	three := storetest.Mailing(t, s, b.TeamID, now, "2026-03-12T13:00", "", "UTC", domain.Daily)
	if _, err := s.DisableMailing(t.Context(), by, two.ID, "spam", now); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PauseMailing(t.Context(), domain.Actor{}, three.ID, now); err != nil {
		t.Fatal(err)
	}
	begin(t, s, time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC))
	for _, c := range []struct {
		team int64
		q    store.MailingQuery
		want []int64
	}{
		{0, store.MailingQuery{}, []int64{three.ID, two.ID, one.ID}},
		{b.TeamID, store.MailingQuery{}, []int64{three.ID, two.ID}},
		{0, store.MailingQuery{Status: "disabled"}, []int64{two.ID}},
		{a.TeamID, store.MailingQuery{Status: "disabled"}, nil},
		{0, store.MailingQuery{Status: "paused"}, []int64{three.ID}},
		{0, store.MailingQuery{Status: "running"}, []int64{one.ID}},
		{b.TeamID, store.MailingQuery{Status: "created", Q: "2026-03-12"}, []int64{three.ID}},
		{0, store.MailingQuery{Status: "' OR 1"}, []int64{three.ID, two.ID, one.ID}},
	} {
		page, err := s.Mailings(t.Context(), c.team, c.q)
		var got []int64
		for _, m := range page.Mailings {
			got = append(got, m.ID)
			if want := "User a@example.com"; m.ID == one.ID && m.Team != want {
				t.Errorf("the team is %q", m.Team)
			}
		}
		if err != nil || !slices.Equal(got, c.want) || page.Total != len(c.want) {
			t.Errorf("team %d, %+v: %v of %d, %v; want %v", c.team, c.q, got, page.Total, err, c.want)
		}
	}
}
