package domain

import (
	"slices"
	"time"
)

// Occurrence is one time at which a mailing is due.
type Occurrence struct {
	N     int64     // 0 is the start; numbers may be missing, see After
	At    time.Time // UTC
	Moved bool      // later than written, because a clock change skips the written time
}

// After is the first occurrence strictly after t, before the window closes.
//
// Occurrences strictly increase. Where a zone skips a whole day, two of them can fall on the same instant, the end of
// the gap; the second one is then dropped.
func (s Schedule) After(t time.Time) (Occurrence, bool) {
	return s.occurrence(s.reached(t) + 1)
}

// Latest is the last occurrence at or before t, before the window closes.
func (s Schedule) Latest(t time.Time) (Occurrence, bool) {
	o, ok := s.occurrence(s.reached(t))
	for ok {
		before, there := s.occurrence(o.N - 1)
		if !there || before.At.Before(o.At) {
			break
		}
		o = before
	}
	return o, ok
}

// Between returns the occurrences strictly after a and strictly before b, in order. If there are more than max, it
// returns the latest ones.
func (s Schedule) Between(a, b time.Time, max int) []Occurrence {
	var found []Occurrence
	for o, ok := s.Latest(b.Add(-1)); ok && o.At.After(a) && len(found) < max; o, ok = s.Latest(o.At.Add(-1)) {
		found = append(found, o)
	}
	slices.Reverse(found)
	return found
}

// occurrence is number n, always counted from the start. It is false when there is none.
func (s Schedule) occurrence(n int64) (Occurrence, bool) {
	if n < 0 || n > 0 && s.Every == Once || s.Start.IsZero() {
		return Occurrence{}, false
	}
	w := s.Start
	switch s.Every {
	case Daily:
		w = w.plusDays(n)
	case Weekly:
		w = w.plusDays(7 * n)
	case Monthly:
		w = w.plusMonths(n)
	}
	if w.year > maxYear {
		return Occurrence{}, false
	}
	at, moved := w.in(s.Zone)
	if closes := s.Closes(); !closes.IsZero() && !at.Before(closes) {
		return Occurrence{}, false
	}
	return Occurrence{N: n, At: at, Moved: moved}, true
}

// reached is the highest number whose occurrence is at or before t, or -1 when there is none. The guess is off by a few
// at most, because of clock changes and month ends.
func (s Schedule) reached(t time.Time) int64 {
	if s.Start.IsZero() || t.Before(s.Opens()) {
		return -1
	}
	n := s.guess(t)
	for n >= 0 && !s.happenedBy(n, t) {
		n--
	}
	for s.happenedBy(n+1, t) {
		n++
	}
	return n
}

func (s Schedule) happenedBy(n int64, t time.Time) bool {
	o, ok := s.occurrence(n)
	return ok && !o.At.After(t)
}

// guess counts the periods from the start to t, or to the end of the schedule if that is earlier.
func (s Schedule) guess(t time.Time) int64 {
	end := time.Date(maxYear+1, time.January, 1, 0, 0, 0, 0, s.Zone)
	if closes := s.Closes(); !closes.IsZero() {
		end = closes
	}
	if t.After(end) {
		t = end
	}
	from, to := s.Start.utc(), LocalTimeOf(t, s.Zone).utc()
	days := (to.Unix() - from.Unix()) / (24 * 60 * 60)
	switch s.Every {
	case Daily:
		return days
	case Weekly:
		return days / 7
	case Monthly:
		return int64(to.Year()-from.Year())*12 + int64(to.Month()-from.Month())
	}
	return 0
}
