package domain

import (
	"errors"
	"testing"
)

func TestMay(t *testing.T) {
	const own, other = 1, 2
	for _, c := range []struct {
		name       string
		role       Role
		action     Action
		team       int64
		thing      error // May
		mailing    error // MayMailing
		recipients bool
	}{
		{"a user sees what their team has", RoleUser, View, own, nil, nil, true},
		{"a user edits it", RoleUser, Edit, own, nil, nil, true},
		{"a user cannot tell what another team has", RoleUser, View, other, ErrNotFound, ErrNotFound, false},
		{"a user cannot edit it either", RoleUser, Edit, other, ErrNotFound, ErrNotFound, false},
		{"an editor is a user here", RoleEditor, Edit, own, nil, nil, true},
		{"an editor cannot tell what other teams have", RoleEditor, View, other, ErrNotFound, ErrNotFound, false},
		{"a manager sees mailings of their team, but not the recipients", RoleManager, View, own, nil, nil, false},
		{"a manager edits nothing", RoleManager, Edit, own, ErrForbidden, ErrForbidden, false},
		{"a manager sees every team's mailings", RoleManager, View, other, ErrNotFound, nil, false},
		{"a manager edits none of them", RoleManager, Edit, other, ErrNotFound, ErrForbidden, false},
		{"an admin edits those of their team", RoleAdmin, Edit, own, nil, nil, true},
		{"an admin sees every team's mailings", RoleAdmin, View, other, ErrNotFound, nil, false},
		{"an admin edits only those of their team", RoleAdmin, Edit, other, ErrNotFound, ErrForbidden, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			u := User{ID: 1, TeamID: own, Role: c.role}.Actor("192.0.2.1")
			if err := u.May(c.action, c.team); !errors.Is(err, c.thing) {
				t.Errorf("a thing: %v, want %v", err, c.thing)
			}
			if err := u.MayMailing(c.action, c.team); !errors.Is(err, c.mailing) {
				t.Errorf("a mailing: %v, want %v", err, c.mailing)
			}
			if got := u.SeesRecipients(c.team); got != c.recipients {
				t.Errorf("sees recipients: %v", got)
			}
		})
	}
}

func TestMayOfOthers(t *testing.T) {
	for name, c := range map[string]struct {
		actor Actor
		want  error
	}{
		"a stranger cannot tell what any team has":              {Actor{Address: "192.0.2.1"}, ErrNotFound},
		"a stranger with the command line's name is a stranger": {Actor{Email: CommandLine, Role: RoleUser}, ErrNotFound},
		"the command line may do what it does to every team":    {CommandLineActor(), nil},
	} {
		t.Run(name, func(t *testing.T) {
			for _, team := range []int64{0, 1} {
				for _, action := range []Action{View, Edit} {
					if thing, mailing := c.actor.May(action, team), c.actor.MayMailing(action, team); !errors.Is(thing, c.want) || !errors.Is(mailing, c.want) {
						t.Errorf("team %d: a thing: %v, a mailing: %v; want %v", team, thing, mailing, c.want)
					}
				}
			}
			if c.actor.SeesRecipients(0) {
				t.Error("sees recipients")
			}
		})
	}
	for _, role := range Roles() {
		if err := CommandLineActor().MayBlock(User{ID: 2, Role: role}); err != nil {
			t.Errorf("the command line blocks a %s: %v", role, err)
		}
		u := User{ID: 1, TeamID: 2, Email: "ann@example.com", Role: role}
		if u.MayWrite() != role.MayWrite() || u.Oversees() != role.Oversees() || u.WritesBlog() != role.WritesBlog() || u.Administers() != role.Administers() {
			t.Errorf("a %s and its role differ", role)
		}
		if a := u.Actor("192.0.2.1"); a != (Actor{ID: 1, Email: "ann@example.com", TeamID: 2, Role: role, Address: "192.0.2.1"}) {
			t.Errorf("as an actor: %+v", a)
		}
	}
}
