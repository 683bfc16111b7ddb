package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestLetterQuota(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	setUp := func(t *testing.T, max *int) (*store.Store, domain.User) {
		s := storetest.Open(t)
		u := team(t, s, "a@example.com", 10)
		setQuota(t, s, u.TeamID, domain.Quota{MaxLetters: max})
		storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		begin(t, s, due)
		return s, u
	}
	t.Run("everything is claimed without one", func(t *testing.T) {
		s, _ := setUp(t, nil)
		if got := claim(t, s, 1, 100, due); len(got) != 20 {
			t.Errorf("%d were claimed", len(got))
		}
	})
	t.Run("a quota of zero sends nothing", func(t *testing.T) {
		s, u := setUp(t, limit(0))
		if got := claim(t, s, 1, 100, due); len(got) != 0 {
			t.Errorf("%d were claimed", len(got))
		}
		if q, err := s.Quota(t.Context(), u.TeamID, due); err != nil || !q.Spent() {
			t.Errorf("the quota is %+v, %v", q, err)
		}
	})
	t.Run("all runs of the team together claim no more than it may send, until the outcomes are known", func(t *testing.T) {
		s, u := setUp(t, limit(4))
		got := claim(t, s, 1, 100, due)
		if len(got) != 4 || len(claim(t, s, 1, 100, due)) != 0 {
			t.Fatalf("%d were claimed", len(got))
		}
		end(t, s, got[0], domain.OutcomeSent, due)
		end(t, s, got[1], domain.OutcomeUncertain, due)
		if more := claim(t, s, 1, 100, due); len(more) != 0 {
			t.Errorf("%d more after two have gone", len(more))
		}
		end(t, s, got[2], domain.OutcomePermanent, due)
		more := claim(t, s, 1, 100, due)
		if len(more) != 1 {
			t.Fatalf("a refused letter gave %d places back", len(more))
		}
		if err := s.Release(t.Context(), more); err != nil {
			t.Fatal(err)
		}
		end(t, s, got[3], domain.OutcomeSent, due)
		end(t, s, claim(t, s, 1, 100, due)[0], domain.OutcomeSent, due)
		if q, err := s.Quota(t.Context(), u.TeamID, due); err != nil || q.SentToday != 4 || !q.Spent() {
			t.Errorf("the quota is %+v, %v", q, err)
		}
		if n, next, err := s.Unfinished(t.Context(), due); err != nil || n != 0 || !next.IsZero() {
			t.Errorf("%d runs wait for %s, %v: a pass would not end before tomorrow", n, next, err)
		}
		tomorrow := due.AddDate(0, 0, 1).Truncate(24 * time.Hour)
		if got := claim(t, s, 1, 100, tomorrow.Add(-time.Millisecond)); len(got) != 0 {
			t.Errorf("%d were claimed before midnight in UTC", len(got))
		}
		if got := claim(t, s, 1, 100, tomorrow); len(got) != 4 {
			t.Errorf("%d were claimed on the next day", len(got))
		}
	})
	t.Run("one team's quota does not affect another team, which gets all slots", func(t *testing.T) {
		s, _ := setUp(t, limit(0))
		other := team(t, s, "b@example.com", 10)
		m := storetest.Mailing(t, s, other.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		begin(t, s, due)
		if got := claim(t, s, 1, 10, due); len(got) != 10 || got[0].MailingID != m.ID {
			t.Errorf("%d were claimed", len(got))
		}
	})
}

func TestClientQuota(t *testing.T) {
	s := storetest.Open(t)
	u := team(t, s, "a@example.com", 2)
	add := func(email string) error {
		_, err := s.CreateClient(t.Context(), domain.CommandLineActor(), domain.Client{TeamID: u.TeamID, Email: email}, now)
		return err
	}
	setQuota(t, s, u.TeamID, domain.Quota{MaxClients: limit(3)})
	if err := add("third@example.com"); err != nil {
		t.Error(err)
	}
	var wrong domain.Invalid
	if err := add("fourth@example.com"); !errors.As(err, &wrong) || wrong[""].Key == "" {
		t.Errorf("one too many: %v", err)
	}
	setQuota(t, s, u.TeamID, domain.Quota{MaxClients: limit(0)})
	if page, err := s.Clients(t.Context(), u.TeamID, store.ClientQuery{}); err != nil || page.Total != 3 {
		t.Errorf("a smaller quota left %d clients, %v", page.Total, err)
	}
	setQuota(t, s, u.TeamID, domain.Quota{})
	if err := add("fourth@example.com"); err != nil {
		t.Error(err)
	}
	want := "admin@example.com: User a@example.com (max_clients=0 max_letters=none max_megabytes=none max_members=none max_invitations=none max_writes=none)"
	if got := lines(t, s, domain.AuditQuota); len(got) != 3 || got[1] != want {
		t.Errorf("the log says %q", got)
	}
	if err := s.SetQuota(t.Context(), domain.Actor{}, 999, domain.Quota{}, now); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("a team that is not there: %v", err)
	}
}

// Exactly as many clients as allowed can be added, even when many are added at once.
func TestClientQuotaAtOnce(t *testing.T) {
	s := storetest.Open(t)
	u := storetest.User(t, s, "ann@example.com")
	setQuota(t, s, u.TeamID, domain.Quota{MaxClients: limit(5)})
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			var wrong domain.Invalid
			_, err := s.CreateClient(t.Context(), domain.CommandLineActor(), domain.Client{TeamID: u.TeamID, Email: fmt.Sprintf("c%d@example.com", n)}, now)
			if err != nil && !errors.As(err, &wrong) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if page, err := s.Clients(t.Context(), u.TeamID, store.ClientQuery{}); err != nil || page.Total != 5 {
		t.Errorf("%d clients, %v", page.Total, err)
	}
}

// limitsOf are the limits of the user's current team.
func limitsOf(t *testing.T, s *store.Store, userID int64) string {
	t.Helper()
	u, err := s.User(t.Context(), userID)
	if err != nil {
		t.Fatal(err)
	}
	q, err := s.Quota(t.Context(), u.TeamID, now)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(q.String(), "max_", "")
}

const noLimits = "clients=none letters=none megabytes=none members=none invitations=none writes=none"

// A user who leaves a team, is removed from it or moves to another keeps the tightest limits.
func TestQuotaIsInherited(t *testing.T) {
	strict := domain.Quota{MaxClients: limit(10), MaxLetters: limit(20)}
	const tight = "clients=10 letters=20 megabytes=none members=none invitations=none writes=none"
	t.Run("by members who leave or are removed", func(t *testing.T) {
		s := storetest.Open(t)
		ann, bob := joined(t, s)
		setQuota(t, s, ann.TeamID, strict)
		if err := s.LeaveTeam(t.Context(), actorOf(bob), now); err != nil {
			t.Fatal(err)
		}
		if got := limitsOf(t, s, bob.ID); got != tight {
			t.Errorf("whoever left has %s", got)
		}
		carol := storetest.User(t, s, "carol@example.com")
		s.MoveForTest(t, carol.ID, ann.TeamID)
		if _, err := s.RemoveMember(t.Context(), actorOf(ann), carol.ID, domain.SystemLetter{}, now); err != nil {
			t.Fatal(err)
		}
		if got := limitsOf(t, s, carol.ID); got != tight {
			t.Errorf("whoever was removed has %s", got)
		}
	})
	t.Run("through a team without limits, which stays unlimited", func(t *testing.T) {
		s := storetest.Open(t)
		ann, mallory := storetest.User(t, s, "ann@example.com"), storetest.User(t, s, "mallory@example.com")
		setQuota(t, s, mallory.TeamID, strict)
		setQuota(t, s, ann.TeamID, domain.Quota{MaxLetters: limit(5)})
		for n := range 2 { // twice as well
			invite(t, s, ann, "mallory@example.com", fmt.Sprint("token", n))
			if _, err := s.JoinTeam(t.Context(), actorOf(mallory), fmt.Sprint("token", n), now); err != nil {
				t.Fatal(err)
			}
			if got := limitsOf(t, s, ann.ID); got != strings.Replace(noLimits, "letters=none", "letters=5", 1) {
				t.Errorf("the team has %s", got)
			}
			if err := s.LeaveTeam(t.Context(), actorOf(mallory), now); err != nil {
				t.Fatal(err)
			}
			if got := limitsOf(t, s, mallory.ID); got != strings.Replace(tight, "letters=20", "letters=5", 1) {
				t.Errorf("the new team has %s", got)
			}
		}
		mallory, err := s.User(t.Context(), mallory.ID)
		if err != nil {
			t.Fatal(err)
		}
		setQuota(t, s, mallory.TeamID, domain.Quota{})
		setQuota(t, s, ann.TeamID, domain.Quota{})
		invite(t, s, ann, "mallory@example.com", "last")
		if _, err := s.JoinTeam(t.Context(), actorOf(mallory), "last", now); err != nil {
			t.Fatal(err)
		}
		if err := s.LeaveTeam(t.Context(), actorOf(mallory), now); err != nil {
			t.Fatal(err)
		}
		if got := limitsOf(t, s, mallory.ID); got != noLimits {
			t.Errorf("an admin has taken the limits away, and there are %s", got)
		}
	})
	t.Run("a new team has limits where strangers can sign up, unless the operator creates it", func(t *testing.T) {
		s := storetest.Open(t)
		s.NewTeam = strict
		signUp(t, s, "first@example.com", "t1")
		signUp(t, s, "second@example.com", "t2")
		added := storetest.User(t, s, "added@example.com")
		for email, want := range map[string]string{"first@example.com": tight, "second@example.com": tight, "added@example.com": noLimits} {
			u, err := s.UserByEmail(t.Context(), email)
			if err != nil {
				t.Fatal(err)
			}
			if got := limitsOf(t, s, u.ID); got != want {
				t.Errorf("%s has %s", email, got)
			}
		}
		invite(t, s, added, "guest@example.com", "token")
		guest, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token", newcomer(), now)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.LeaveTeam(t.Context(), actorOf(guest), now); err != nil {
			t.Fatal(err)
		}
		if got := limitsOf(t, s, guest.ID); got != tight {
			t.Errorf("a guest who has left has %s", got)
		}
	})
}

func TestMemberQuota(t *testing.T) {
	s := storetest.Open(t)
	ann := storetest.User(t, s, "ann@example.com")
	setQuota(t, s, ann.TeamID, domain.Quota{MaxMembers: limit(2), MaxInvitations: limit(2)})
	invite(t, s, ann, "bob@example.com", "bob")
	invite(t, s, ann, "carol@example.com", "carol")
	if _, err := s.Invite(t.Context(), actorOf(ann), "dora@example.com", "dora", domain.SystemLetter{}, now); !refused(err) {
		t.Errorf("one invitation too many: %v", err)
	}
	if _, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "bob", newcomer(), now); err != nil {
		t.Fatal(err)
	}
	if _, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "carol", newcomer(), now); !refused(err) {
		t.Errorf("one member too many: %v", err)
	}
	if _, err := s.UserByEmail(t.Context(), "carol@example.com"); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("there is an account: %v", err)
	}
	carol := storetest.User(t, s, "carol@example.com")
	if _, err := s.JoinTeam(t.Context(), actorOf(carol), "carol", now); !refused(err) {
		t.Errorf("one member too many, with an account: %v", err)
	}
	if _, err := s.Invite(t.Context(), actorOf(ann), "erin@example.com", "erin", domain.SystemLetter{}, now); !refused(err) {
		t.Errorf("an invitation into a full team: %v", err)
	}
	setQuota(t, s, ann.TeamID, domain.Quota{MaxMembers: limit(3)})
	if _, err := s.JoinTeam(t.Context(), actorOf(carol), "carol", now); err != nil {
		t.Errorf("once there is room: %v", err)
	}
}

// storedBytes is a team's recorded number of bytes, and the number when everything is counted again.
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

// A team's storage is known to the byte, whatever is created, changed, sent and deleted.
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
	c, err := s.CreateClient(ctx, domain.CommandLineActor(), domain.Client{TeamID: u.TeamID, Email: "ж@example.com", FullName: "Жук", Comment: strings.Repeat("ж", 500)}, now)
	if err != nil {
		t.Fatal(err)
	}
	check("a client in Cyrillic", 1000)
	c.Comment = ""
	if _, err := s.UpdateClient(ctx, domain.CommandLineActor(), c, now); err != nil {
		t.Fatal(err)
	}
	check("a shorter comment", 0)
	m := storetest.Message(t, s, u.TeamID, "Hello", strings.Repeat("x", 5000))
	m.Body = strings.Repeat("y", 7000)
	if m, err = s.UpdateMessage(ctx, domain.CommandLineActor(), m, now); err != nil {
		t.Fatal(err)
	}
	check("a longer message", 7000)
	for _, err := range []error{s.DeleteMessage(ctx, domain.CommandLineActor(), m.ID, now), s.DeleteClient(ctx, domain.CommandLineActor(), c.ID, now)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	check("after deleting", 0)
	if err := s.DeleteAccount(ctx, u.Actor(""), store.Leaving{Email: u.Email, Password: storetest.Password}, now); err != nil {
		t.Fatal(err)
	}
	for more := true; more; {
		if more, err = s.DeleteSome(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

// A team can fill its storage limit and not a byte more, with messages, clients, mailings or what they send.
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
		if one, err = s.CreateMessage(ctx, domain.CommandLineActor(), domain.Message{TeamID: u.TeamID, Subject: "s", Body: strings.Repeat("x", 100_000)}, now); err == nil {
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
	if _, err := s.UpdateMessage(ctx, domain.CommandLineActor(), grown, now); !errors.As(err, &wrong) || wrong[""].Key == "" {
		t.Errorf("one byte too much: %v", err)
	}
	grown.Body = grown.Body[1:]
	m, err := s.UpdateMessage(ctx, domain.CommandLineActor(), grown, now)
	if err != nil {
		t.Fatalf("the last byte: %v", err)
	}
	_, err = s.CreateClient(ctx, domain.CommandLineActor(), domain.Client{TeamID: u.TeamID, Email: "two@example.com"}, now)
	if !errors.As(err, &wrong) {
		t.Errorf("one more client: %v", err)
	}
	more := later
	more.ID, more.Name = 0, "One more"
	if _, err := s.CreateMailing(ctx, domain.CommandLineActor(), more, now); !errors.As(err, &wrong) {
		t.Errorf("one more mailing: %v", err)
	}
	var full domain.Refused
	if _, err := s.RunNow(ctx, domain.CommandLineActor(), later.ID, 0, "x <x@example.com>", now.Add(2*time.Hour)); !errors.As(err, &full) {
		t.Errorf("one more run: %v", err)
	}
	if _, err := s.StartDue(ctx, "x <x@example.com>", now.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if stopped, err := s.Mailing(ctx, domain.CommandLineActor(), domain.View, later.ID); err != nil || !stopped.Paused() || stopped.PauseWhy.Key == "" {
		t.Errorf("what is due is %+v, %v", stopped, err)
	}
	shrunk.Version = m.Version
	if m, err = s.UpdateMessage(ctx, domain.CommandLineActor(), shrunk, now); err != nil {
		t.Errorf("a shorter one: %v", err)
	}
	setQuota(t, s, u.TeamID, domain.Quota{MaxMegabytes: limit(0)})
	m.Body = "shorter"[:4]
	if _, err := s.UpdateMessage(ctx, domain.CommandLineActor(), m, now); err != nil {
		t.Errorf("above the limit, but shorter: %v", err)
	}
}
