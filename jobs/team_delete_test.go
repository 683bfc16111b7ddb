package jobs_test

import (
	"bytes"
	"database/sql"
	"net/mail"
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
	"postrider/store"
	"postrider/store/storetest"
)

// leave deletes the owner's account.
func (s *site) leave() {
	s.t.Helper()
	by := s.user.Actor("")
	if err := s.store.DeleteAccount(s.t.Context(), by, store.Leaving{Email: s.user.Email, Password: storetest.Password}, s.clock()); err != nil {
		s.t.Fatal(err)
	}
}

// kept is how many rows of the owner's team are left.
func (s *site) kept() (n int) {
	s.t.Helper()
	s.file(func(db *sql.DB) error {
		return db.QueryRowContext(s.t.Context(), `SELECT (SELECT count(*) FROM teams WHERE id = $1) + (SELECT count(*) FROM clients WHERE team_id = $1)
			+ (SELECT count(*) FROM mailings WHERE team_id = $1) + (SELECT count(*) FROM runs WHERE team_id = $1)
			+ (SELECT count(*) FROM deliveries WHERE run_id NOT IN (SELECT id FROM runs))
			+ (SELECT count(*) FROM attempts WHERE run_id NOT IN (SELECT id FROM runs))`, s.user.TeamID).Scan(&n)
	})
	return n
}

func TestOwnerLeaves(t *testing.T) {
	for stage, most := range map[string]int{mailtest.Rcpt: 0, mailtest.Data: 0, mailtest.Dot: connections} {
		t.Run("with letters at "+stage, func(t *testing.T) {
			mid := inTheMiddle(t, stage)
			mid.leave()
			mid.sender.Wake()
			mid.wait("everything to be deleted, under way or not", func() bool { return mid.kept() == 0 })
			mid.let()
			mid.elsewhere()
			if n := mid.relay.Count() - early; n > most+1 { // the other team's
				t.Errorf("%d letters after the end, want at most %d", n-1, most)
			}
			if n := mid.logged.count("trouble"); n != 0 {
				t.Errorf("there was trouble, %d times", n)
			}
		})
	}
}

func TestTeamIsDeleted(t *testing.T) {
	t.Parallel()
	s := newSite(t, plan{clients: 3000})
	s.mailing(0)
	stop := s.run()
	s.relay.WaitFor(100, patience)
	stop()
	s.leave() // nobody is working on it
	arrived := s.relay.Count()
	if more, err := s.store.DeleteSome(t.Context()); !more || err != nil {
		t.Errorf("nothing more to delete: %v", err)
	}
	if s.kept() == 0 {
		t.Error("all was deleted at once")
	}
	s.newSender() // as a restart does
	s.run()
	s.wait("the rest to be deleted", func() bool { return s.kept() == 0 })
	s.elsewhere()
	if n := s.relay.Count() - arrived; n != 1 {
		t.Errorf("%d letters after the end, the other team's alone is right", n)
	}
	s.advance(24 * time.Hour)
	if err := s.sender.Tick(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAfterTeamDeletion(t *testing.T) {
	t.Parallel()
	s := newSite(t, plan{clients: 3})
	m := s.mailing(0)
	s.run()
	s.until(m, "the letters of the team to go", over)
	s.leave()
	s.sender.Wake()
	s.wait("all to be deleted", func() bool { return s.kept() == 0 })

	other := storetest.User(t, s.store, "other@example.com")
	storetest.Client(t, s.store, other.TeamID, "elsewhere@example.com")
	at := s.clock().Add(time.Hour) // not before the change of its message
	next := storetest.Mailing(t, s.store, other.TeamID, s.clock(), domain.LocalTimeOf(at, time.UTC).String(), "", "UTC", domain.Once)
	msg, err := s.store.Message(t.Context(), domain.CommandLineActor(), domain.View, next.MessageID)
	if err != nil {
		t.Fatal(err)
	}
	msg.Subject = "From another team"
	if _, err := s.store.UpdateMessage(t.Context(), domain.CommandLineActor(), msg, s.clock()); err != nil {
		t.Fatal(err)
	}
	s.advance(time.Hour)
	s.sender.Wake()
	s.until(next, "the other team's letter to go", over)
	seen := map[string]bool{}
	for _, l := range s.relay.Letters() {
		read, err := mail.ReadMessage(bytes.NewReader(l.Source))
		if err != nil {
			t.Fatal(err)
		}
		if got := read.Header.Get("Subject"); (got == "From another team") != (l.To == "elsewhere@example.com") {
			t.Errorf("%s gets %q", l.To, got)
		}
		if id := read.Header.Get("Message-ID"); seen[id] {
			t.Errorf("%s gets the Message-ID of another letter", l.To)
		} else {
			seen[id] = true
		}
	}
}
