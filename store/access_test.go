package store_test

import (
	"errors"
	"testing"

	"postrider/domain"
	"postrider/store/storetest"
)

// TestAccess makes every call that reads or changes something a team owns as actors who may not: the call itself must
// refuse, whoever the caller is.
func TestAccess(t *testing.T) {
	s := storetest.Open(t)
	ctx := t.Context()
	owner := storetest.User(t, s, "owner@example.com")
	client := storetest.Client(t, s, owner.TeamID, "client@example.com")
	mailing := storetest.Mailing(t, s, owner.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Daily)
	message, err := s.Message(ctx, owner.Actor(""), domain.View, mailing.MessageID)
	if err != nil {
		t.Fatal(err)
	}
	type call struct {
		name    string
		overall bool // overseers see it but cannot edit it
		do      func(by domain.Actor) error
	}
	calls := []call{
		{"Client", false, func(by domain.Actor) error { _, err := s.Client(ctx, by, domain.View, client.ID); return err }},
		{"CreateClient", false, func(by domain.Actor) error {
			_, err := s.CreateClient(ctx, by, domain.Client{TeamID: owner.TeamID, Email: "new@example.com"}, now)
			return err
		}},
		{"UpdateClient", false, func(by domain.Actor) error { _, err := s.UpdateClient(ctx, by, client, now); return err }},
		{"MarkDeliverable", false, func(by domain.Actor) error { _, err := s.MarkDeliverable(ctx, by, client.ID); return err }},
		{"DeleteClient", false, func(by domain.Actor) error { return s.DeleteClient(ctx, by, client.ID, now) }},
		{"Message", false, func(by domain.Actor) error { _, err := s.Message(ctx, by, domain.View, message.ID); return err }},
		{"CreateMessage", false, func(by domain.Actor) error {
			_, err := s.CreateMessage(ctx, by, domain.Message{TeamID: owner.TeamID, Subject: "S", Body: "B"}, now)
			return err
		}},
		{"UpdateMessage", false, func(by domain.Actor) error { _, err := s.UpdateMessage(ctx, by, message, now); return err }},
		{"DeleteMessage", false, func(by domain.Actor) error { return s.DeleteMessage(ctx, by, message.ID, now) }},
		{"CreateMailing", false, func(by domain.Actor) error {
			again := mailing
			again.FormKey = "another"
			_, err := s.CreateMailing(ctx, by, again, now)
			return err
		}},
		{"UpdateMailing", true, func(by domain.Actor) error { _, err := s.UpdateMailing(ctx, by, mailing, now); return err }},
		{"PauseMailing", true, func(by domain.Actor) error { _, err := s.PauseMailing(ctx, by, mailing.ID, now); return err }},
		{"ResumeMailing", true, func(by domain.Actor) error { _, err := s.ResumeMailing(ctx, by, mailing.ID, 0, now); return err }},
		{"RunNow", true, func(by domain.Actor) error {
			_, err := s.RunNow(ctx, by, mailing.ID, 0, "Postrider <postrider@localhost>", now)
			return err
		}},
		{"Retry", true, func(by domain.Actor) error {
			_, err := s.Retry(ctx, by, mailing.ID, 0, domain.DeliveryFailed, now)
			return err
		}},
		{"DeleteMailing", true, func(by domain.Actor) error { return s.DeleteMailing(ctx, by, mailing.ID, now) }},
	}
	strangers := map[string]domain.Actor{"nobody": {}}
	for _, role := range domain.Roles() {
		u := storetest.User(t, s, string(role)+"@example.com")
		u.Role = role
		strangers[string(role)] = u.Actor("")
	}
	for _, c := range calls {
		for name, by := range strangers {
			want := domain.ErrNotFound
			if c.overall && by.Role.Oversees() {
				want = domain.ErrForbidden
			}
			if err := c.do(by); !errors.Is(err, want) {
				t.Errorf("%s by a %s of another team: %v, want %v", c.name, name, err, want)
			}
		}
		manager := owner
		manager.Role = domain.RoleManager
		if err := c.do(manager.Actor("")); !errors.Is(err, domain.ErrForbidden) && c.name != "Client" && c.name != "Message" {
			t.Errorf("%s by a manager of the team: %v", c.name, err)
		}
	}
	for name, by := range strangers {
		want := domain.ErrNotFound
		if by.Role.Oversees() {
			want = nil
		}
		if _, err := s.Mailing(ctx, by, domain.View, mailing.ID); !errors.Is(err, want) {
			t.Errorf("Mailing by a %s of another team: %v, want %v", name, err, want)
		}
		if _, err := s.MailingRow(ctx, by, mailing.ID); !errors.Is(err, want) {
			t.Errorf("MailingRow by a %s of another team: %v, want %v", name, err, want)
		}
		for stop, do := range map[string]func() error{
			"DisableMailing": func() error { _, err := s.DisableMailing(ctx, by, mailing.ID, "because", now); return err },
			"EnableMailing":  func() error { _, err := s.EnableMailing(ctx, by, mailing.ID, now); return err },
		} {
			if err := do(); errors.Is(err, domain.ErrForbidden) == by.Role.Oversees() {
				t.Errorf("%s by a %s: %v", stop, name, err)
			}
		}
	}
}
