package store_test

import (
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestLog(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	s := storetest.Open(t)
	u := storetest.User(t, s, "a@example.com")
	for email, name := range map[string]string{"anna@example.com": "Anna Schmidt", "ivan@example.com": "Иван Петров"} {
		if _, err := s.CreateClient(t.Context(), domain.CommandLineActor(), domain.Client{TeamID: u.TeamID, Email: email, FullName: name}, now); err != nil {
			t.Fatal(err)
		}
	}
	m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
	begin(t, s, due)
	epoch, _, err := s.TakeOver(t.Context(), due)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range claim(t, s, epoch, 2, due) {
		if c.Recipient.Email == "anna@example.com" {
			end(t, s, c, domain.OutcomeSent, due)
		} else {
			end(t, s, c, domain.OutcomePermanent, due)
		}
	}
	run := runs(t, s, m.ID)[0].ID
	for _, tt := range []struct {
		what  string
		query store.LogQuery
		total int
	}{
		{"all", store.LogQuery{}, 2},
		{"an outcome", store.LogQuery{Outcome: "permanent"}, 1},
		{"an outcome that did not happen", store.LogQuery{Outcome: "uncertain"}, 0},
		{"the run", store.LogQuery{RunID: run}, 2},
		{"another run", store.LogQuery{RunID: run + 1}, 0},
		{"an address in any case", store.LogQuery{Q: "ANNA@"}, 1},
		{"a name in another alphabet, as it was written", store.LogQuery{Q: " Иван "}, 1},
		{"all at once", store.LogQuery{Q: "Петров", Outcome: "permanent", RunID: run}, 1},
		{"a wildcard character", store.LogQuery{Q: "%"}, 0},
	} {
		page, err := s.Log(t.Context(), m.ID, tt.query)
		if err != nil || page.Total != tt.total || len(page.Rows) != tt.total {
			t.Errorf("%s: %d of %d attempts, %v", tt.what, len(page.Rows), page.Total, err)
		}
	}
}
