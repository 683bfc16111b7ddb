package store_test

import (
	"errors"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

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

func TestSetRole(t *testing.T) {
	s := storetest.Open(t)
	admin, by := person(t, s, "admin@example.com", domain.RoleAdmin)
	user, _ := person(t, s, "user@example.com", domain.RoleUser)
	if _, err := s.SetRole(t.Context(), by, admin.ID, domain.RoleUser, now); !refused(err) {
		t.Errorf("the last admin was demoted: %v", err)
	}
	if u, err := s.User(t.Context(), admin.ID); err != nil || u.Role != domain.RoleAdmin {
		t.Errorf("the admin is %+v, %v", u, err)
	}
	for _, role := range []domain.Role{domain.RoleEditor, domain.RoleManager, domain.RoleManager, domain.RoleAdmin} {
		if u, err := s.SetRole(t.Context(), by, user.ID, role, now); err != nil || u.Role != role {
			t.Fatalf("role %s: %+v, %v", role, u, err)
		}
	}
	want := []string{"admin@example.com: user@example.com (manager → admin)", "admin@example.com: user@example.com (editor → manager)",
		"admin@example.com: user@example.com (user → editor)"}
	if got := lines(t, s, domain.AuditRole); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("the log says %q", got)
	}
	if _, err := s.BlockUser(t.Context(), domain.Actor{Email: domain.CommandLine}, user.ID, "why", now); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetRole(t.Context(), by, admin.ID, domain.RoleUser, now); !refused(err) {
		t.Errorf("the last admin who is not blocked was demoted: %v", err)
	}
	if _, err := s.UnblockUser(t.Context(), domain.Actor{Email: domain.CommandLine}, user.ID, now); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetRole(t.Context(), by, admin.ID, domain.RoleUser, now); err != nil {
		t.Errorf("an admin with another one beside: %v", err)
	}
	var wrong domain.Invalid
	if _, err := s.SetRole(t.Context(), by, user.ID, "root", now); !errors.As(err, &wrong) {
		t.Errorf("a role that does not exist: %v", err)
	}
	if _, err := s.SetRole(t.Context(), by, 999, domain.RoleUser, now); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("a user who does not exist: %v", err)
	}
}
