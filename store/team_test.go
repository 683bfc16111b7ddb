package store_test

import (
	"errors"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store/storetest"
)

func TestTeamName(t *testing.T) {
	s := storetest.Open(t)
	u := storetest.User(t, s, "ann@example.com")
	if err := s.NameTeam(t.Context(), actorOf(u), "  Bäckerei  ", now); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Team(t.Context(), u.TeamID); err != nil || got.Name != "Bäckerei" {
		t.Errorf("the team is %+v, %v", got, err)
	}
	var wrong domain.Invalid
	for _, name := range []string{"", " ", "a\nb", string(make([]rune, 101))} {
		if err := s.NameTeam(t.Context(), actorOf(u), name, now); !errors.As(err, &wrong) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := s.Team(t.Context(), 999); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("a team that is not there: %v", err)
	}
}

func TestRemoveMember(t *testing.T) {
	t.Run("moves them to a new team named as at sign-up, and what they created stays", func(t *testing.T) {
		s := storetest.Open(t)
		ann, bob := joined(t, s)
		cl := storetest.Client(t, s, bob.TeamID, "made@example.com")
		if err := s.CreateSession(t.Context(), "session", domain.Session{UserID: bob.ID, PasswordAt: bob.PasswordAt, CreatedAt: now, SeenAt: now}); err != nil {
			t.Fatal(err)
		}
		invite(t, s, bob, "spare@example.com", "spare")
		if _, err := s.RemoveMember(t.Context(), actorOf(ann), bob.ID, domain.SystemLetter{}, now); err != nil {
			t.Fatal(err)
		}
		after := reload(t, s, bob.ID)
		fresh, err := s.Team(t.Context(), after.TeamID)
		if err != nil || after.TeamID == ann.TeamID || fresh.Name != "Bob" {
			t.Errorf("now in %+v, %v", fresh, err)
		}
		if kept, err := s.Client(t.Context(), domain.CommandLineActor(), domain.View, cl.ID); err != nil || kept.TeamID != ann.TeamID {
			t.Errorf("the client is %+v, %v", kept, err)
		}
		if _, _, err := s.Session(t.Context(), "session", now); err != nil {
			t.Errorf("the session: %v", err)
		}
		if _, err := s.Invitation(t.Context(), "spare", now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("their invitation can still be used: %v", err)
		}
		if got := lines(t, s, domain.AuditRemove); len(got) != 1 || got[0] != "ann@example.com: bob@example.com (User ann@example.com)" {
			t.Errorf("the log says %q", got)
		}
	})
	t.Run("applies to other members of the same team only", func(t *testing.T) {
		s := storetest.Open(t)
		ann, bob := joined(t, s)
		carol := storetest.User(t, s, "carol@example.com")
		for name, c := range map[string]struct {
			by domain.User
			id int64
		}{"a stranger by a member": {ann, carol.ID}, "a member by a stranger": {carol, bob.ID}, "nobody": {ann, 999}} {
			if _, err := s.RemoveMember(t.Context(), actorOf(c.by), c.id, domain.SystemLetter{}, now); !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := s.RemoveMember(t.Context(), actorOf(ann), ann.ID, domain.SystemLetter{}, now); !refused(err) {
			t.Errorf("oneself: %v", err)
		}
		if _, err := s.RemoveMember(t.Context(), actorOf(ann), bob.ID, domain.SystemLetter{}, now); err != nil {
			t.Error(err)
		}
		if _, err := s.RemoveMember(t.Context(), actorOf(bob), ann.ID, domain.SystemLetter{}, now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the removed one removes: %v", err)
		}
	})
}

func TestLeaveTeam(t *testing.T) {
	s := storetest.Open(t)
	ann, bob := joined(t, s)
	storetest.Client(t, s, ann.TeamID, "kept@example.com")
	if err := s.LeaveTeam(t.Context(), actorOf(ann), now); !refused(err) {
		t.Errorf("the owner leaves: %v", err)
	}
	passTo(t, s, ann, bob)
	if err := s.LeaveTeam(t.Context(), actorOf(ann), now); err != nil {
		t.Fatal(err)
	}
	if u := reload(t, s, ann.ID); u.TeamID == bob.TeamID {
		t.Error("still in the team")
	}
	if err := s.LeaveTeam(t.Context(), actorOf(bob), now); !refused(err) {
		t.Errorf("the last one leaves: %v", err)
	}
	if got := lines(t, s, domain.AuditLeave); len(got) != 1 || got[0] != "ann@example.com: ann@example.com (User ann@example.com)" {
		t.Errorf("the log says %q", got)
	}
	members, err := s.Members(t.Context(), bob.TeamID)
	if err != nil || len(members) != 1 || members[0].ID != bob.ID || !members[0].SignedInAt.IsZero() {
		t.Errorf("members %+v, %v", members, err)
	}
}

// A team with only blocked members left sends nothing, however the last other member went.
func TestLeavingBlockedMembersBehind(t *testing.T) {
	s := storetest.Open(t)
	ann, bob := joined(t, s)
	storetest.Client(t, s, ann.TeamID, "kept@example.com")
	due := now.Add(time.Hour)
	m := storetest.Mailing(t, s, ann.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
	begin(t, s, due)
	passTo(t, s, ann, bob)
	if _, err := s.BlockUser(t.Context(), domain.Actor{}, bob.ID, "because", due); err != nil {
		t.Fatal(err)
	}
	if err := s.LeaveTeam(t.Context(), actorOf(ann), due); err != nil {
		t.Fatal(err)
	}
	if runs, err := s.Runs(t.Context(), m.ID, 9); err != nil || len(runs) != 1 || runs[0].State != domain.RunCancelled {
		t.Errorf("runs %+v, %v", runs, err)
	}
}
