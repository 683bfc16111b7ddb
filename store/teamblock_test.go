package store_test

import (
	"errors"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store/storetest"
)

// Blocking the whole team leaves no puppet behind that goes on sending.
func TestBlockTeam(t *testing.T) {
	s := storetest.Open(t)
	admin, by := person(t, s, "admin@example.com", domain.RoleAdmin)
	manager, byManager := person(t, s, "manager@example.com", domain.RoleManager)
	spammer := team(t, s, "spammer@example.com", 3)
	puppet, unconfirmed, editor := storetest.User(t, s, "puppet@example.com"), storetest.User(t, s, "begun@example.com"), storetest.User(t, s, "editor@example.com")
	other := storetest.User(t, s, "other@example.com")
	for _, u := range []domain.User{puppet, unconfirmed, editor, manager} {
		s.MoveForTest(t, u.ID, spammer.TeamID)
	}
	s.UnconfirmForTest(t, unconfirmed.ID)
	if _, err := s.SetRole(t.Context(), by, editor.ID, domain.RoleEditor, now); err != nil {
		t.Fatal(err)
	}
	storetest.Mailing(t, s, spammer.TeamID, now, "2026-03-10T12:00", "", "UTC", domain.Daily)
	begin(t, s, now)
	invite(t, s, puppet, "next@example.com", "token")
	if _, _, err := s.BlockTeam(t.Context(), domain.Actor{ID: other.ID}, spammer.ID, "because", now); !errors.Is(err, domain.ErrForbidden) {
		t.Errorf("a user blocks a team: %v", err)
	}
	if _, _, err := s.BlockTeam(t.Context(), byManager, spammer.ID, " ", now); err == nil {
		t.Error("no reason is needed")
	}
	if _, _, err := s.BlockTeam(t.Context(), byManager, admin.ID, "because", now); !errors.Is(err, domain.ErrForbidden) {
		t.Errorf("a manager blocks the admin's team: %v", err)
	}
	if _, err := s.BlockUser(t.Context(), by, editor.ID, "for itself", now.Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	u, n, err := s.BlockTeam(t.Context(), byManager, spammer.ID, "spam", now)
	if err != nil || n != 3 || u.ID != spammer.ID {
		t.Fatalf("%d are blocked, %v", n, err)
	}
	for _, one := range []domain.User{spammer, puppet, unconfirmed, editor, manager, other, admin} {
		got, err := s.User(t.Context(), one.ID)
		if want := one.ID != manager.ID && one.ID != other.ID && one.ID != admin.ID; err != nil || got.Blocked() != want {
			t.Errorf("%s is blocked: %v, %v", one.Email, got.Blocked(), err)
		}
	}
	if got := claim(t, s, 1, 100, now); len(got) != 0 {
		t.Errorf("%d letters go on", len(got))
	}
	if _, err := s.Invitation(t.Context(), "token", now); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("the invitation: %v", err)
	}
	if _, _, err := s.BlockTeam(t.Context(), by, spammer.ID, "again", now); !refused(err) {
		t.Errorf("again: %v", err)
	}
	if got := lines(t, s, domain.AuditTeamBlock); len(got) != 1 || got[0] != "manager@example.com: User spammer@example.com (spam)" {
		t.Errorf("the log says %q", got)
	}
	if got := lines(t, s, domain.AuditBlock); len(got) != 4 {
		t.Errorf("the log says %q of people", got)
	}
	if _, n, err = s.UnblockTeam(t.Context(), by, spammer.ID, now); err != nil || n != 3 {
		t.Errorf("%d are unblocked, %v", n, err)
	}
	if still, err := s.User(t.Context(), editor.ID); err != nil || !still.Blocked() {
		t.Errorf("who was blocked for something else is free: %v", err)
	}
	if _, _, err := s.UnblockTeam(t.Context(), by, spammer.ID, now); !refused(err) {
		t.Errorf("unblocked again: %v", err)
	}
}
