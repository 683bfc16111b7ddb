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
		wrong                    []string // fields, sorted
	}{
		{"a window", "2026-03-01T10:00", "2026-03-02T10:00", "Europe/Berlin", "daily", nil},
		{"no end", "2026-03-01T10:00", "", "UTC", "monthly", nil},
		{"spaces around", " 2026-03-01T10:00 ", " ", "UTC", "once", nil},
		{"a start that a clock change skips", "2026-03-29T02:30", "", "Europe/Berlin", "once", nil},
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
		{"the next occurrence after one by hand", "", domain.Weekly, "2026-03-03T15:04:00Z", "2026-03-08T10:00:00Z"},
		{"the next occurrence, though it is far", "", domain.Monthly, "2026-03-01T10:00:00Z", "2026-04-01T10:00:00Z"},
		{"the end before the next occurrence", "2026-03-02T09:00", domain.Daily, "2026-03-01T10:00:00Z", "2026-03-02T09:00:00Z"},
		{"the end at the next occurrence", "2026-03-02T10:00", domain.Daily, "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"},
		{"the next occurrence before the end", "2026-03-02T10:01", domain.Daily, "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"},
		{"the end, once", "2026-04-01T10:00", domain.Once, "2026-03-01T10:00:00Z", "2026-04-01T10:00:00Z"},
		{"five days where there is neither", "", domain.Once, "2026-03-01T10:00:00Z", "2026-03-06T10:00:00Z"},
		{"five days from a run by hand", "", domain.Once, "2026-03-03T15:04:00Z", "2026-03-08T15:04:00Z"},
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
		{"once, the end is far", "2026-06-01T00:00", domain.Once, "2026-05-31T23:59:59Z", false, "2026-03-01T10:00:00Z"},
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
