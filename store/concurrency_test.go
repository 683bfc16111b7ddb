package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestChangeOfAddressDuringChangeOfPassword(t *testing.T) {
	const fresh = "another correct horse"
	s := storetest.Open(t)
	_, by := person(t, s, "ann@example.com", domain.RoleUser)
	if err := s.CreateSession(t.Context(), "session", domain.Session{UserID: by.ID, CreatedAt: now, SeenAt: now}); err != nil {
		t.Fatal(err)
	}
	letter := domain.SystemLetter{ExpiresAt: now.Add(time.Hour)}
	asked := make(chan error, 3) // with the change, as many as one account may have at once
	for i := range cap(asked) {
		go func() {
			in := store.EmailChange{Email: fmt.Sprintf("mallory%d@example.com", i), Password: storetest.Password,
				Token: fmt.Sprint("token", i), Confirm: letter, Taken: letter, Notice: letter}
			asked <- s.AskEmail(t.Context(), by, in, now)
		}()
	}
	in := store.NewPassword{Current: storetest.Password, Password: fresh, Session: "session", Fresh: "fresh"}
	if err := s.ChangePassword(t.Context(), by, in, now); err != nil {
		t.Fatal(err)
	}
	for range cap(asked) {
		<-asked // finished before the change, or refused after it
	}
	for i := range cap(asked) {
		if err := s.TokenUsable(t.Context(), domain.TokenEmail, fmt.Sprint("token", i), now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("a letter asked for with the old password works on: %v", err)
		}
	}
}

func TestBlockedDuringSignIn(t *testing.T) {
	s := storetest.Open(t)
	_, by := person(t, s, "admin@example.com", domain.RoleAdmin)
	u, err := s.SignIn(t.Context(), store.Origin{}, storetest.User(t, s, "ann@example.com").Email, storetest.Password, now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.BlockUser(t.Context(), by, u.ID, "spam", now); err != nil {
		t.Fatal(err)
	}
	in := domain.Session{UserID: u.ID, PasswordAt: u.PasswordAt, CreatedAt: now, SeenAt: now}
	if err := s.CreateSession(t.Context(), "session", in); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestLastTwoAdminsAtOnce(t *testing.T) {
	type try func(s *store.Store, me, other domain.Actor) error
	leave := func(s *store.Store, me, _ domain.Actor) error {
		return s.DeleteAccount(t.Context(), me, store.Leaving{Email: me.Email, Password: storetest.Password}, now)
	}
	stepBack := func(s *store.Store, me, _ domain.Actor) error {
		_, err := s.SetRole(t.Context(), me, me.ID, domain.RoleUser, now)
		return err
	}
	demote := func(s *store.Store, me, other domain.Actor) error {
		_, err := s.SetRole(t.Context(), me, other.ID, domain.RoleEditor, now)
		return err
	}
	block := func(s *store.Store, _, other domain.Actor) error { // as the command line does
		_, err := s.BlockUser(t.Context(), domain.Actor{}, other.ID, "both go", now)
		return err
	}
	for name, tries := range map[string][2]try{
		"both leave": {leave, leave}, "one leaves, one steps back": {leave, stepBack}, "each demotes the other": {demote, demote},
		"both are blocked": {block, block}, "one leaves, and so does the other by a block": {leave, block}, "one is demoted, one is blocked": {demote, block},
	} {
		t.Run(name, func(t *testing.T) {
			s := storetest.Open(t)
			_, ann := person(t, s, "ann@example.com", domain.RoleAdmin)
			_, bob := person(t, s, "bob@example.com", domain.RoleAdmin)
			storetest.User(t, s, "user@example.com")
			done := make(chan error, 2)
			go func() { done <- tries[0](s, ann, bob) }()
			go func() { done <- tries[1](s, bob, ann) }()
			for range 2 {
				if err := <-done; err != nil && !refused(err) && !errors.Is(err, domain.ErrNotFound) {
					t.Errorf("got %v", err)
				}
			}
			left := 0
			for _, by := range []domain.Actor{ann, bob} {
				if u, err := s.User(t.Context(), by.ID); err == nil && u.Role == domain.RoleAdmin && !u.Blocked() {
					left++
				}
			}
			if left != 1 {
				t.Errorf("%d admins are left", left)
			}
		})
	}
}
