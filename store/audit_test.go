package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestAudit(t *testing.T) {
	s := storetest.Open(t)
	ann := domain.Actor{ID: 1, Email: "ann@example.com", Address: "192.0.2.1"}
	bob := domain.Actor{ID: 2, Email: "bob@example.com", Address: "192.0.2.2"}
	s.LoggedForTest(t, ann, domain.AuditSignIn, "ann@example.com", "", now)
	s.LoggedForTest(t, bob, domain.AuditBlock, "carol@example.com", "100% spam", now.Add(time.Hour))
	s.LoggedForTest(t, bob, domain.AuditSignIn, "bob@example.com", "", now.Add(2*time.Hour))
	s.LoggedForTest(t, domain.CommandLineActor(), domain.AuditRole, "ann@example.com", "user → admin", now.Add(3*time.Hour))
	for _, c := range []struct {
		name string
		q    store.AuditQuery
		want string
	}{
		{"newest first", store.AuditQuery{}, "4 3 2 1"},
		{"an action", store.AuditQuery{Action: domain.AuditSignIn}, "3 1"},
		{"an actor", store.AuditQuery{Actor: "BOB@"}, "3 2"},
		{"the command line", store.AuditQuery{Actor: "command"}, "4"},
		{"a subject", store.AuditQuery{Q: "ann@example"}, "4 1"},
		{"a detail with a pattern character", store.AuditQuery{Q: "0%"}, "2"},
		{"from a time on", store.AuditQuery{From: now.Add(2 * time.Hour)}, "4 3"},
		{"before a time", store.AuditQuery{To: now.Add(2 * time.Hour)}, "2 1"},
		{"all together", store.AuditQuery{Action: domain.AuditSignIn, Actor: "ann", Q: "ann", From: now, To: now.Add(time.Hour)}, "1"},
		{"nothing", store.AuditQuery{Q: "x' OR 1 = 1 --"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, err := s.Audit(t.Context(), c.q)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range page.Rows {
				got = append(got, fmt.Sprint(e.ID))
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	t.Run("an entry is as it was written", func(t *testing.T) {
		page, err := s.Audit(t.Context(), store.AuditQuery{Action: domain.AuditBlock})
		want := domain.AuditEntry{ID: 2, At: now.Add(time.Hour), By: bob, Action: domain.AuditBlock, Subject: "carol@example.com", Detail: "100% spam"}
		if err != nil || len(page.Rows) != 1 || page.Rows[0] != want {
			t.Errorf("got %+v, %v", page, err)
		}
	})
	t.Run("page by page", func(t *testing.T) {
		for i := range 60 {
			s.LoggedForTest(t, ann, domain.AuditExport, fmt.Sprint(i), "", now)
		}
		n, after := 0, ""
		for pages := 0; pages < 5; pages++ {
			page, err := s.Audit(t.Context(), store.AuditQuery{After: after})
			if err != nil {
				t.Fatal(err)
			}
			n += len(page.Rows)
			if after = page.Next; after == "" {
				break
			}
		}
		if n != 64 {
			t.Errorf("%d lines on all pages", n)
		}
	})
}

func TestDeletionsAreLogged(t *testing.T) {
	s := storetest.Open(t)
	_, by := person(t, s, "ann@example.com", domain.RoleUser)
	c := storetest.Client(t, s, by.TeamID, "secret@example.com")
	m := storetest.Mailing(t, s, by.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
	for _, err := range []error{s.DeleteClient(t.Context(), by, c.ID, now), s.DeleteMailing(t.Context(), by, m.ID, now),
		s.DeleteMessage(t.Context(), by, m.MessageID, now)} {
		if err != nil {
			t.Error(err)
		}
	}
	got := strings.Join(lines(t, s, domain.AuditDelete), "\n")
	want := fmt.Sprintf("ann@example.com: #%d (message)\nann@example.com: %s (mailing)\nann@example.com: s…@example.com (client)", m.MessageID, m.Name)
	if got != want {
		t.Errorf("the log says\n%s\nwant\n%s", got, want)
	}
	for _, err := range []error{s.DeleteClient(t.Context(), by, c.ID, now), s.DeleteMailing(t.Context(), by, m.ID, now),
		s.DeleteMessage(t.Context(), by, m.MessageID, now)} {
		if err == nil {
			t.Error("what is gone was deleted again")
		}
	}
	if again := strings.Join(lines(t, s, domain.AuditDelete), "\n"); again != got {
		t.Errorf("deleting what is gone is in the log: %s", again)
	}
}
