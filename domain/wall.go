package domain

import "time"

// wallLayout is how a browser's datetime-local field writes a wall time.
const wallLayout = "2006-01-02T15:04"

// Wall is a date and a time of day as a person writes them, to the minute and without a zone. The zero Wall is none.
type Wall struct {
	set               bool
	year              int
	month             time.Month
	day, hour, minute int
}

// ParseWall reads "2006-01-02T15:04"; seconds, which some browsers send, are dropped. Years go from 1970 to 9999.
func ParseWall(s string) (Wall, error) {
	t, err := time.Parse(wallLayout, s)
	if err != nil {
		t, err = time.Parse(wallLayout+":05", s)
	}
	if err != nil || t.Year() < 1970 {
		return Wall{}, Invalid{"": Say("“%s” is not a date and time like 2026-05-31T09:00.", s)}
	}
	return WallOf(t, time.UTC), nil
}

// WallOf is what a clock in the zone shows at t.
func WallOf(t time.Time, zone *time.Location) Wall {
	t = t.In(zone)
	return Wall{true, t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute()}
}

// String is the form that ParseWall reads; "" for none.
func (w Wall) String() string {
	if !w.set {
		return ""
	}
	return w.utc().Format(wallLayout)
}

// IsZero reports whether there is no time.
func (w Wall) IsZero() bool { return !w.set }

func (w Wall) utc() time.Time {
	return time.Date(w.year, w.month, w.day, w.hour, w.minute, 0, 0, time.UTC)
}

// widestOffset is more than any zone has ever been away from UTC.
const widestOffset = 27 * time.Hour

// in is the first instant at which a clock in the zone shows w or later. So a time that a clock change skips is the
// instant of the change, and one that happens twice is the first. moved reports that the clock never shows w.
func (w Wall) in(zone *time.Location) (at time.Time, moved bool) {
	shown := w.utc()
	from := shown.Add(-widestOffset).In(zone)
	for {
		_, offset := from.Zone()
		_, until := from.ZoneBounds()
		at = shown.Add(-time.Duration(offset) * time.Second)
		if at.Before(from) {
			return from.UTC(), true // the change to this offset went past w
		}
		if until.IsZero() || at.Before(until) {
			return at, false
		}
		from = until.In(zone)
	}
}

// plusDays is w moved by whole days.
func (w Wall) plusDays(n int64) Wall { return WallOf(w.utc().AddDate(0, 0, int(n)), time.UTC) }

// plusMonths is w moved by whole months, on the last day of a month that is too short.
func (w Wall) plusMonths(n int64) Wall {
	first := time.Date(w.year, w.month+time.Month(n), 1, w.hour, w.minute, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return WallOf(first.AddDate(0, 0, min(w.day, last)-1), time.UTC)
}
