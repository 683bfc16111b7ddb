package store_test

import (
	"errors"
	"testing"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestOwner(t *testing.T) {
	letter := domain.SystemLetter{Subject: "removed", ExpiresAt: now.Add(domain.NoticeValid)}
	t.Run("is the creator of the team, however it was created", func(t *testing.T) {
		s := storetest.Open(t)
		ann, bob := joined(t, s)
		signUp(t, s, "carol@example.com", "token")
		carol, err := s.UserByEmail(t.Context(), "carol@example.com")
		if err != nil {
			t.Fatal(err)
		}
		wantOwner(t, s, ann.ID)
		wantOwner(t, s, carol.ID)
		if err := s.LeaveTeam(t.Context(), actorOf(bob), now); err != nil {
			t.Fatal(err)
		}
		wantOwner(t, s, bob.ID)
		wantOwner(t, s, ann.ID)
	})
	t.Run("can remove members, as only admins can besides, and cannot be removed", func(t *testing.T) {
		s := storetest.Open(t)
		ann, bob := joined(t, s)
		invite(t, s, ann, "carol@example.com", "token of carol")
		carol, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token of carol", newcomer(), now)
		if err != nil {
			t.Fatal(err)
		}
		admin, err := s.AddUser(t.Context(), domain.SignUp{Email: "admin@example.com", Password: storetest.Password, Language: "en", TimeZone: "UTC"}, domain.RoleAdmin, now)
		if err != nil {
			t.Fatal(err)
		}
		for _, out := range []domain.User{ann, carol} {
			if _, err := s.RemoveMember(t.Context(), actorOf(bob), out.ID, letter, now); !errors.Is(err, domain.ErrForbidden) {
				t.Errorf("bob removes %s: %v", out.Email, err)
			}
		}
		for _, by := range []domain.User{ann, admin} {
			if _, err := s.RemoveMember(t.Context(), actorOf(by), ann.ID, letter, now); !refused(err) {
				t.Errorf("%s removes the owner: %v", by.Email, err)
			}
		}
		for _, c := range []struct{ by, out domain.User }{{ann, bob}, {admin, carol}} {
			if _, err := s.RemoveMember(t.Context(), actorOf(c.by), c.out.ID, letter, now); err != nil {
				t.Errorf("%s removes %s: %v", c.by.Email, c.out.Email, err)
			}
			wantOwner(t, s, c.out.ID)
		}
		notified := map[string]bool{}
		for {
			l, err := s.ClaimLetter(t.Context(), 1, now)
			if err != nil {
				break
			}
			if l.Subject == "removed" {
				notified[l.To.Email] = true
			}
		}
		if len(notified) != 2 || !notified["bob@example.com"] || !notified["carol@example.com"] {
			t.Errorf("notified: %v", notified)
		}
	})
	t.Run("hands over the team with the password, to a member who can own it", func(t *testing.T) {
		s := storetest.Open(t)
		ann, bob := joined(t, s)
		stranger := storetest.User(t, s, "stranger@example.com")
		invite(t, s, ann, "carol@example.com", "token of carol")
		carol, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token of carol", newcomer(), now)
		if err != nil {
			t.Fatal(err)
		}
		pass := func(by, to domain.User, password string) error {
			l := store.Passing{ToNew: domain.SystemLetter{Subject: "new", ExpiresAt: letter.ExpiresAt}, ToOld: domain.SystemLetter{Subject: "old", ExpiresAt: letter.ExpiresAt}}
			_, err := s.PassTeam(t.Context(), actorOf(by), to.ID, password, l, now)
			return err
		}
		var wrong domain.Invalid
		if err := pass(ann, bob, "wrong password"); !errors.As(err, &wrong) || wrong["password"].Key == "" {
			t.Errorf("with a wrong password: %v", err)
		}
		if err := pass(bob, bob, storetest.Password); !errors.Is(err, domain.ErrForbidden) {
			t.Errorf("bob takes it: %v", err)
		}
		if err := pass(ann, stranger, storetest.Password); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("to a stranger: %v", err)
		}
		if err := pass(ann, ann, storetest.Password); !refused(err) {
			t.Errorf("to oneself: %v", err)
		}
		s.UnverifyForTest(t, carol.ID)
		if err := pass(ann, carol, storetest.Password); !refused(err) {
			t.Errorf("to who has not confirmed the address: %v", err)
		}
		wantOwner(t, s, ann.ID)
		if err := pass(ann, bob, storetest.Password); err != nil {
			t.Fatal(err)
		}
		wantOwner(t, s, bob.ID)
		if err := pass(ann, ann, storetest.Password); !errors.Is(err, domain.ErrForbidden) {
			t.Errorf("the old one takes it back: %v", err)
		}
		if got := lines(t, s, domain.AuditOwner); len(got) != 1 || got[0] != "ann@example.com: bob@example.com (User ann@example.com)" {
			t.Errorf("the log says %q", got)
		}
		notified := map[string]string{}
		for {
			l, err := s.ClaimLetter(t.Context(), 1, now)
			if err != nil {
				break
			}
			notified[l.Subject] = l.To.Email
		}
		if notified["new"] != "bob@example.com" || notified["old"] != "ann@example.com" {
			t.Errorf("notified: %v", notified)
		}
	})
	t.Run("if blocked, is replaced by the user whom an admin chooses", func(t *testing.T) {
		s := storetest.Open(t)
		ann, bob := joined(t, s)
		if _, err := s.BlockUser(t.Context(), domain.Actor{}, ann.ID, "because", now); err != nil {
			t.Fatal(err)
		}
		if _, err := s.AppointOwner(t.Context(), domain.Actor{}, ann.ID, store.Passing{}, now); !refused(err) {
			t.Errorf("the one who is: %v", err)
		}
		if _, err := s.AppointOwner(t.Context(), domain.Actor{}, bob.ID, store.Passing{}, now); err != nil {
			t.Fatal(err)
		}
		wantOwner(t, s, bob.ID)
		if _, err := s.AppointOwner(t.Context(), domain.Actor{}, ann.ID, store.Passing{}, now); !refused(err) {
			t.Errorf("the blocked one again: %v", err)
		}
		if _, err := s.RemoveMember(t.Context(), actorOf(bob), ann.ID, letter, now); err != nil {
			t.Errorf("the new one removes the old: %v", err)
		}
	})
	t.Run("can delete the account once the team has another owner, or no other member", func(t *testing.T) {
		s := storetest.Open(t)
		ann, bob := joined(t, s)
		leave := func(u domain.User, stays bool) error {
			return s.DeleteAccount(t.Context(), actorOf(u), store.Leaving{Email: u.Email, Password: storetest.Password, TeamStays: stays}, now)
		}
		if err := leave(ann, true); !refused(err) {
			t.Errorf("the owner: %v", err)
		}
		reload(t, s, ann.ID)
		passTo(t, s, ann, bob)
		if err := leave(ann, true); err != nil {
			t.Error(err)
		}
		wantOwner(t, s, bob.ID)
		if err := leave(bob, false); err != nil {
			t.Errorf("the last one: %v", err)
		}
	})
}
