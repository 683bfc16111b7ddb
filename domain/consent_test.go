package domain

import (
	"testing"
	"time"
)

func TestBeginsNow(t *testing.T) {
	start := time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		now    time.Time
		change func(*Mailing)
		want   bool
	}{
		"a moment before its start":          {start.Add(-time.Millisecond), nil, false},
		"at its start":                       {start, nil, true},
		"after a start that was missed":      {start.Add(3 * time.Hour), nil, true},
		"when an end has passed":             {start.Add(25 * time.Hour), func(m *Mailing) { m.Schedule.End = LocalTimeOf(start.Add(24*time.Hour), time.UTC) }, false},
		"when five days have passed":         {start.Add(RunWithoutEnd), nil, false},
		"daily, long after its start":        {start.Add(100 * 24 * time.Hour), func(m *Mailing) { m.Schedule.Every = Daily }, true},
		"when nothing follows":               {start, func(m *Mailing) { m.NextAt = time.Time{} }, false},
		"when it waits for a later time":     {start, func(m *Mailing) { m.NextAt = start.Add(time.Hour) }, false},
		"while it is paused":                 {start, func(m *Mailing) { m.PausedAt = start }, false},
		"while it is disabled":               {start, func(m *Mailing) { m.DisabledAt = start }, false},
		"while nobody knows its time zone":   {start, func(m *Mailing) { m.Schedule.ZoneLost = true }, false},
		"when the clock has jumped far back": {start.Add(-24 * time.Hour), nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			schedule, err := NewSchedule("2026-03-10T09:00", "", "UTC", string(Once))
			if err != nil {
				t.Fatal(err)
			}
			m := Mailing{Schedule: schedule, NextAt: start}
			if test.change != nil {
				test.change(&m)
			}
			if got := m.BeginsNow(test.now); got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestSendQuestionKey(t *testing.T) {
	asked := SendQuestion{Recipients: 17, LeftOut: 1, Already: 2, MessageID: 3, MessageVersion: 4, Subject: "News"}
	for name, change := range map[string]func(*SendQuestion){
		"another recipient":              func(q *SendQuestion) { q.Recipients++ },
		"another who is left out":        func(q *SendQuestion) { q.LeftOut++ },
		"another who has it":             func(q *SendQuestion) { q.Already++ },
		"another message":                func(q *SendQuestion) { q.MessageID++ },
		"a newer version of the message": func(q *SendQuestion) { q.MessageVersion++ },
	} {
		other := asked
		change(&other)
		if asked.Key() == other.Key() {
			t.Errorf("%s: the same key %s", name, asked.Key())
		}
	}
}
