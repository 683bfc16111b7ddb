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
		{"a user sees what the own team has", RoleUser, View, own, nil, nil, true},
		{"a user edits it", RoleUser, Edit, own, nil, nil, true},
		{"a user knows of nothing that another team has", RoleUser, View, other, ErrNotFound, ErrNotFound, false},
		{"a user cannot edit it either", RoleUser, Edit, other, ErrNotFound, ErrNotFound, false},
		{"an editor is a user here", RoleEditor, Edit, own, nil, nil, true},
		{"an editor knows of no other team", RoleEditor, View, other, ErrNotFound, ErrNotFound, false},
		{"a manager sees mailings of the own team, not their recipients", RoleManager, View, own, nil, nil, false},
		{"a manager edits nothing", RoleManager, Edit, own, ErrForbidden, ErrForbidden, false},
		{"a manager sees every team's mailings", RoleManager, View, other, ErrNotFound, nil, false},
		{"a manager edits none of them", RoleManager, Edit, other, ErrNotFound, ErrForbidden, false},
		{"an admin edits the own team's", RoleAdmin, Edit, own, nil, nil, true},
		{"an admin sees every team's mailings", RoleAdmin, View, other, ErrNotFound, nil, false},
		{"an admin edits none but the own", RoleAdmin, Edit, other, ErrNotFound, ErrForbidden, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			u := User{ID: 1, TeamID: own, Role: c.role}
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
