package store_test

import (
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

// Every list that searches names finds them in any case, in every alphabet.
func TestSearchIgnoresCase(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	for name, typed := range map[string][]string{
		"Жанна":     {"жАННА", "ЖАННА", "анн"},
		"Jörg Groß": {"JÖRG GROSS", "jörg gross", "groẞ"},
		"İzmir":     {"izmir", "IZMIR", "İZMİR"},
		"Οδυσσεύς":  {"ΟΔΥΣΣΕΎΣ", "οδυσσεύσ", "ύς"},
		"ann_100%":  {"ANN_100%"},
	} {
		t.Run(name, func(t *testing.T) {
			s := storetest.Open(t)
			u := storetest.User(t, s, "a@example.com")
			other := storetest.User(t, s, "b@example.com")
			s.NameForTest(t, other.ID, name)
			if err := s.NameTeam(t.Context(), actorOf(u), name, now); err != nil { // the audit log records this
				t.Fatal(err)
			}
			_, err := s.CreateClient(t.Context(), domain.CommandLineActor(), domain.Client{TeamID: u.TeamID, Email: "c@example.com", FullName: name}, now)
			if err != nil {
				t.Fatal(err)
			}
			storetest.Message(t, s, u.TeamID, name, "text")
			if _, err := s.CreatePost(t.Context(), domain.Post{Title: name, Slug: "post", Content: "text"}, now); err != nil {
				t.Fatal(err)
			}
			m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
			m.Name = name
			if m, err = s.UpdateMailing(t.Context(), domain.CommandLineActor(), m, now); err != nil {
				t.Fatal(err)
			}
			begin(t, s, due)
			epoch, _, err := s.TakeOver(t.Context(), due)
			if err != nil {
				t.Fatal(err)
			}
			end(t, s, claim(t, s, epoch, 1, due)[0], domain.OutcomeSent, due)
			for _, q := range append(typed, name, " "+name+" ") {
				found := searchAll(t, s, u, m, q)
				want := map[string]int{"users and teams": 2, "clients": 1, "messages": 1, "posts": 1, "mailings": 1, "log": 1, "audit": 1}
				for list, n := range want {
					if found[list] != n {
						t.Errorf("%q finds %d in the list of %s; want %d", q, found[list], list, n)
					}
				}
			}
			for list, n := range searchAll(t, s, u, m, name+"x") {
				if n != 0 {
					t.Errorf("what nothing contains finds %d in the list of %s", n, list)
				}
			}
		})
	}
}

// searchAll is how many rows each list finds.
func searchAll(t *testing.T, s *store.Store, u domain.User, m domain.Mailing, q string) map[string]int {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	users, err := s.Users(t.Context(), store.UserQuery{Q: q}, now)
	must(err)
	clients, err := s.Clients(t.Context(), u.TeamID, store.ClientQuery{Q: q})
	must(err)
	messages, err := s.Messages(t.Context(), u.TeamID, store.MessageQuery{Q: q})
	must(err)
	posts, err := s.Posts(t.Context(), store.PostQuery{Q: q}, now)
	must(err)
	mailings, err := s.Mailings(t.Context(), u.TeamID, store.MailingQuery{Q: q})
	must(err)
	log, err := s.Log(t.Context(), m.ID, store.LogQuery{Q: q})
	must(err)
	audit, err := s.Audit(t.Context(), store.AuditQuery{Q: q, Action: domain.AuditTeamName})
	must(err)
	return map[string]int{"users and teams": users.Total, "clients": clients.Total, "messages": messages.Total, "posts": posts.Total,
		"mailings": mailings.Total, "log": log.Total, "audit": len(audit.Rows)}
}
