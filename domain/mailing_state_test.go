package domain_test

import (
	"testing"
	"time"

	"postrider/domain"
)

func TestMailingState(t *testing.T) {
	now := utc(t, "2026-03-10T12:00:00Z")
	run := func(state domain.RunState, sent, waiting, retrying, other int) domain.Run {
		return domain.Run{ID: 1, State: state, Counts: domain.Counts{Recipients: sent + waiting + other, Sent: sent, Waiting: waiting,
			Retrying: retrying, Failed: other}}
	}
	type change func(*domain.MailingRow)
	with := func(r domain.Run) change { return func(m *domain.MailingRow) { m.Run, m.Ran = r, true } }
	status := func(s domain.Status) change { return func(m *domain.MailingRow) { m.Status = s } }
	next := func(m *domain.MailingRow) { m.NextAt = now.Add(time.Hour) }
	every := func(p domain.Periodicity) change { return func(m *domain.MailingRow) { m.Schedule.Every = p } }
	paused := func(m *domain.MailingRow) { m.PausedAt = now }
	disabled := func(m *domain.MailingRow) { m.DisabledAt = now }
	zoneLost := func(m *domain.MailingRow) { m.Schedule.ZoneLost = true }
	running, completed := status(domain.StatusRunning), status(domain.StatusCompleted)
	for _, c := range []struct {
		name    string
		changes []change
		heldUp  bool
		want    domain.MailingState
	}{
		{"nothing is to come", nil, false, domain.MailingDraft},
		{"the first run is to come", []change{next}, false, domain.MailingScheduled},
		{"the first run is to come while the server is down", []change{next}, true, domain.MailingScheduled},
		{"the first run of a weekly one is to come", []change{next, every(domain.Weekly)}, false, domain.MailingScheduled},
		{"a weekly one between two runs", []change{running, next, every(domain.Weekly), with(run(domain.RunDone, 3, 0, 0, 0))}, false, domain.MailingActive},
		{"a weekly one whose latest run was cut short", []change{running, next, every(domain.Weekly), with(run(domain.RunExpired, 1, 0, 0, 2))}, false, domain.MailingActive},
		{"one that has run once, and was given another time", []change{running, next, with(run(domain.RunDone, 3, 0, 0, 0))}, false, domain.MailingScheduled},
		{"a run is being prepared", []change{running, with(run(domain.RunBuilding, 0, 0, 0, 0))}, false, domain.MailingSending},
		{"a run is sending", []change{running, with(run(domain.RunSending, 1, 3, 1, 0))}, false, domain.MailingSending},
		{"a run is sending, and the next one is to come", []change{running, next, every(domain.Daily), with(run(domain.RunSending, 1, 3, 0, 0))}, false, domain.MailingSending},
		{"a run is sending in a zone that is lost", []change{running, zoneLost, with(run(domain.RunSending, 1, 3, 0, 0))}, false, domain.MailingSending},
		{"a run is held up", []change{running, with(run(domain.RunSending, 1, 3, 0, 0))}, true, domain.MailingWaiting},
		{"only refused ones are left", []change{running, with(run(domain.RunSending, 1, 2, 2, 0))}, false, domain.MailingWaiting},
		{"paused before it begins", []change{next, paused}, false, domain.MailingPaused},
		{"paused while it sends", []change{running, paused, with(run(domain.RunSending, 1, 3, 0, 0))}, true, domain.MailingPaused},
		{"everyone was mailed", []change{completed, with(run(domain.RunDone, 3, 0, 0, 0))}, false, domain.MailingSent},
		{"some could not be reached", []change{completed, with(run(domain.RunDone, 2, 0, 0, 1))}, false, domain.MailingSent},
		{"nobody could be reached", []change{completed, with(run(domain.RunDone, 0, 0, 0, 3))}, false, domain.MailingStopped},
		{"nobody was left to mail", []change{completed, with(run(domain.RunDone, 0, 0, 0, 0))}, false, domain.MailingSent},
		{"its time was over first", []change{completed, with(run(domain.RunExpired, 185, 0, 0, 4813))}, false, domain.MailingStopped},
		{"its time was over while it was paused", []change{completed, paused, with(run(domain.RunExpired, 185, 0, 0, 4813))}, false, domain.MailingStopped},
		{"it was cancelled", []change{completed, with(run(domain.RunCancelled, 185, 0, 0, 4813))}, false, domain.MailingStopped},
		{"it was missed", []change{completed, func(m *domain.MailingRow) { m.Run = domain.Run{ID: 1, State: domain.RunMissed} }}, false, domain.MailingStopped},
		{"nobody knows when it is due", []change{next, zoneLost}, false, domain.MailingStopped},
		{"paused in a zone that is lost", []change{next, zoneLost, paused}, false, domain.MailingPaused},
		{"disabled while it sent", []change{running, disabled, with(run(domain.RunCancelled, 1, 0, 0, 3))}, false, domain.MailingDisabled},
		{"disabled after it was over, and paused", []change{completed, paused, disabled, with(run(domain.RunExpired, 1, 0, 0, 3))}, true, domain.MailingDisabled},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := domain.MailingRow{Mailing: domain.Mailing{Status: domain.StatusCreated, Schedule: domain.Schedule{Every: domain.Once}}}
			for _, change := range c.changes {
				change(&m)
			}
			if got := m.State(c.heldUp); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestMayResume(t *testing.T) {
	now := utc(t, "2026-03-10T12:00:00Z")
	for _, c := range []struct {
		name             string
		paused, disabled bool
		status           domain.Status
		ends             string
		want             bool
	}{
		{"one that is paused", true, false, domain.StatusRunning, "2026-03-10T12:00", true},
		{"one that is not paused", false, false, domain.StatusRunning, "", false},
		{"one that is disabled too", true, true, domain.StatusRunning, "", false},
		{"one that is over, but can be sent again", true, false, domain.StatusCompleted, "", true},
		{"one that is over for good", true, false, domain.StatusCompleted, "2026-03-10T12:00", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := domain.MailingRow{Mailing: domain.Mailing{Status: c.status, Schedule: schedule(t, "2026-03-10T11:00", c.ends, "UTC", domain.Once)}}
			if c.paused {
				m.PausedAt = now
			}
			if c.disabled {
				m.DisabledAt = now
			}
			if got := m.MayResume(now); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestMaySendNow(t *testing.T) {
	now := utc(t, "2026-03-10T12:00:00Z")
	for _, c := range []struct {
		name       string
		starts     string
		run        domain.RunState
		recipients int
		full       bool
		want       bool
	}{
		{"inside its window", "2026-03-10T11:00", domain.RunDone, 3, false, true},
		{"before it has ever run", "2026-03-10T11:00", "", 3, false, true},
		{"before its window", "2026-03-10T13:00", "", 3, false, false},
		{"while a run is sending", "2026-03-10T11:00", domain.RunSending, 3, false, false},
		{"with nobody to send to", "2026-03-10T11:00", "", 0, false, false},
		{"while the team may store no more", "2026-03-10T11:00", "", 3, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := domain.MailingRow{Mailing: domain.Mailing{Schedule: schedule(t, c.starts, "", "UTC", domain.Once)}, Run: domain.Run{State: c.run}}
			if got := m.MaySendNow(now, c.recipients, c.full); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
