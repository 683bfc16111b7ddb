package domain

import (
	"errors"
	"strings"
	"testing"
	"time"
)

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
