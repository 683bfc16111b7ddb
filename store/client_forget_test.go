package store_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestSecurityForgottenClients(t *testing.T) {
	t.Parallel()
	const month = 30 * 24 * time.Hour
	words := "5.1.1 <Zoe.Quill@gone.example> (Zoe Quill) SRS0=x=y=gone.example=zoe.quill@relay zoe.quill%gone unknown"
	refusedAs := domain.Result{Stage: domain.StageRcpt, Outcome: domain.OutcomePermanent, Scope: domain.ScopeRecipient,
		Reply: domain.Reply{Code: 550, Enhanced: "5.2.1", Text: words}}
	made := func(t *testing.T) (s *store.Store, path string, u domain.User, zoe domain.Client, m domain.Mailing) {
		path = filepath.Join(t.TempDir(), "postrider.db")
		s = storetest.OpenAt(t, path)
		u = storetest.User(t, s, "owner@example.com")
		zoe, err := s.CreateClient(t.Context(), domain.CommandLineActor(), domain.Client{TeamID: u.TeamID, Email: "zoe.quill@gone.example", FullName: "Zoe Quill"}, now)
		if err != nil {
			t.Fatal(err)
		}
		storetest.Client(t, s, u.TeamID, "stays@example.com")
		m = storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T12:00", "", "UTC", domain.Daily)
		return s, path, u, zoe, m
	}
	// fail starts the run that is due at a time and has both of its letters refused with those words.
	fail := func(t *testing.T, s *store.Store, at time.Time) {
		t.Helper()
		begin(t, s, at)
		var done []store.Done
		for _, c := range claim(t, s, 1, 10, at) {
			done = append(done, store.Done{Claimed: c, At: at, Result: refusedAs})
		}
		if len(done) == 0 {
			t.Fatal("nothing to send")
		}
		if _, _, err := s.Commit(t.Context(), done, nil, at); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("are named exactly until then; counts, states and codes stay", func(t *testing.T) {
		s, path, _, zoe, m := made(t)
		fail(t, s, now)
		if err := s.DeleteClient(t.Context(), domain.CommandLineActor(), zoe.ID, now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		deleted := now.Add(time.Hour)
		forget(t, s, deleted.Add(-time.Millisecond))
		if all := kept(t, path); strings.Count(all, "zoe.quill@gone.example zoe.quill@gone.example Zoe Quill") != 1 || strings.Count(all, words) != 2 {
			t.Errorf("before its time: %s", all)
		}
		forget(t, s, deleted)
		all := kept(t, path)
		if low := strings.ToLower(strings.ReplaceAll(all, words, "")); strings.Contains(low, "zoe") || strings.Contains(low, "gone.example") {
			t.Errorf("it is still named: %s", all)
		}
		if strings.Count(all, "failed") != 2 || strings.Count(all, "rcpt permanent 550 5.2.1") != 2 || strings.Count(all, words) != 1 ||
			!strings.Contains(all, "stays@example.com") {
			t.Errorf("the others have lost something: %s", all)
		}
		if r := runs(t, s, m.ID)[0]; r.Counts.Failed != 2 || r.Counts.Recipients != 2 {
			t.Errorf("the run counts %+v", r.Counts)
		}
		page, err := s.Log(t.Context(), m.ID, store.LogQuery{})
		if err != nil || page.Total != 2 {
			t.Errorf("the log has %d lines, %v", page.Total, err)
		}
		if found, err := s.Log(t.Context(), m.ID, store.LogQuery{Q: "zoe"}); err != nil || found.Total != 0 {
			t.Errorf("a search finds %d, %v", found.Total, err)
		}
	})
	t.Run("are forgotten in every run, letter by letter", func(t *testing.T) {
		s, path, _, zoe, _ := made(t)
		for day := range 3 {
			fail(t, s, now.AddDate(0, 0, day))
		}
		if err := s.DeleteClient(t.Context(), domain.CommandLineActor(), zoe.ID, now.AddDate(0, 0, 3)); err != nil {
			t.Fatal(err)
		}
		forget(t, s, now.AddDate(0, 0, 3))
		if all := kept(t, path); strings.Contains(strings.ToLower(strings.ReplaceAll(all, words, "")), "zoe") || strings.Count(all, "deleted:") != 3 {
			t.Errorf("%s", all)
		}
	})
	t.Run("deleted with a letter on the wire are forgotten once it has ended", func(t *testing.T) {
		s, path, _, zoe, _ := made(t)
		begin(t, s, now)
		taken := claim(t, s, 1, 10, now)
		if _, _, err := s.Commit(t.Context(), nil, taken, now); err != nil {
			t.Fatal(err)
		}
		if err := s.DeleteClient(t.Context(), domain.CommandLineActor(), zoe.ID, now); err != nil {
			t.Fatal(err)
		}
		forget(t, s, now)
		if all := kept(t, path); !strings.Contains(all, "zoe.quill@gone.example") {
			t.Errorf("the letter on the wire has lost its address: %s", all)
		}
		var done []store.Done
		for _, c := range taken {
			done = append(done, store.Done{Claimed: c, At: now, Result: refusedAs})
		}
		if _, _, err := s.Commit(t.Context(), done, nil, now); err != nil {
			t.Fatal(err)
		}
		forget(t, s, now)
		if all := kept(t, path); strings.Contains(strings.ToLower(strings.ReplaceAll(all, words, "")), "zoe") {
			t.Errorf("it is still named: %s", all)
		}
	})
	t.Run("who are added again are new: what was forgotten stays forgotten", func(t *testing.T) {
		s, path, u, zoe, _ := made(t)
		fail(t, s, now)
		err := s.DeleteClient(t.Context(), domain.CommandLineActor(), zoe.ID, now)
		if err != nil {
			t.Fatal(err)
		}
		forget(t, s, now)
		_, err = s.CreateClient(t.Context(), domain.CommandLineActor(), domain.Client{TeamID: u.TeamID, Email: zoe.Email}, now)
		if err != nil {
			t.Fatal(err)
		}
		fail(t, s, now.AddDate(0, 0, 1))
		forget(t, s, now.AddDate(0, 0, 1))
		if all := kept(t, path); strings.Count(all, "deleted:") != 1 || strings.Count(all, "zoe.quill@gone.example zoe.quill@gone.example") != 1 {
			t.Errorf("%s", all)
		}
	})
	t.Run("can be many, and other writers get their turn between chunks", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "postrider.db")
		s := storetest.OpenAt(t, path)
		u := storetest.User(t, s, "owner@example.com")
		if err := storetest.AddClients(t.Context(), path, u.TeamID, 1200, now); err != nil {
			t.Fatal(err)
		}
		storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T12:00", "", "UTC", domain.Once)
		begin(t, s, now)
		execute(t, path, `UPDATE deliveries SET state = 'sent', client_id = NULL, orphaned_at = 5`)
		chunks := 1
		for more := true; more; chunks++ {
			var err error
			if more, err = s.Forget(t.Context(), now); err != nil {
				t.Fatal(err)
			}
			if chunks == 1 && strings.Count(kept(t, path), "deleted:") != 500 {
				t.Error("a chunk is not 500")
			}
		}
		if all := kept(t, path); strings.Count(all, "deleted:") != 1200 || strings.Contains(all, "example.com") {
			t.Error("some are still named")
		}
	})
	t.Run("of an older version are forgotten a month after the migration", func(t *testing.T) {
		s, path, _, zoe, _ := made(t)
		fail(t, s, now)
		if err := s.DeleteClient(t.Context(), domain.CommandLineActor(), zoe.ID, now); err != nil {
			t.Fatal(err)
		}
		_, p := migrator(t, path)
		if _, err := p.DownTo(t.Context(), 9); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Up(t.Context()); err != nil {
			t.Fatal(err)
		}
		again := storetest.OpenAt(t, path)
		forget(t, again, time.Now().Add(-time.Minute))
		if !strings.Contains(kept(t, path), "zoe.quill@gone.example") {
			t.Error("it is forgotten at once")
		}
		forget(t, again, time.Now().Add(month))
		if strings.Contains(kept(t, path), "zoe.quill@gone.example zoe") {
			t.Error("it is not forgotten")
		}
	})
}

func TestSecurityTokensAreNotInTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "postrider.db")
	s := storetest.OpenAt(t, path)
	tokens := map[domain.TokenKind]string{domain.TokenVerify: store.NewToken(), domain.TokenReset: store.NewToken()}
	signUp(t, s, "ann@example.com", tokens[domain.TokenVerify])
	l := domain.SystemLetter{Subject: "Reset", Body: "Go to https://post.example/reset/" + tokens[domain.TokenReset], Language: "en", ExpiresAt: now.Add(2 * time.Hour)}
	later := now.Add(time.Hour) // one mailbox gets one letter an hour
	if err := s.SendToken(t.Context(), domain.Actor{}, domain.TokenReset, "ann@example.com", tokens[domain.TokenReset], l, later); err != nil {
		t.Fatal(err)
	}
	nothing := func(when string) {
		t.Helper()
		for kind, token := range tokens {
			if text := raw(t, path); strings.Contains(text, token) {
				t.Errorf("%s the token of the kind %s stands in the file or the write-ahead log", when, kind)
			}
		}
	}
	nothing("while its letter waits")
	truncate(t, s)
	nothing("once that is in the file")
	for _, at := range []time.Time{now, later} {
		got, err := s.ClaimLetter(t.Context(), 1, at)
		if err != nil || got.Subject == "Reset" && got.Body != l.Body {
			t.Fatalf("%+v, %v", got, err)
		}
		err = s.LetterDone(t.Context(), 1, got, domain.Result{Outcome: domain.OutcomePermanent, Stage: domain.StageRcpt,
			Reply: domain.Reply{Code: 550, Enhanced: "5.1.1", Text: "<ann@example.com> words"}}, domain.Step{State: domain.DeliveryFailed, NextAt: now, Counts: true})
		if err != nil {
			t.Fatal(err)
		}
	}
	nothing("when it is sent")
	if strings.Contains(raw(t, path), "> words") {
		t.Error("the relay's words are kept, which nobody may read")
	}
	t.Run("except that one queued by an older version still goes out", func(t *testing.T) {
		execute(t, path, `INSERT INTO outbox (key, email, name, subject, body, language, state, next_at, expires_at, created_at)
			VALUES ('k', 'a@example.com', '', 'Old', 'plain text', 'en', 'waiting', 1, $1, 1)`, now.Add(time.Hour).UnixMilli())
		if got, err := s.ClaimLetter(t.Context(), 1, now); err != nil || got.Body != "plain text" {
			t.Errorf("%+v, %v", got, err)
		}
	})
}
