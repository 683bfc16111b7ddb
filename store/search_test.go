package store

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postrider/domain"
)

// slowStore is a store with rows of that length, in which searching for slowText is as slow as a search of its length
// can be.
func slowStore(t *testing.T, rows, length int) *Store {
	t.Helper()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "postrider.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	text := strings.Repeat("a", length)
	for _, fill := range []query{
		`INSERT INTO teams (id, name, created_at) SELECT 1, 'Team', 1 WHERE $1 <> '' AND $2 > 0`,
		`WITH RECURSIVE counted (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < $2)
			INSERT INTO messages (team_id, subject, body, search, created_at, updated_at) SELECT 1, 'A', 'A', $1, 1, 1 FROM counted`,
		`WITH RECURSIVE counted (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < $2)
			INSERT INTO clients (team_id, email, envelope, email_key, full_name, comment, search, created_at, updated_at)
			SELECT 1, i, i, i, '', '', $1, 1, 1 FROM counted`,
		`WITH RECURSIVE counted (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < $2)
			INSERT INTO audit (at, actor_id, actor, address, action, subject, detail) SELECT 1, 1, 'a', '', 'delete', '', $1 FROM counted`,
		`INSERT INTO audit (at, actor_id, actor, address, action, subject, detail) SELECT 1, 1, 'a', '', 'delete', $1 || 'b', '' WHERE $2 > 0`,
	} {
		if _, err := s.write.exec(t.Context(), fill, text, rows); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

var slowText = strings.Repeat("a", domain.MaxSearch-1) + "b"

// A list stops when its reader's time is over, even after it has found some rows.
func TestListsStopAtTheirTimeLimit(t *testing.T) {
	s := slowStore(t, 2000, 10_000)
	for name, list := range map[string]func(context.Context) error{
		"the clients": func(ctx context.Context) error {
			_, err := s.Clients(ctx, 1, ClientQuery{Q: slowText})
			return err
		},
		"the audit log, whose newest entry is found at once": func(ctx context.Context) error {
			_, err := s.Audit(ctx, AuditQuery{Q: slowText})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			began := time.Now()
			if err := list(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("it ends with %v", err)
			}
			if took := time.Since(began); took > 8*time.Second { // the full search takes twice that
				t.Errorf("it ends after %v", took)
			}
		})
	}
}

// Searching large messages and articles takes as long as reading them, whatever the text.
func TestSearchInLargeTexts(t *testing.T) {
	s := slowStore(t, 100, domain.MaxBody)
	for i := range 20 {
		p := domain.Post{Author: "A", Title: "A", Slug: "a" + strings.Repeat("a", i), Content: strings.Repeat("a", domain.MaxContent)}
		if _, err := s.CreatePost(t.Context(), p, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	for text, found := range map[string]int{slowText: 0, strings.Repeat("a", domain.MaxSearch): 100, " A%": 0, "": 100} {
		began := time.Now()
		messages, err := s.Messages(t.Context(), 1, MessageQuery{Q: text})
		if err != nil || messages.Total != found {
			t.Errorf("%.10q is found in %d messages, %v", text, messages.Total, err)
		}
		posts, err := s.Posts(t.Context(), PostQuery{Q: text}, time.Now())
		if err != nil || (posts.Total == 0) != (found == 0) {
			t.Errorf("%.10q is found in %d articles, %v", text, posts.Total, err)
		}
		if took := time.Since(began); took > 8*time.Second { // LIKE takes half a minute
			t.Errorf("%.10q takes %v", text, took)
		}
	}
}

// Lookups by key do not wait, however many searches are running.
func TestListsLeaveReadersFree(t *testing.T) {
	s := slowStore(t, 2000, 10_000)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 20)
	for range cap(done) {
		go func() {
			_, err := s.Clients(ctx, 1, ClientQuery{Q: slowText})
			done <- err
		}()
	}
	for late := time.Now().Add(30 * time.Second); s.lists.raw.Stats().InUse < listConns; time.Sleep(time.Millisecond) {
		if time.Now().After(late) {
			t.Fatal("the searches do not begin")
		}
	}
	if _, err := s.Message(t.Context(), domain.CommandLineActor(), domain.View, 1); err != nil {
		t.Error(err)
	}
	if _, err := s.PostsState(t.Context(), time.Now()); err != nil {
		t.Error(err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	if len(done) > 0 {
		t.Errorf("%d searches have ended meanwhile", len(done))
	}
	cancel()
	for range cap(done) {
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("it ends with %v", err)
		}
	}
}

// The sender never waits for a turn; everyone else does, as long as their time lasts.
func TestSenderDoesNotWaitForTurns(t *testing.T) {
	s := slowStore(t, 1, 10)
	s.turn <- struct{}{} // someone is next
	if _, err := s.Claim(t.Context(), 1, 10, time.Now()); err != nil {
		t.Error(err)
	}
	if _, _, err := s.Commit(t.Context(), nil, nil, time.Now()); err != nil {
		t.Error(err)
	}
	if err := s.Release(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if _, err := s.ClaimLetter(t.Context(), 1, time.Now()); !errors.Is(err, domain.ErrNotFound) {
		t.Error(err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	m := domain.Message{TeamID: 1, Subject: "A", Body: "B"}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := s.CreateMessage(ctx, domain.CommandLineActor(), m, time.Now()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("it ends with %v", err)
	}
	<-s.turn
	if _, err := s.CreateMessage(t.Context(), domain.CommandLineActor(), m, time.Now()); err != nil {
		t.Error(err)
	}
}
