package domain

import "testing"

func TestCheckRole(t *testing.T) {
	for _, r := range Roles() {
		if err := CheckRole(r); err != nil {
			t.Errorf("%s: %v", r, err)
		}
	}
	for _, r := range []Role{"", "Admin", "root", "admin "} {
		if err := CheckRole(r); err == nil {
			t.Errorf("%q is a role", r)
		}
	}
}
