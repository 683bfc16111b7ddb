package store_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestAcceptInvitation(t *testing.T) {
	t.Run("creates a verified user in the team, once", func(t *testing.T) {
		s := storetest.Open(t)
		ann, bob := joined(t, s)
		if bob.TeamID != ann.TeamID || bob.Role != domain.RoleUser || !bob.Verified() || bob.Email != "bob@example.com" ||
			bob.Name != "Bob" || bob.Language != "ru" || bob.TimeZone != "Europe/Berlin" {
			t.Errorf("the user is %+v", bob)
		}
		if u, err := s.SignIn(t.Context(), store.Origin{}, "bob@example.com", storetest.Password, now); err != nil || u.ID != bob.ID {
			t.Errorf("signing in gave %+v, %v", u, err)
		}
		if _, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token of bob", newcomer(), now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the second time: %v", err)
		}
		if open, err := s.Invitations(t.Context(), ann.TeamID); err != nil || len(open) != 0 {
			t.Errorf("still open: %+v, %v", open, err)
		}
		if got := lines(t, s, domain.AuditJoin); len(got) != 1 || got[0] != "bob@example.com: bob@example.com (User ann@example.com)" {
			t.Errorf("the log says %q", got)
		}
		if got := lines(t, s, domain.AuditInvite); len(got) != 1 || got[0] != "ann@example.com: bob@example.com (User ann@example.com)" {
			t.Errorf("the log says %q", got)
		}
	})
	t.Run("creates one user when many accept at once", func(t *testing.T) {
		s := storetest.Open(t)
		ann := storetest.User(t, s, "ann@example.com")
		invite(t, s, ann, "bob@example.com", "token")
		var all sync.WaitGroup
		var came atomic.Int32
		for range 8 {
			all.Go(func() {
				if _, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token", newcomer(), now); err == nil {
					came.Add(1)
				} else if !errors.Is(err, domain.ErrNotFound) {
					t.Errorf("one of the others: %v", err)
				}
			})
		}
		all.Wait()
		if members, err := s.Members(t.Context(), ann.TeamID); err != nil || len(members) != 2 || came.Load() != 1 {
			t.Errorf("%d came, %d members, %v", came.Load(), len(members), err)
		}
	})
	t.Run("leaves the invitation usable when the input is wrong", func(t *testing.T) {
		s := storetest.Open(t)
		invite(t, s, storetest.User(t, s, "ann@example.com"), "bob@example.com", "token")
		bad := newcomer()
		bad.Password = "short"
		var wrong domain.Invalid
		if _, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token", bad, now); !errors.As(err, &wrong) || wrong["password"].Key == "" {
			t.Errorf("got %v", err)
		}
		if _, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token", newcomer(), now); err != nil {
			t.Error(err)
		}
	})
	t.Run("takes over an unconfirmed account, including its password", func(t *testing.T) {
		s := storetest.Open(t)
		ann := storetest.User(t, s, "ann@example.com")
		squat := domain.SignUp{Email: "Bob@example.com", Name: "Mallory", Password: "the password of mallory", Language: "en", TimeZone: "UTC"}
		if err := s.SignUp(t.Context(), squat, store.Joining{Token: "verify"}, now); err != nil {
			t.Fatal(err)
		}
		old, err := s.UserByEmail(t.Context(), "bob@example.com")
		if err != nil {
			t.Fatal(err)
		}
		invite(t, s, ann, "bob@example.com", "token")
		bob, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token", newcomer(), now)
		if err != nil || bob.ID != old.ID || bob.TeamID != ann.TeamID || bob.Name != "Bob" || !bob.Verified() {
			t.Fatalf("%+v, %v", bob, err)
		}
		if _, err := s.SignIn(t.Context(), store.Origin{}, "bob@example.com", squat.Password, now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the old password: %v", err)
		}
		if _, err := confirm(t, s, "verify", "", storetest.Password, now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the old letter: %v", err)
		}
		if _, err := s.Team(t.Context(), old.TeamID); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the old team: %v", err)
		}
	})
	t.Run("gives nobody a role: an account that has one is confirmed by its own letter", func(t *testing.T) {
		s := storetest.Open(t)
		first := domain.SignUp{Email: "first@example.com", Password: storetest.Password, Language: "en", TimeZone: "UTC"}
		if err := s.SignUp(t.Context(), first, store.Joining{Token: "verify"}, now); err != nil {
			t.Fatal(err)
		}
		if _, err := s.SetRole(t.Context(), domain.Actor{}, 1, domain.RoleEditor, now); err != nil {
			t.Fatal(err)
		}
		mallory := storetest.User(t, s, "mallory@example.com")
		invite(t, s, mallory, "first@example.com", "token")
		if u, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token", newcomer(), now); !refused(err) {
			t.Errorf("got %+v, %v", u, err)
		}
		if _, err := confirm(t, s, "verify", "", storetest.Password, now); err != nil {
			t.Errorf("the own letter: %v", err)
		}
	})
	t.Run("refuses an address that has an account, and leaves the invitation to that account", func(t *testing.T) {
		s := storetest.Open(t)
		ann, bob := storetest.User(t, s, "ann@example.com"), storetest.User(t, s, "bob@example.com")
		invite(t, s, ann, "bob@example.com", "token")
		if _, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token", newcomer(), now); !refused(err) {
			t.Errorf("got %v", err)
		}
		if _, err := s.JoinTeam(t.Context(), actorOf(bob), "token", now); err != nil {
			t.Error(err)
		}
	})
}

func TestJoinTeam(t *testing.T) {
	setUp := func(t *testing.T) (s *store.Store, ann, bob domain.User) {
		s = storetest.Open(t)
		ann, bob = storetest.User(t, s, "ann@example.com"), storetest.User(t, s, "bob@example.com")
		invite(t, s, ann, "Bob@example.com", "token")
		return s, ann, bob
	}
	t.Run("moves a user, and closes the empty team", func(t *testing.T) {
		s, ann, bob := setUp(t)
		if _, err := s.JoinTeam(t.Context(), actorOf(bob), "token", now); err != nil {
			t.Fatal(err)
		}
		if u := reload(t, s, bob.ID); u.TeamID != ann.TeamID {
			t.Errorf("in team %d", u.TeamID)
		}
		if _, err := s.Team(t.Context(), bob.TeamID); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the old team: %v", err)
		}
		for more := true; more; {
			var err error
			if more, err = s.DeleteSome(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := lines(t, s, domain.AuditJoin); len(got) != 1 {
			t.Errorf("the log says %q", got)
		}
	})
	t.Run("refuses if data would be left with nobody, and does not use up the invitation", func(t *testing.T) {
		s, ann, bob := setUp(t)
		cl := storetest.Client(t, s, bob.TeamID, "left@example.com")
		if _, err := s.JoinTeam(t.Context(), actorOf(bob), "token", now); !refused(err) {
			t.Errorf("got %v", err)
		}
		if err := s.DeleteClient(t.Context(), actorOf(bob), cl.ID, now); err != nil {
			t.Fatal(err)
		}
		if _, err := s.JoinTeam(t.Context(), actorOf(bob), "token", now); err != nil {
			t.Error(err)
		}
		if u := reload(t, s, bob.ID); u.TeamID != ann.TeamID {
			t.Errorf("in team %d", u.TeamID)
		}
	})
	t.Run("lets a user go who leaves a colleague behind", func(t *testing.T) {
		s, _, bob := setUp(t)
		storetest.Client(t, s, bob.TeamID, "left@example.com")
		invite(t, s, bob, "carol@example.com", "token of carol")
		carol, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token of carol", newcomer(), now)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.JoinTeam(t.Context(), actorOf(bob), "token", now); !refused(err) {
			t.Errorf("the owner goes: %v", err)
		}
		if _, err := s.PassTeam(t.Context(), actorOf(bob), carol.ID, storetest.Password, store.Passing{}, now); err != nil {
			t.Fatal(err)
		}
		if _, err := s.JoinTeam(t.Context(), actorOf(bob), "token", now); err != nil {
			t.Error(err)
		}
		if _, err := s.Team(t.Context(), carol.TeamID); err != nil {
			t.Errorf("the old team: %v", err)
		}
	})
	t.Run("accepts only the invited address", func(t *testing.T) {
		s, _, _ := setUp(t)
		carol := storetest.User(t, s, "carol@example.com")
		if _, err := s.JoinTeam(t.Context(), actorOf(carol), "token", now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("got %v", err)
		}
		if _, err := s.Invitation(t.Context(), "token", now); err != nil {
			t.Errorf("it is used up: %v", err)
		}
	})
}
