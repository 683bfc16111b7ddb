package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestDisableMailing(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	setUp := func(t *testing.T) (*store.Store, domain.Mailing, domain.Actor) {
		s := storetest.Open(t)
		_, by := person(t, s, "manager@example.com", domain.RoleManager)
		u := team(t, s, "a@example.com", 3)
		return s, storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Daily), by
	}
	t.Run("cancels the run, and records who, when and why", func(t *testing.T) {
		s, m, by := setUp(t)
		begin(t, s, due)
		held := claim(t, s, 1, 9, due)
		got, err := s.DisableMailing(t.Context(), by, m.ID, "looks like spam", due)
		if err != nil || !got.DisabledAt.Equal(due) || got.DisabledBy != "manager@example.com" || got.DisabledWhy != "looks like spam" ||
			got.Version != m.Version || got.Active() {
			t.Errorf("the mailing is %+v, %v", got, err)
		}
		if r := runs(t, s, m.ID)[0]; r.State != domain.RunCancelled {
			t.Errorf("the run is %+v", r)
		}
		if cleared, _, err := s.Commit(t.Context(), nil, held, due); err != nil || cleared[held[0].ID] {
			t.Errorf("a letter may go: %v, %v", cleared, err)
		}
		if got := lines(t, s, domain.AuditDisable); len(got) != 1 || got[0] != "manager@example.com: "+m.Name+" (looks like spam)" {
			t.Errorf("the log says %q", got)
		}
		if _, err := s.DisableMailing(t.Context(), by, m.ID, "again", due); !refused(err) {
			t.Errorf("a second time: %v", err)
		}
	})
	t.Run("outlasts schedule, team and retry, until it is enabled", func(t *testing.T) {
		s, m, by := setUp(t)
		begin(t, s, due)
		if _, err := s.PauseMailing(t.Context(), domain.CommandLineActor(), m.ID, due); err != nil {
			t.Fatal(err)
		}
		if _, err := s.DisableMailing(t.Context(), by, m.ID, "spam", due); err != nil {
			t.Fatal(err)
		}
		later := due.AddDate(0, 0, 2).Add(time.Hour)
		begin(t, s, later)
		if coming, err := s.Coming(t.Context()); err != nil || len(coming) != 0 {
			t.Errorf("%d mailings are coming, %v", len(coming), err)
		}
		_, resuming := s.ResumeMailing(t.Context(), domain.CommandLineActor(), m.ID, latest(t, s, m.ID), later)
		_, running := s.RunNow(t.Context(), domain.CommandLineActor(), m.ID, 0, "a@example.com", later)
		_, retrying := s.Retry(t.Context(), domain.CommandLineActor(), m.ID, latest(t, s, m.ID), domain.DeliveryFailed, later)
		for what, err := range map[string]error{"resume": resuming, "run now": running, "retry": retrying} {
			if !refused(err) || !strings.Contains(err.Error(), "disabled") {
				t.Errorf("%s: %v", what, err)
			}
		}
		if got := runs(t, s, m.ID); len(got) != 1 {
			t.Errorf("runs %+v", got)
		}
		if _, err := s.EnableMailing(t.Context(), by, m.ID, later); err != nil {
			t.Fatal(err)
		}
		if m, err := s.ResumeMailing(t.Context(), domain.CommandLineActor(), m.ID, latest(t, s, m.ID), later); err != nil || m.Paused() || m.Disabled() || m.ID == 0 {
			t.Errorf("resumed it is %+v, %v", m, err)
		}
		begin(t, s, later)
		got := runs(t, s, m.ID)
		if len(got) != 3 || got[0].State != domain.RunSending || got[1].State != domain.RunMissed || got[2].State != domain.RunCancelled {
			t.Errorf("enabled, its runs are %+v", got)
		}
		if _, err := s.EnableMailing(t.Context(), by, m.ID, later); !refused(err) {
			t.Errorf("enabled twice: %v", err)
		}
		if got := lines(t, s, domain.AuditEnable); len(got) != 1 {
			t.Errorf("the log says %q", got)
		}
	})
	t.Run("completes a mailing that has no other occurrence", func(t *testing.T) {
		s, m, by := setUp(t)
		m.Schedule.Every = domain.Once
		m, err := s.UpdateMailing(t.Context(), domain.CommandLineActor(), m, now)
		if err != nil {
			t.Fatal(err)
		}
		begin(t, s, due)
		if _, err := s.DisableMailing(t.Context(), by, m.ID, "spam", due); err != nil {
			t.Fatal(err)
		}
		if status(t, s, m.ID) != domain.StatusCompleted {
			t.Errorf("it is %s", status(t, s, m.ID))
		}
	})
}

func TestBlockUser(t *testing.T) {
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	t.Run("ends the sessions, keeps who and why, and is logged", func(t *testing.T) {
		s := storetest.Open(t)
		_, by := person(t, s, "manager@example.com", domain.RoleManager)
		u, _ := person(t, s, "spammer@example.com", domain.RoleUser)
		for _, id := range []string{"one", "two"} {
			if err := s.CreateSession(t.Context(), id, domain.Session{UserID: u.ID, CreatedAt: now, SeenAt: now}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.BlockUser(t.Context(), by, u.ID, "  sends\nspam ", now); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"one", "two"} {
			if _, _, err := s.Session(t.Context(), id, now); !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("session %s: %v", id, err)
			}
		}
		row, err := s.UserRow(t.Context(), u.ID, now)
		if err != nil || !row.Blocked() || row.BlockedWhy != "sends spam" || row.BlockedBy != "manager@example.com" {
			t.Errorf("the user is %+v, %v", row, err)
		}
		if got := lines(t, s, domain.AuditBlock); len(got) != 1 || got[0] != "manager@example.com: spammer@example.com (sends spam)" {
			t.Errorf("the log says %q", got)
		}
		if _, err := s.BlockUser(t.Context(), by, u.ID, "again", now); !refused(err) {
			t.Errorf("a second time: %v", err)
		}
		if _, err := s.UnblockUser(t.Context(), by, u.ID, now); err != nil {
			t.Fatal(err)
		}
		if row, err := s.UserRow(t.Context(), u.ID, now); err != nil || row.Blocked() || row.BlockedWhy+row.BlockedBy != "" {
			t.Errorf("unblocked, the user is %+v, %v", row, err)
		}
		if _, err := s.UnblockUser(t.Context(), by, u.ID, now); !refused(err) {
			t.Errorf("unblocked twice: %v", err)
		}
		if got := lines(t, s, domain.AuditUnblock); len(got) != 1 {
			t.Errorf("the log says %q", got)
		}
	})
	t.Run("cancels the runs of a team with no unblocked member, which then sends and starts nothing", func(t *testing.T) {
		s := storetest.Open(t)
		_, by := person(t, s, "manager@example.com", domain.RoleManager)
		u := team(t, s, "spammer@example.com", 30)
		other := team(t, s, "other@example.com", 5)
		once := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Once)
		daily := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Daily)
		theirs := storetest.Mailing(t, s, other.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Daily)
		begin(t, s, due)
		held := claim(t, s, 1, 30, due)
		if _, err := s.BlockUser(t.Context(), by, u.ID, "spam", due); err != nil {
			t.Fatal(err)
		}
		for _, m := range []domain.Mailing{once, daily} {
			if got := runs(t, s, m.ID)[0]; got.State != domain.RunCancelled || !got.FinishedAt.Equal(due) {
				t.Errorf("the run is %+v", got)
			}
		}
		if status(t, s, once.ID) != domain.StatusCompleted || status(t, s, daily.ID) != domain.StatusRunning {
			t.Errorf("the mailings are %s and %s", status(t, s, once.ID), status(t, s, daily.ID))
		}
		cleared, _, err := s.Commit(t.Context(), nil, held, due)
		for _, c := range held {
			if ok := cleared[c.ID]; ok != (c.MailingID == theirs.ID) || err != nil {
				t.Errorf("a letter of mailing %d may go: %v, %v", c.MailingID, ok, err)
			}
		}
		begin(t, s, due.AddDate(0, 0, 1))
		if got := runs(t, s, daily.ID); len(got) != 1 {
			t.Errorf("another run began: %+v", got)
		}
		if got := runs(t, s, theirs.ID); len(got) != 2 {
			t.Errorf("the other team's runs are %+v", got)
		}
	})
	t.Run("does not touch the runs of a team with an unblocked member", func(t *testing.T) {
		s := storetest.Open(t)
		_, by := person(t, s, "manager@example.com", domain.RoleManager)
		u := team(t, s, "a@example.com", 3)
		colleague, _ := person(t, s, "colleague@example.com", domain.RoleUser)
		s.MoveForTest(t, colleague.ID, u.TeamID)
		m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Daily)
		begin(t, s, due)
		if _, err := s.BlockUser(t.Context(), by, u.ID, "spam", due); err != nil {
			t.Fatal(err)
		}
		if got := runs(t, s, m.ID)[0]; got.State != domain.RunSending || len(claim(t, s, 1, 9, due)) != 3 {
			t.Errorf("the run is %+v", got)
		}
		if _, err := s.BlockUser(t.Context(), by, colleague.ID, "spam too", due); err != nil {
			t.Fatal(err)
		}
		if got := runs(t, s, m.ID)[0]; got.State != domain.RunCancelled {
			t.Errorf("with nobody left the run is %+v", got)
		}
	})
	t.Run("requires a reason that is not too long, and logs nothing without one", func(t *testing.T) {
		s := storetest.Open(t)
		_, by := person(t, s, "manager@example.com", domain.RoleManager)
		u, _ := person(t, s, "a@example.com", domain.RoleUser)
		for _, why := range []string{"", "  ", strings.Repeat("x", domain.MaxReason+1)} {
			var wrong domain.Invalid
			if _, err := s.BlockUser(t.Context(), by, u.ID, why, now); !errors.As(err, &wrong) {
				t.Errorf("%.10q: %v", why, err)
			}
		}
		if got := lines(t, s, domain.AuditBlock); len(got) != 0 {
			t.Errorf("the log says %q", got)
		}
	})
}

func TestBlockPermissions(t *testing.T) {
	s := storetest.Open(t)
	admin, byAdmin := person(t, s, "admin@example.com", domain.RoleAdmin)
	admin2, _ := person(t, s, "admin2@example.com", domain.RoleAdmin)
	manager, byManager := person(t, s, "manager@example.com", domain.RoleManager)
	manager2, _ := person(t, s, "manager2@example.com", domain.RoleManager)
	user, byUser := person(t, s, "user@example.com", domain.RoleUser)
	for _, c := range []struct {
		name string
		by   domain.Actor
		who  domain.User
		ok   func(error) bool
	}{
		{"a user blocks nobody", byUser, manager, func(err error) bool { return errors.Is(err, domain.ErrForbidden) }},
		{"a manager no manager", byManager, manager2, func(err error) bool { return errors.Is(err, domain.ErrForbidden) }},
		{"a manager no admin", byManager, admin, func(err error) bool { return errors.Is(err, domain.ErrForbidden) }},
		{"a manager not themselves", byManager, manager, refused},
		{"an admin not themselves", byAdmin, admin, refused},
		{"an admin no admin", byAdmin, admin2, func(err error) bool { return errors.Is(err, domain.ErrForbidden) }},
		{"nobody a missing user", byAdmin, domain.User{ID: 999}, func(err error) bool { return errors.Is(err, domain.ErrNotFound) }},
		{"an admin a manager", byAdmin, manager2, func(err error) bool { return err == nil }},
		{"a manager a user", byManager, user, func(err error) bool { return err == nil }},
		{"the command line an admin who is not the last", domain.CommandLineActor(), admin2, func(err error) bool { return err == nil }},
		{"the command line not the last admin", domain.CommandLineActor(), admin, refused},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := s.BlockUser(t.Context(), c.by, c.who.ID, "a reason", now); !c.ok(err) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("needs the same right as blocking", func(t *testing.T) {
		if _, err := s.UnblockUser(t.Context(), byManager, manager2.ID, now); !errors.Is(err, domain.ErrForbidden) {
			t.Errorf("got %v", err)
		}
	})
}

// Blocking the whole team leaves no second account behind that goes on sending.
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
	s.UnverifyForTest(t, unconfirmed.ID)
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
	if _, err := s.BlockUser(t.Context(), domain.CommandLineActor(), user.ID, "why", now); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetRole(t.Context(), by, admin.ID, domain.RoleUser, now); !refused(err) {
		t.Errorf("the last admin who is not blocked was demoted: %v", err)
	}
	if _, err := s.UnblockUser(t.Context(), domain.CommandLineActor(), user.ID, now); err != nil {
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
