package domain

import (
	"errors"
	"strings"
	"testing"
	"time"
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

func TestSpent(t *testing.T) {
	none, two := Quota{SentToday: 1000}, 2
	if none.Spent() {
		t.Error("no limit is used up")
	}
	for sent, want := range []bool{false, false, true, true} {
		if got := (Quota{MaxLetters: &two, SentToday: sent}).Spent(); got != want {
			t.Errorf("%d of 2: %v", sent, got)
		}
	}
	day := Day(time.Date(2026, 3, 10, 1, 0, 0, 0, time.FixedZone("", 3*3600)))
	if want := time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC); !day.Equal(want) {
		t.Errorf("the day is %s", day)
	}
}

func TestDisabled(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	schedule, err := NewSchedule("2026-03-10T10:00", "", "UTC", string(Daily))
	if err != nil {
		t.Fatal(err)
	}
	m := Mailing{Status: StatusRunning, Schedule: schedule}
	if !m.Active() || m.Disabled() || m.MayRunNow(now) != nil {
		t.Errorf("as it is: active %v, disabled %v, %v", m.Active(), m.Disabled(), m.MayRunNow(now))
	}
	m.DisabledAt = now
	var refused Refused
	if m.Active() || !m.Disabled() || !errors.As(m.MayRunNow(now), &refused) || !strings.Contains(refused.Why.Key, "disabled") {
		t.Errorf("disabled: active %v, disabled %v, %v", m.Active(), m.Disabled(), m.MayRunNow(now))
	}
}
