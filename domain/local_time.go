package domain

import (
	"strings"
	"time"
)

// The format of a LocalTime, which is that of an HTML datetime-local field, and the years it accepts.
const (
	localTimeLayout = "2006-01-02T15:04"
	minYear         = 1970
	maxYear         = 9999
)

// LocalTime is a date and a time of day to the minute, without a zone, as people write it. The zero LocalTime is none.
type LocalTime struct {
	year              int
	month             time.Month
	day, hour, minute int
}

// LocalTimeError says why a text is not a LocalTime.
type LocalTimeError struct{ Why Text }

// Error is the reason in English.
func (e LocalTimeError) Error() string { return e.Why.String() }

// ParseLocalTime reads 2006-01-02T15:04, with years from 1970 to 9999. Seconds, which some browsers send, are dropped.
// The error is always a LocalTimeError.
func ParseLocalTime(s string) (LocalTime, error) {
	t, wrong := parseLocalTime(s)
	if wrong.Key != "" {
		return LocalTime{}, LocalTimeError{wrong}
	}
	return t, nil
}

// parseLocalTime returns the reason instead of an error; the zero Text means the time is valid.
func parseLocalTime(s string) (LocalTime, Text) {
	t, err := time.Parse(localTimeLayout, s)
	if err != nil {
		t, err = time.Parse(localTimeLayout+":05", s)
	}
	switch {
	case err != nil || !strings.HasPrefix(s, t.Format(localTimeLayout)): // time.Parse also accepts a one-digit hour
		return LocalTime{}, Say("Enter a date and time, like 2026-03-01T10:00.")
	case t.Year() < minYear:
		return LocalTime{}, Say("The year must be between 1970 and 9999.")
	}
	return LocalTimeOf(t, time.UTC), Text{}
}

// LocalTimeOf is what clocks in the zone show at t, to the minute. The zero time gives the zero LocalTime.
func LocalTimeOf(t time.Time, zone *time.Location) LocalTime {
	if t.IsZero() {
		return LocalTime{}
	}
	t = t.In(zone)
	return LocalTime{year: t.Year(), month: t.Month(), day: t.Day(), hour: t.Hour(), minute: t.Minute()}
}

// String formats w for ParseLocalTime; "" when w is zero.
func (w LocalTime) String() string {
	if w.IsZero() {
		return ""
	}
	return w.utc().Format(localTimeLayout)
}

// IsZero reports whether w is the zero LocalTime.
func (w LocalTime) IsZero() bool { return w == LocalTime{} }

func (w LocalTime) utc() time.Time {
	return time.Date(w.year, w.month, w.day, w.hour, w.minute, 0, 0, time.UTC)
}

func (w LocalTime) plusDays(n int64) LocalTime {
	return LocalTimeOf(w.utc().AddDate(0, 0, int(n)), time.UTC)
}

// plusMonths keeps the day of the month, or takes the month's last day when it is shorter.
func (w LocalTime) plusMonths(n int64) LocalTime {
	first := time.Date(w.year, w.month+time.Month(n), 1, w.hour, w.minute, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1)
	return LocalTimeOf(first.AddDate(0, 0, min(w.day, last.Day())-1), time.UTC)
}

// farthestOffset is more than any zone's offset from UTC has ever been.
const farthestOffset = 26 * time.Hour

// in returns the first instant, in UTC, at which clocks in the zone show w or later, and whether they show a later time
// because a clock change skips w. When w occurs twice, that is the first one. A later w never gives an earlier instant.
// time.Date promises neither.
func (w LocalTime) in(zone *time.Location) (at time.Time, moved bool) {
	for from := w.utc().Add(-farthestOffset).In(zone); ; {
		_, offset := from.Zone()
		at = w.utc().Add(-time.Duration(offset) * time.Second)
		if moved = at.Before(from); moved {
			at = from
		}
		until := offsetEnds(from)
		if until.IsZero() || at.Before(until) {
			return at.UTC(), moved
		}
		from = until
	}
}

// offsetEnds returns a time after t until which clocks keep the offset they have at t; zero means forever.
func offsetEnds(t time.Time) time.Time {
	_, end := t.ZoneBounds()
	if end.IsZero() || end.After(t) {
		return end
	}
	const day = 24 * time.Hour // ZoneBounds gives leap years 365 days, so the last offset may begin where it claims to end
	return t.Truncate(day).Add(day)
}
