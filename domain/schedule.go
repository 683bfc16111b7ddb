package domain

import (
	"strings"
	"time"
)

// Periodicity is how often a mailing goes out.
type Periodicity string

// The periodicities.
const (
	Once    Periodicity = "once"
	Daily   Periodicity = "daily"
	Weekly  Periodicity = "weekly"
	Monthly Periodicity = "monthly"
)

// Schedule is the window and the periodicity of a mailing. The zero Schedule has no occurrences.
type Schedule struct {
	Start, End LocalTime // zero End means none
	Zone       *time.Location
	Every      Periodicity
	ZoneLost   bool // Zone only carries an unknown name and cannot be relied on: see KeptSchedule
}

// KeptSchedule reads a schedule as it was saved. Its zone may be one that this machine does not know, or that the IANA
// database has dropped: Zone is then UTC under that name, and ZoneLost is true. The error is Invalid, as from
// NewSchedule.
func KeptSchedule(startsAt, endsAt, zone, every string) (Schedule, error) {
	if _, known := LoadZone(zone); known {
		return NewSchedule(startsAt, endsAt, zone, every)
	}
	s, err := NewSchedule(startsAt, endsAt, "UTC", every)
	if err == nil {
		s.Zone, s.ZoneLost = time.FixedZone(zone, 0), true
	}
	return s, err
}

// NewSchedule reads the fields as typed: starts_at and ends_at as ParseLocalTime takes them, with an empty ends_at for
// no end; time_zone, an IANA name; periodicity. The error is Invalid with these names.
func NewSchedule(startsAt, endsAt, zone, every string) (Schedule, error) {
	wrong := Invalid{}
	s := Schedule{Every: Periodicity(every)}
	s.Start = readLocalTime(wrong, "starts_at", startsAt)
	s.End = readLocalTime(wrong, "ends_at", endsAt)
	if strings.TrimSpace(startsAt) == "" {
		wrong.Add("starts_at", "Choose when the mailing starts.")
	}
	var ok bool
	if s.Zone, ok = LoadZone(zone); !ok {
		wrong.Add("time_zone", "Choose a time zone from the list, like Europe/Berlin.")
	}
	if len(wrong) == 0 && !s.End.IsZero() && !s.Closes().After(s.Opens()) {
		wrong.Add("ends_at", "The sending period ends before it starts. Choose a later end, or leave it empty.")
	}
	switch s.Every {
	case Once, Daily, Weekly, Monthly:
	default:
		wrong.Add("periodicity", "Choose how often the mailing goes out: once, daily, weekly or monthly.")
	}
	if len(wrong) > 0 {
		return Schedule{}, wrong
	}
	return s, nil
}

func readLocalTime(wrong Invalid, field, typed string) LocalTime {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return LocalTime{}
	}
	t, why := parseLocalTime(typed)
	wrong.note(field, why)
	return t
}

// Opens is the start as an instant in UTC; zero when there is none.
func (s Schedule) Opens() time.Time {
	if s.Start.IsZero() {
		return time.Time{}
	}
	at, _ := s.Start.in(s.Zone)
	return at
}

// Closes is the end as an instant in UTC; zero when there is none. Nothing happens at or after it.
func (s Schedule) Closes() time.Time {
	if s.End.IsZero() {
		return time.Time{}
	}
	at, _ := s.End.in(s.Zone)
	return at
}

// RunWithoutEnd is how long a run may send when no end and no further occurrence limits it: as long as mail servers
// commonly retry (RFC 5321, section 4.5.4.1).
const RunWithoutEnd = 5 * 24 * time.Hour

// Deadline is when a run scheduled for begun has to stop: at the end of the window or at the next occurrence, whichever
// is earlier, or RunWithoutEnd after begun when there is neither.
func (s Schedule) Deadline(begun time.Time) time.Time {
	if next, ok := s.After(begun); ok {
		return next.At
	}
	if closes := s.Closes(); !closes.IsZero() {
		return closes
	}
	return begun.Add(RunWithoutEnd).UTC()
}

// Next is the occurrence that a mailing waits for when saved at now. If it has never run, it may still catch its latest
// occurrence until that one's deadline. If it has, it waits for one after now, so that editing mails nobody twice.
func (s Schedule) Next(now time.Time, ran bool) (Occurrence, bool) {
	if latest, ok := s.Latest(now); ok && !ran && s.Deadline(latest.At).After(now) {
		return latest, true
	}
	return s.After(now)
}

// Upcoming returns the next n occurrences as the scheduler will start them, for a mailing saved at now. If the first
// one is due now, it keeps its scheduled time.
func (s Schedule) Upcoming(now time.Time, ran bool, n int) []Occurrence {
	var coming []Occurrence
	for o, ok := s.Next(now, ran); ok && len(coming) < n; o, ok = s.After(o.At) {
		coming = append(coming, o)
	}
	return coming
}
