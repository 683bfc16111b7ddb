package domain

import (
	"errors"
	"strings"
	"testing"
)

func TestMayBlock(t *testing.T) {
	var refused Refused
	for _, by := range Roles() {
		for _, of := range Roles() {
			err := User{ID: 1, Role: by}.MayBlock(User{ID: 2, Role: of})
			allowed := by == RoleManager && (of == RoleUser || of == RoleEditor) || by == RoleAdmin && of != RoleAdmin
			if allowed != (err == nil) || !allowed && !errors.Is(err, ErrForbidden) {
				t.Errorf("a %s blocks a %s: %v", by, of, err)
			}
		}
		err := User{ID: 1, Role: by}.MayBlock(User{ID: 1, Role: by})
		if oversees := by == RoleManager || by == RoleAdmin; oversees != errors.As(err, &refused) || err == nil {
			t.Errorf("a %s blocks the own account: %v", by, err)
		}
	}
}

func TestCheckReason(t *testing.T) {
	for in, want := range map[string]string{" spam \r\n of the worst\tkind ": "spam of the worst kind",
		strings.Repeat("я", MaxReason): strings.Repeat("я", MaxReason)} {
		if got, err := CheckReason(in); got != want || err != nil {
			t.Errorf("%q became %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", " \n ", strings.Repeat("я", MaxReason+1), "a\x00b", "\xff"} {
		var wrong Invalid
		if _, err := CheckReason(in); !errors.As(err, &wrong) || wrong["reason"].Key == "" {
			t.Errorf("%q: %v", in, err)
		}
	}
}
