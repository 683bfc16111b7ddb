package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestUsers(t *testing.T) {
	s := storetest.Open(t)
	boss, by := person(t, s, "boss@example.com", domain.RoleAdmin)
	ann, _ := person(t, s, "Ann@Example.com", domain.RoleUser)
	person(t, s, "boris@example.com", domain.RoleEditor)
	bad, _ := person(t, s, "bad@example.com", domain.RoleUser)
	signUp(t, s, "new@example.com", "token")
	if _, err := s.BlockUser(t.Context(), by, bad.ID, "spam", now); err != nil {
		t.Fatal(err)
	}
	s.SignedInForTest(t, ann.ID, now)
	s.SignedInForTest(t, boss.ID, now.Add(time.Hour))
	for _, c := range []struct {
		name string
		q    store.UserQuery
		want string
	}{
		{"newest first", store.UserQuery{}, "new bad boris Ann@Example.com boss"},
		{"an unknown order means newest first", store.UserQuery{Sort: "password_hash"}, "new bad boris Ann@Example.com boss"},
		{"by address, ignoring case", store.UserQuery{Sort: "email"}, "Ann@Example.com bad boris boss new"},
		{"by the last sign-in", store.UserQuery{Sort: "signed-in"}, "boss Ann@Example.com new bad boris"},
		{"of a role", store.UserQuery{Role: domain.RoleEditor}, "boris"},
		{"the active ones", store.UserQuery{State: store.UserActive, Sort: "email"}, "Ann@Example.com boris boss"},
		{"the unconfirmed ones", store.UserQuery{State: store.UserUnverified}, "new"},
		{"the blocked ones", store.UserQuery{State: store.UserBlocked}, "bad"},
		{"a match in the address", store.UserQuery{Q: "aNN@exa"}, "Ann@Example.com"},
		{"a match in the name", store.UserQuery{Q: "User bo", Sort: "email"}, "boris boss"},
		{"no match for a pattern", store.UserQuery{Q: "%"}, ""},
		{"a search within a role", store.UserQuery{Q: "b", Role: domain.RoleUser}, "bad"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(listed(t, s, c.q, now), " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestUserPages(t *testing.T) {
	s := storetest.Open(t)
	for i := range 60 { // many share a name, a sign-in time and a number of letters
		u, _ := person(t, s, fmt.Sprintf("user%02d@example.com", (i*7)%60), domain.RoleUser)
		s.NameForTest(t, u.ID, fmt.Sprintf("Name %d", i%3))
		s.SentForTest(t, u.TeamID, now, i%4)
		if i%2 == 0 {
			s.SignedInForTest(t, u.ID, now.Add(time.Duration(i%5)*time.Minute))
		}
	}
	for _, sort := range []string{"", "email", "name", "signed-in", "letters"} {
		t.Run("every user is on one of the pages, in the order "+sort, func(t *testing.T) {
			all := listed(t, s, store.UserQuery{Sort: sort}, now)
			seen := slices.Compact(slices.Sorted(slices.Values(all)))
			if len(all) != 60 || len(seen) != 60 {
				t.Errorf("%d rows, %d users", len(all), len(seen))
			}
		})
	}
	t.Run("an invalid cursor means the first page", func(t *testing.T) {
		for _, after := range []string{"x", "e30", "eyJWYWx1ZSI6IngnOyIsIklEIjoxfQ"} {
			if page, err := s.Users(t.Context(), store.UserQuery{After: after, Sort: "letters"}, now); err != nil {
				t.Errorf("%q: %d users, %v", after, len(page.Rows), err)
			}
		}
	})
}

func TestUserCounts(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	s := storetest.Open(t)
	u := team(t, s, "a@example.com", 5)
	quiet := team(t, s, "quiet@example.com", 1)
	storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
	deleted := storetest.Mailing(t, s, u.TeamID, now, "2026-03-11T13:00", "", "UTC", domain.Once)
	if err := s.DeleteMailing(t.Context(), domain.CommandLineActor(), deleted.ID, now); err != nil {
		t.Fatal(err)
	}
	begin(t, s, due)
	claimed := claim(t, s, 1, 5, due)
	for i, outcome := range []domain.Outcome{domain.OutcomeSent, domain.OutcomeSent, domain.OutcomeUncertain, domain.OutcomePermanent, domain.OutcomeTemporary} {
		end(t, s, claimed[i], outcome, due)
	}
	for days, want := range map[int]int{0: 3, 29: 3, 30: 0} {
		row, err := s.UserRow(t.Context(), u.ID, due.AddDate(0, 0, days))
		if err != nil || row.Letters != want || row.Mailings != 1 || row.Team == "" {
			t.Errorf("%d days later: %+v, %v; want %d letters", days, row, err, want)
		}
	}
	if got := listed(t, s, store.UserQuery{Sort: "letters"}, due); strings.Join(got, " ") != "a quiet" {
		t.Errorf("in the order of letters: %q", got)
	}
	if row, err := s.UserRow(t.Context(), quiet.ID, due); err != nil || row.Letters != 0 || !row.SignedInAt.IsZero() {
		t.Errorf("the other one is %+v, %v", row, err)
	}
	if _, err := s.UserRow(t.Context(), 999, due); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
	if got, err := s.TeamUsers(t.Context(), u.TeamID); err != nil || len(got) != 1 || got[0].ID != u.ID {
		t.Errorf("the team is %+v, %v", got, err)
	}
}

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
	if _, err := s.PauseMailing(t.Context(), domain.CommandLineActor(), three.ID, now); err != nil {
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
		for _, m := range page.Rows {
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
