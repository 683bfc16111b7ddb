package store_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

// storedBytes is how many bytes a team is said to keep, and how many it keeps when everything is counted anew.
func storedBytes(t *testing.T, s *store.Store, path string, teamID int64) (said, counted int64) {
	t.Helper()
	q, err := s.Quota(t.Context(), teamID, now)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.QueryRowContext(t.Context(), `SELECT
		(SELECT coalesce(sum(100 + octet_length(email || full_name || comment)), 0) FROM clients WHERE team_id = $1)
		+ (SELECT coalesce(sum(100 + octet_length(subject || body)), 0) FROM messages WHERE team_id = $1)
		+ (SELECT coalesce(sum(100 + octet_length(name) + 40 * picked), 0) FROM mailings WHERE team_id = $1)
		+ (SELECT coalesce(sum(100 + octet_length(subject || body) + 300 * recipients), 0) FROM runs WHERE team_id = $1)`, teamID).Scan(&counted)
	if err != nil {
		t.Fatal(err)
	}
	return q.Bytes, counted
}

// What a team keeps is known to the byte, whatever is made, changed, sent and deleted.
func TestStoredBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "postrider.db")
	s := storetest.OpenAt(t, path)
	ctx, u := t.Context(), storetest.User(t, s, "ann@example.com")
	check := func(what string, least int64) {
		t.Helper()
		if said, counted := storedBytes(t, s, path, u.TeamID); said != counted || said < least {
			t.Errorf("%s: %d bytes are said, %d counted, want at least %d", what, said, counted, least)
		}
	}
	check("nothing", 0)
	full(t, s, u)
	check("everything", 2*300)
	c, err := s.CreateClient(ctx, domain.Client{TeamID: u.TeamID, Email: "ж@example.com", FullName: "Жук", Comment: strings.Repeat("ж", 500)}, now)
	if err != nil {
		t.Fatal(err)
	}
	check("a client in Cyrillic", 1000)
	c.Comment = ""
	if _, err := s.UpdateClient(ctx, c, now); err != nil {
		t.Fatal(err)
	}
	check("a shorter comment", 0)
	m := storetest.Message(t, s, u.TeamID, "Hello", strings.Repeat("x", 5000))
	m.Body = strings.Repeat("y", 7000)
	if m, err = s.UpdateMessage(ctx, m, now); err != nil {
		t.Fatal(err)
	}
	check("a longer message", 7000)
	for _, err := range []error{s.DeleteMessage(ctx, domain.Actor{}, m.ID, now), s.DeleteClient(ctx, domain.Actor{}, c.ID, now)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	check("after deleting", 0)
	if err := s.DeleteAccount(ctx, domain.Actor{ID: u.ID, Email: u.Email}, store.Leaving{Email: u.Email, Password: storetest.Password}, now); err != nil {
		t.Fatal(err)
	}
	for more := true; more; {
		if more, err = s.DeleteSome(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

// A team stores messages until its limit, and not a byte more, be it with messages, clients, mailings or what they send.
func TestStorageQuota(t *testing.T) {
	path := filepath.Join(t.TempDir(), "postrider.db")
	s := storetest.OpenAt(t, path)
	ctx, u := t.Context(), storetest.User(t, s, "ann@example.com")
	storetest.Client(t, s, u.TeamID, "one@example.com")
	later := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Daily)
	setQuota(t, s, u.TeamID, domain.Quota{MaxMegabytes: limit(1)})
	var wrong domain.Invalid
	var m domain.Message
	made := 0
	for err := error(nil); err == nil && made < 20; made++ {
		var one domain.Message
		if one, err = s.CreateMessage(ctx, domain.Message{TeamID: u.TeamID, Subject: "s", Body: strings.Repeat("x", 100_000)}, now); err == nil {
			m = one
		} else if !errors.As(err, &wrong) || wrong[""].Key == "" {
			t.Fatal(err)
		}
	}
	if said, _ := storedBytes(t, s, path, u.TeamID); made != 10 || said > 1_000_000 {
		t.Fatalf("the message that is too much is number %d, and the team keeps %d bytes", made, said)
	}
	rest := 1_000_000 - func() int { said, _ := storedBytes(t, s, path, u.TeamID); return int(said) }()
	grown, shrunk := m, m
	grown.Body, shrunk.Body = strings.Repeat("y", 100_000+rest+1), "short"
	if _, err := s.UpdateMessage(ctx, grown, now); !errors.As(err, &wrong) || wrong[""].Key == "" {
		t.Errorf("one byte too much: %v", err)
	}
	grown.Body = grown.Body[1:]
	m, err := s.UpdateMessage(ctx, grown, now)
	if err != nil {
		t.Fatalf("the last byte: %v", err)
	}
	_, err = s.CreateClient(ctx, domain.Client{TeamID: u.TeamID, Email: "two@example.com"}, now)
	if !errors.As(err, &wrong) {
		t.Errorf("one more client: %v", err)
	}
	more := later
	more.ID, more.Name = 0, "One more"
	if _, err := s.CreateMailing(ctx, more, now); !errors.As(err, &wrong) {
		t.Errorf("one more mailing: %v", err)
	}
	var full domain.Refused
	if _, err := s.RunNow(ctx, domain.Actor{}, later.ID, 0, "x <x@example.com>", now.Add(2*time.Hour)); !errors.As(err, &full) {
		t.Errorf("one more run: %v", err)
	}
	if _, err := s.StartDue(ctx, "x <x@example.com>", now.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if stopped, err := s.Mailing(ctx, later.ID); err != nil || !stopped.Paused() || stopped.PauseWhy.Key == "" {
		t.Errorf("what is due is %+v, %v", stopped, err)
	}
	shrunk.Version = m.Version
	if m, err = s.UpdateMessage(ctx, shrunk, now); err != nil {
		t.Errorf("a shorter one: %v", err)
	}
	setQuota(t, s, u.TeamID, domain.Quota{MaxMegabytes: limit(0)})
	m.Body = "shorter"[:4]
	if _, err := s.UpdateMessage(ctx, m, now); err != nil {
		t.Errorf("above the limit, but shorter: %v", err)
	}
}
