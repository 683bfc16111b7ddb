package domain

import "time"

// Periodicity says how often a mailing goes out.
type Periodicity string

// The periodicities.
const (
	Once    Periodicity = "once"
	Daily   Periodicity = "daily"
	Weekly  Periodicity = "weekly"
	Monthly Periodicity = "monthly"
)

// Schedule is the window of a mailing and how often it goes out inside it. Occurrence n is computed from the start,
// never from the one before, so that a clock change or a short month moves one occurrence and not all that follow.
type Schedule struct {
	Start, End Wall // no end when End is zero
	Zone       *time.Location
	Every      Periodicity
}

// withoutDeadline is how long a run may last that neither an end nor a next occurrence limits.
const withoutDeadline = 5 * 24 * time.Hour

// maxYear is the last one in which anything happens.
const maxYear = 9999

// NewSchedule reads the fields as typed. Invalid names starts_at, ends_at, time_zone or periodicity.
func NewSchedule(startsAt, endsAt, zone, every string) (Schedule, error) {
	wrong := Invalid{}
	s := Schedule{Every: Periodicity(every)}
	var err error
	if s.Start, err = ParseWall(startsAt); err != nil {
		wrong.Add("starts_at", "Give a date and time for the first run.")
	}
	if endsAt != "" {
		if s.End, err = ParseWall(endsAt); err != nil {
			wrong.Add("ends_at", "This is not a date and time. Leave it empty for no end.")
		}
	}
	var ok bool
	if s.Zone, ok = LoadZone(zone); !ok {
		wrong.Add("time_zone", "There is no time zone “%s”. Choose one like Europe/Berlin.", zone)
	}
	switch s.Every {
	case Once, Daily, Weekly, Monthly:
	default:
		wrong.Add("periodicity", "Choose once, daily, weekly or monthly.")
	}
	if len(wrong) == 0 && !s.End.IsZero() && !s.Closes().After(s.Opens()) {
		wrong.Add("ends_at", "The window ends before it starts. Choose a later end.")
	}
	return s, wrong.Or()
}

// Opens is when the window begins: the first occurrence.
func (s Schedule) Opens() time.Time {
	at, _ := s.Start.in(s.Zone)
	return at
}

// Closes is when the window ends; zero when it does not.
func (s Schedule) Closes() time.Time {
	if s.End.IsZero() {
		return time.Time{}
	}
	at, _ := s.End.in(s.Zone)
	return at
}

// Deadline is when a run ends at the latest whose scheduled time is begun: the earlier of the window's end and the next
// occurrence, or five days later where there is neither.
func (s Schedule) Deadline(begun time.Time) time.Time {
	deadline := s.Closes()
	if next, ok := s.After(begun); ok && (deadline.IsZero() || next.At.Before(deadline)) {
		deadline = next.At
	}
	if deadline.IsZero() {
		return begun.Add(withoutDeadline)
	}
	return deadline
}

// Next is the occurrence that a mailing waits for when it is saved at now. One that has never run may still catch its
// latest occurrence, while there is time; one that has run waits for the next, so that no edit mails anybody twice.
func (s Schedule) Next(now time.Time, ran bool) (Occurrence, bool) {
	if !ran {
		if latest, ok := s.Latest(now); ok && s.Deadline(latest.At).After(now) {
			return latest, true
		}
	}
	return s.After(now)
}

// Upcoming gives the next n occurrences of a mailing that is saved at now.
func (s Schedule) Upcoming(now time.Time, ran bool, n int) []Occurrence {
	var all []Occurrence
	for o, ok := s.Next(now, ran); ok && len(all) < n; o, ok = s.After(o.At) {
		all = append(all, o)
	}
	return all
}
