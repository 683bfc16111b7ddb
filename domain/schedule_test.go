package domain_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"postrider/domain"
)

func schedule(t testing.TB, starts, ends, zone string, every domain.Periodicity) domain.Schedule {
	t.Helper()
	s, err := domain.NewSchedule(starts, ends, zone, string(every))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func utc(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func TestNewSchedule(t *testing.T) {
	for _, c := range []struct {
		name                     string
		starts, ends, zone, each string
		wrong                    []string // invalid fields, sorted
	}{
		{"a window", "2026-03-01T10:00", "2026-03-02T10:00", "Europe/Berlin", "daily", nil},
		{"no end", "2026-03-01T10:00", "", "UTC", "monthly", nil},
		{"spaces around", " 2026-03-01T10:00 ", " ", "UTC", "once", nil},
		{"a start skipped by a clock change", "2026-03-29T02:30", "", "Europe/Berlin", "once", nil},
		{"no start", "", "", "UTC", "once", []string{"starts_at"}},
		{"no dates", "tomorrow", "2026-02-30T10:00", "UTC", "once", []string{"ends_at", "starts_at"}},
		{"the end before the start", "2026-03-02T10:00", "2026-03-01T10:00", "UTC", "once", []string{"ends_at"}},
		{"the end at the start", "2026-03-02T10:00", "2026-03-02T10:00", "UTC", "once", []string{"ends_at"}},
		{"both skipped by one clock change", "2026-03-29T02:10", "2026-03-29T02:50", "Europe/Berlin", "once", []string{"ends_at"}},
		{"an end without a start", "", "2026-03-01T10:00", "UTC", "once", []string{"starts_at"}},
		{"no zone", "2026-03-01T10:00", "", "", "once", []string{"time_zone"}},
		{"the machine's zone", "2026-03-01T10:00", "", "Local", "once", []string{"time_zone"}},
		{"no periodicity", "2026-03-01T10:00", "", "UTC", "", []string{"periodicity"}},
		{"another periodicity", "2026-03-01T10:00", "", "UTC", "Daily", []string{"periodicity"}},
		{"all wrong", "", "x", "x", "x", []string{"ends_at", "periodicity", "starts_at", "time_zone"}},
		{"window and periodicity wrong", "2026-03-02T10:00", "2026-03-01T10:00", "UTC", "", []string{"ends_at", "periodicity"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := domain.NewSchedule(c.starts, c.ends, c.zone, c.each)
			var wrong domain.Invalid
			if errors.As(err, &wrong); (err == nil) != (c.wrong == nil) || len(wrong) != len(c.wrong) {
				t.Fatalf("got %v, want mistakes in %v", err, c.wrong)
			}
			for _, field := range c.wrong {
				if wrong[field].Key == "" {
					t.Errorf("got %v, want a mistake in %s", err, field)
				}
			}
			if err == nil && s.Opens().IsZero() {
				t.Error("a schedule without a start")
			}
		})
	}
}

func TestZeroSchedule(t *testing.T) {
	var s domain.Schedule
	now := utc(t, "2026-03-01T10:00:00Z")
	_, after := s.After(now)
	_, latest := s.Latest(now)
	if after || latest || !s.Opens().IsZero() || !s.Closes().IsZero() || len(s.Upcoming(now, false, 5)) > 0 {
		t.Error("something happens")
	}
}

func TestDeadline(t *testing.T) {
	for _, c := range []struct {
		name         string
		ends         string
		every        domain.Periodicity
		begun, until string
	}{
		{"the next occurrence", "", domain.Daily, "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"},
		{"the next occurrence after a manual one", "", domain.Weekly, "2026-03-03T15:04:00Z", "2026-03-08T10:00:00Z"},
		{"the next occurrence, even far away", "", domain.Monthly, "2026-03-01T10:00:00Z", "2026-04-01T10:00:00Z"},
		{"the end before the next occurrence", "2026-03-02T09:00", domain.Daily, "2026-03-01T10:00:00Z", "2026-03-02T09:00:00Z"},
		{"the end at the next occurrence", "2026-03-02T10:00", domain.Daily, "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"},
		{"the next occurrence before the end", "2026-03-02T10:01", domain.Daily, "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"},
		{"the end, once", "2026-04-01T10:00", domain.Once, "2026-03-01T10:00:00Z", "2026-04-01T10:00:00Z"},
		{"five days if there is neither", "", domain.Once, "2026-03-01T10:00:00Z", "2026-03-06T10:00:00Z"},
		{"five days from a manual run", "", domain.Once, "2026-03-03T15:04:00Z", "2026-03-08T15:04:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := schedule(t, "2026-03-01T10:00", c.ends, "UTC", c.every)
			if got := s.Deadline(utc(t, c.begun)); !got.Equal(utc(t, c.until)) {
				t.Errorf("got %v, want %s", got, c.until)
			}
		})
	}
}

func TestNext(t *testing.T) {
	for _, c := range []struct {
		name  string
		ends  string
		every domain.Periodicity
		now   string
		ran   bool
		want  string
	}{
		{"before the start", "", domain.Daily, "2026-02-01T00:00:00Z", false, "2026-03-01T10:00:00Z"},
		{"at the start", "", domain.Daily, "2026-03-01T10:00:00Z", false, "2026-03-01T10:00:00Z"},
		{"at the start, ran", "", domain.Daily, "2026-03-01T10:00:00Z", true, "2026-03-02T10:00:00Z"},
		{"late, never ran", "", domain.Daily, "2026-03-05T09:59:59Z", false, "2026-03-04T10:00:00Z"},
		{"late, ran", "", domain.Daily, "2026-03-05T09:59:59Z", true, "2026-03-05T10:00:00Z"},
		{"once, a little late", "", domain.Once, "2026-03-06T09:59:59Z", false, "2026-03-01T10:00:00Z"},
		{"once, too late", "", domain.Once, "2026-03-06T10:00:00Z", false, ""},
		{"once, ran", "", domain.Once, "2026-03-01T10:00:01Z", true, ""},
		{"once, with a distant end", "2026-06-01T00:00", domain.Once, "2026-05-31T23:59:59Z", false, "2026-03-01T10:00:00Z"},
		{"the last one in the window", "2026-03-03T12:00", domain.Daily, "2026-03-03T11:59:59Z", false, "2026-03-03T10:00:00Z"},
		{"the window is over", "2026-03-03T12:00", domain.Daily, "2026-03-03T12:00:00Z", false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := schedule(t, "2026-03-01T10:00", c.ends, "UTC", c.every)
			if got := written(s.Next(utc(t, c.now), c.ran)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestUpcoming(t *testing.T) {
	s := schedule(t, "2026-03-01T10:00", "2026-03-05T00:00", "UTC", domain.Daily)
	now := utc(t, "2026-03-02T12:00:00Z")
	if got, want := days(s.Upcoming(now, false, 5)), []int{2, 3, 4}; !slices.Equal(got, want) {
		t.Errorf("never ran: days %v, want %v", got, want)
	}
	if got, want := days(s.Upcoming(now, true, 1)), []int{3}; !slices.Equal(got, want) {
		t.Errorf("ran: days %v, want %v", got, want)
	}
}

// days are the days of the month.
func days(all []domain.Occurrence) (days []int) {
	for _, o := range all {
		days = append(days, o.At.Day())
	}
	return days
}

// naive computes occurrences the slow way: it goes through the calendar day by day, and watches a clock minute by
// minute.
type naive struct {
	start  time.Time // as written, in UTC
	closes time.Time // zero for never
	zone   *time.Location
	every  domain.Periodicity
}

// shown waits until the clock shows the written time or a later one.
func (v naive) shown(written time.Time) domain.Occurrence {
	want := written.Format("2006-01-02 15:04")
	for at := written.Add(-27 * time.Hour); ; at = at.Add(time.Minute) {
		if shows := at.In(v.zone).Format("2006-01-02 15:04"); shows >= want {
			return domain.Occurrence{At: at, Moved: shows != want}
		}
	}
}

func (v naive) written(n int) time.Time {
	y, m, d := v.start.Date()
	on := func(months, days int) time.Time {
		return time.Date(y, m+time.Month(months), days, v.start.Hour(), v.start.Minute(), 0, 0, time.UTC)
	}
	switch v.every {
	case domain.Daily:
		return on(0, d+n)
	case domain.Weekly:
		return on(0, d+7*n)
	}
	for on(n, d).Day() != d { // the month is too short
		d--
	}
	return on(n, d)
}

// walk returns at most count occurrences, beginning with number first.
func (v naive) walk(first, count int) (all []domain.Occurrence) {
	for n := first; n < first+count && (n == 0 || v.every != domain.Once); n++ {
		o := v.shown(v.written(n))
		o.N = int64(n)
		if !v.closes.IsZero() && !o.At.Before(v.closes) {
			break
		}
		if len(all) == 0 || o.At.After(all[len(all)-1].At) {
			all = append(all, o)
		}
	}
	return all
}

// walked is how many occurrences are compared at a time.
const walked = 8

// FuzzSchedule compares a few occurrences, near the start or far from it, with a naive walk, at a moment among them.
func FuzzSchedule(f *testing.F) {
	zones := domain.Zones()
	in := func(name string) uint16 { return uint16(slices.Index(zones, name)) }
	minute := func(s string) uint32 { return uint32(utc(f, s).Sub(fuzzFrom) / time.Minute) }
	f.Add(in("Europe/Berlin"), minute("2026-03-27T02:30:00Z"), byte(1), uint16(0), uint32(0), uint32(3000))
	f.Add(in("Europe/Berlin"), minute("2026-10-24T02:30:00Z"), byte(1), uint16(0), uint32(0), uint32(1480)) // the second 02:10
	f.Add(in("Europe/Berlin"), minute("2024-12-30T23:30:00Z"), byte(1), uint16(26000), uint32(0), uint32(3000))
	f.Add(in("Europe/Berlin"), minute("2096-12-29T23:30:00Z"), byte(1), uint16(0), uint32(0), uint32(3000))
	f.Add(in("America/New_York"), minute("2026-10-31T01:30:00Z"), byte(1), uint16(0), uint32(4000), uint32(2880))
	f.Add(in("Asia/Tehran"), minute("2020-03-20T00:00:00Z"), byte(1), uint16(0), uint32(0), uint32(1440))
	f.Add(in("Australia/Lord_Howe"), minute("2026-10-03T02:15:00Z"), byte(1), uint16(0), uint32(0), uint32(1425))
	f.Add(in("Pacific/Apia"), minute("2011-12-28T00:00:00Z"), byte(1), uint16(0), uint32(0), uint32(2880))
	f.Add(in("Pacific/Apia"), minute("2011-12-28T00:00:00Z"), byte(1), uint16(3), uint32(0), uint32(2880))
	f.Add(in("Pacific/Apia"), minute("2009-12-30T12:00:00Z"), byte(3), uint16(20), uint32(0), uint32(0))
	f.Add(in("Pacific/Kwajalein"), minute("1993-08-06T12:00:00Z"), byte(2), uint16(0), uint32(0), uint32(20160))
	f.Add(in("America/Sao_Paulo"), minute("2018-11-03T00:00:00Z"), byte(1), uint16(0), uint32(0), uint32(1440))
	f.Add(in("Africa/Casablanca"), minute("2026-01-31T02:30:00Z"), byte(3), uint16(1), uint32(0), uint32(0))
	f.Add(in("Europe/Moscow"), minute("2014-10-25T01:30:00Z"), byte(0), uint16(0), uint32(1), uint32(0))
	f.Add(in("UTC"), minute("2024-01-31T10:00:00Z"), byte(3), uint16(900), uint32(0), uint32(60000))
	f.Fuzz(func(t *testing.T, zone uint16, start uint32, every byte, first uint16, lasts, probe uint32) {
		v := naive{start: fuzzFrom.Add(time.Duration(start%fuzzMinutes) * time.Minute)}
		v.every = []domain.Periodicity{domain.Once, domain.Daily, domain.Weekly, domain.Monthly}[every%4]
		name := zones[int(zone)%len(zones)]
		s := schedule(t, v.start.Format("2006-01-02T15:04"), "", name, v.every)
		v.zone = s.Zone
		if lasts > 0 {
			s.End = domain.LocalTimeOf(s.Opens().Add(time.Duration(lasts%(90*fuzzDay))*time.Minute+time.Minute), s.Zone)
			v.closes = s.Closes()
		}
		if v.every == domain.Once {
			first = 0
		}
		compare(t, s, v, int(first), time.Duration(probe))
	})
}

// Before 1973 some zone's offset from UTC had a fraction of a minute, which is too fine for the naive clock.
var fuzzFrom = time.Date(1973, 1, 1, 0, 0, 0, 0, time.UTC)

const (
	fuzzDay     = 24 * 60
	fuzzMinutes = 132 * 365 * fuzzDay
)

func compare(t *testing.T, s domain.Schedule, v naive, first int, probe time.Duration) {
	all := v.walk(first, walked)
	if len(all) == 0 || first > 0 && len(all) < 4 {
		return // the window closed earlier
	}
	known := all[0].At
	if first > 0 { // the first of the walk may fall on the instant of its predecessor, which the walk has not seen
		all = all[1:]
		known = all[1].At
	}
	length := all[max(len(all)-2, 0)].At.Sub(known)
	for _, now := range []time.Time{known.Add(probe * time.Minute % (length + 1)), known, known.Add(length).Add(-1), known.Add(length)} {
		latest, hasLatest := last(all, now)
		next, hasNext := after(all, now)
		same(t, "Latest", now, latest, hasLatest)(s.Latest(now))
		same(t, "After", now, next, hasNext)(s.After(now))
		same(t, "Next of one that ran", now, next, hasNext)(s.Next(now, true))

		deadline := v.deadline(all, latest.At)
		if got := s.Deadline(latest.At); hasLatest && !got.Equal(deadline) {
			t.Errorf("Deadline(%v) = %v, want %v", latest.At, got, deadline)
		}
		want, ok := next, hasNext
		if hasLatest && now.Before(deadline) {
			want, ok = latest, true
		}
		same(t, "Next", now, want, ok)(s.Next(now, false))
		coming := all[len(all):]
		if ok {
			coming = all[slices.Index(all, want):]
		}
		if got := s.Upcoming(now, false, len(coming)); !slices.Equal(got, coming) {
			t.Errorf("Upcoming(%v) = %v, want %v", now, got, coming)
		}
		between := all[:slices.Index(all, latest)+1]
		if got := s.Between(all[0].At.Add(-1), now.Add(1), len(between)); !slices.Equal(got, between) {
			t.Errorf("Between(%v, %v) = %v, want %v", all[0].At, now, got, between)
		}
	}
}

func (v naive) deadline(all []domain.Occurrence, begun time.Time) time.Time {
	if next, ok := after(all, begun); ok {
		return next.At
	}
	if v.closes.IsZero() {
		return begun.Add(5 * 24 * time.Hour)
	}
	return v.closes
}

func last(all []domain.Occurrence, now time.Time) (o domain.Occurrence, ok bool) {
	for _, each := range all {
		if !each.At.After(now) {
			o, ok = each, true
		}
	}
	return o, ok
}

func after(all []domain.Occurrence, now time.Time) (domain.Occurrence, bool) {
	for _, each := range all {
		if each.At.After(now) {
			return each, true
		}
	}
	return domain.Occurrence{}, false
}

func same(t *testing.T, what string, now time.Time, want domain.Occurrence, wantOK bool) func(domain.Occurrence, bool) {
	return func(got domain.Occurrence, ok bool) {
		t.Helper()
		if ok != wantOK || ok && got != want {
			t.Errorf("%s at %v: got %v, %v; want %v, %v", what, now, got, ok, want, wantOK)
		}
	}
}
