package domain_test

import (
	"slices"
	"testing"
	"time"

	"postrider/domain"
)

// occurrencesTable lists the first occurrences from a start, in UTC. A star marks a moved one.
var occurrencesTable = []struct {
	name               string
	starts, ends, zone string
	every              domain.Periodicity
	want               []string
}{
	{"once", "2026-03-01T10:00", "", "Europe/Moscow", domain.Once, []string{"2026-03-01T07:00:00Z", ""}},
	{"monthly on the 31st in a leap year", "2024-01-31T10:00", "", "UTC", domain.Monthly,
		[]string{"2024-01-31T10:00:00Z", "2024-02-29T10:00:00Z", "2024-03-31T10:00:00Z", "2024-04-30T10:00:00Z", "2024-05-31T10:00:00Z"}},
	{"monthly on the 31st in a common year", "2025-12-31T10:00", "", "UTC", domain.Monthly,
		[]string{"2025-12-31T10:00:00Z", "2026-01-31T10:00:00Z", "2026-02-28T10:00:00Z", "2026-03-31T10:00:00Z"}},
	{"monthly on the 30th in 2100, no leap year", "2100-01-30T10:00", "", "UTC", domain.Monthly,
		[]string{"2100-01-30T10:00:00Z", "2100-02-28T10:00:00Z", "2100-03-30T10:00:00Z"}},
	{"monthly from a leap day", "2024-02-29T23:59", "", "UTC", domain.Monthly,
		[]string{"2024-02-29T23:59:00Z", "2024-03-29T23:59:00Z", "2024-04-29T23:59:00Z"}},
	{"daily over a leap day", "2024-02-28T10:00", "", "UTC", domain.Daily,
		[]string{"2024-02-28T10:00:00Z", "2024-02-29T10:00:00Z", "2024-03-01T10:00:00Z"}},
	{"daily over the end of February 2100", "2100-02-28T10:00", "", "UTC", domain.Daily,
		[]string{"2100-02-28T10:00:00Z", "2100-03-01T10:00:00Z"}},
	{"monthly at midnight far from UTC", "2026-01-31T00:00", "", "Pacific/Kiritimati", domain.Monthly,
		[]string{"2026-01-30T10:00:00Z", "2026-02-27T10:00:00Z", "2026-03-30T10:00:00Z"}},
	{"weekly keeps its time of day", "2026-03-22T10:00", "", "Europe/Berlin", domain.Weekly,
		[]string{"2026-03-22T09:00:00Z", "2026-03-29T08:00:00Z", "2026-04-05T08:00:00Z"}},
	{"Berlin skips 02:30", "2026-03-28T02:30", "", "Europe/Berlin", domain.Daily,
		[]string{"2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z*", "2026-03-30T00:30:00Z"}},
	{"Berlin does not skip 03:00", "2026-03-28T03:00", "", "Europe/Berlin", domain.Daily,
		[]string{"2026-03-28T02:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T01:00:00Z"}},
	{"Berlin has 02:30 twice", "2026-10-24T02:30", "", "Europe/Berlin", domain.Daily,
		[]string{"2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"}},
	{"Berlin on the last day of a far leap year", "2096-12-30T23:30", "", "Europe/Berlin", domain.Daily,
		[]string{"2096-12-30T22:30:00Z", "2096-12-31T22:30:00Z", "2097-01-01T22:30:00Z"}},
	{"New York skips 02:00", "2026-03-07T02:00", "", "America/New_York", domain.Daily,
		[]string{"2026-03-07T07:00:00Z", "2026-03-08T07:00:00Z*", "2026-03-09T06:00:00Z"}},
	{"New York has 01:59 twice", "2026-10-31T01:59", "", "America/New_York", domain.Daily,
		[]string{"2026-10-31T05:59:00Z", "2026-11-01T05:59:00Z", "2026-11-02T06:59:00Z"}},
	{"Tehran skipped midnight in 2020", "2020-03-20T00:00", "", "Asia/Tehran", domain.Daily,
		[]string{"2020-03-19T20:30:00Z", "2020-03-20T20:30:00Z*", "2020-03-21T19:30:00Z"}},
	{"Tehran has no summer time since 2023", "2023-03-20T00:00", "", "Asia/Tehran", domain.Daily,
		[]string{"2023-03-19T20:30:00Z", "2023-03-20T20:30:00Z", "2023-03-21T20:30:00Z", "2023-03-22T20:30:00Z"}},
	{"Lord Howe skips half an hour", "2026-10-03T02:15", "", "Australia/Lord_Howe", domain.Daily,
		[]string{"2026-10-02T15:45:00Z", "2026-10-03T15:30:00Z*", "2026-10-04T15:15:00Z"}},
	{"Lord Howe has half an hour twice", "2026-04-04T01:45", "", "Australia/Lord_Howe", domain.Daily,
		[]string{"2026-04-03T14:45:00Z", "2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"}},
	{"Apia skipped a day", "2011-12-29T10:00", "", "Pacific/Apia", domain.Daily,
		[]string{"2011-12-29T20:00:00Z", "2011-12-30T10:00:00Z*", "2011-12-30T20:00:00Z"}},
	{"Apia's midnights fall on one instant", "2011-12-29T00:00", "", "Pacific/Apia", domain.Daily,
		[]string{"2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z*", "2011-12-31T10:00:00Z"}},
	{"Kwajalein skipped a day", "1993-08-20T12:00", "", "Pacific/Kwajalein", domain.Daily,
		[]string{"1993-08-21T00:00:00Z", "1993-08-21T12:00:00Z*", "1993-08-22T00:00:00Z"}},
	{"Sao Paulo skipped midnight in 2018", "2018-11-03T00:00", "", "America/Sao_Paulo", domain.Daily,
		[]string{"2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z*", "2018-11-05T02:00:00Z"}},
	{"Sao Paulo had 23:30 twice in 2018", "2018-02-16T23:30", "", "America/Sao_Paulo", domain.Daily,
		[]string{"2018-02-17T01:30:00Z", "2018-02-18T01:30:00Z", "2018-02-19T02:30:00Z"}},
	{"Casablanca changes for Ramadan", "2026-02-14T10:00", "", "Africa/Casablanca", domain.Daily,
		[]string{"2026-02-14T09:00:00Z", "2026-02-15T10:00:00Z", "2026-02-16T10:00:00Z"}},
	{"Moscow left winter time for good in 2014", "2014-10-25T01:30", "", "Europe/Moscow", domain.Daily,
		[]string{"2014-10-24T21:30:00Z", "2014-10-25T21:30:00Z", "2014-10-26T22:30:00Z"}},
	{"the window ends at an occurrence", "2026-03-01T10:00", "2026-03-03T10:00", "UTC", domain.Daily,
		[]string{"2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z", ""}},
	{"the window ends just after an occurrence", "2026-03-01T10:00", "2026-03-03T10:01", "UTC", domain.Daily,
		[]string{"2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z", "2026-03-03T10:00:00Z", ""}},
	{"the last years", "9999-11-30T10:00", "", "UTC", domain.Monthly,
		[]string{"9999-11-30T10:00:00Z", "9999-12-30T10:00:00Z", ""}},
}

func TestOccurrences(t *testing.T) {
	for _, c := range occurrencesTable {
		t.Run(c.name, func(t *testing.T) {
			s := schedule(t, c.starts, c.ends, c.zone, c.every)
			at := s.Opens().Add(-1)
			for i, want := range c.want {
				o, ok := s.After(at)
				if got := written(o, ok); got != want {
					t.Fatalf("occurrence %d is %q, want %q", i, got, want)
				}
				if !ok {
					break
				}
				if latest, _ := s.Latest(o.At); latest != o {
					t.Errorf("Latest(%v) = %v, want %v", o.At, latest, o)
				}
				if latest, ok := s.Latest(o.At.Add(-1)); ok != (i > 0) || !latest.At.Equal(at) && i > 0 {
					t.Errorf("Latest before occurrence %d is %v, want %v", i, latest.At, at)
				}
				at = o.At
			}
		})
	}
}

func written(o domain.Occurrence, ok bool) string {
	switch {
	case !ok:
		return ""
	case o.Moved:
		return o.At.Format(time.RFC3339) + "*"
	}
	return o.At.Format(time.RFC3339)
}

func TestOccurrencesFarAway(t *testing.T) {
	s := schedule(t, "1970-01-31T10:00", "", "Europe/Berlin", domain.Monthly)
	if o, _ := s.After(utc(t, "9998-02-01T00:00:00Z")); written(o, true) != "9998-02-28T09:00:00Z" || o.N != 8028*12+1 {
		t.Errorf("in February 9998: %d, %v", o.N, o.At)
	}
	ages := time.Unix(1<<60, 0)
	for _, every := range []domain.Periodicity{domain.Once, domain.Daily, domain.Weekly, domain.Monthly} {
		for _, zone := range []string{"Pacific/Kiritimati", "UTC", "Etc/GMT+12"} {
			s := schedule(t, "1970-01-01T00:00", "", zone, every)
			if o, ok := s.After(ages); ok {
				t.Errorf("%s, after all: %v", every, o.At)
			}
			if o, ok := s.Latest(ages); !ok || every == domain.Daily && domain.LocalTimeOf(o.At, s.Zone).String() != "9999-12-31T00:00" {
				t.Errorf("%s, the last of all: %v, %v", every, o.At, ok)
			}
			if o, ok := s.After(time.Unix(-1<<60, 0)); !ok || o.N != 0 {
				t.Errorf("%s, the first of all: %v, %v", every, o.At, ok)
			}
		}
	}
}

func TestLatestWhileAnHourRepeats(t *testing.T) {
	s := schedule(t, "2026-10-20T02:30", "", "Europe/Berlin", domain.Daily)
	again := utc(t, "2026-10-25T01:10:00Z") // the second 02:10, after the first 02:30
	if got := written(s.Latest(again)); got != "2026-10-25T00:30:00Z" {
		t.Errorf("the latest is %s, want 2026-10-25T00:30:00Z", got)
	}
	if got := written(s.After(again)); got != "2026-10-26T01:30:00Z" {
		t.Errorf("the next is %s, want 2026-10-26T01:30:00Z", got)
	}
}

func TestBetween(t *testing.T) {
	s := schedule(t, "2026-03-01T10:00", "2026-03-09T00:00", "UTC", domain.Daily)
	for _, c := range []struct {
		name string
		a, b string
		max  int
		want []int
	}{
		{"neither end counts", "2026-03-02T10:00:00Z", "2026-03-05T10:00:00Z", 10, []int{3, 4}},
		{"a moment more at both ends", "2026-03-02T09:59:59Z", "2026-03-05T10:00:01Z", 10, []int{2, 3, 4, 5}},
		{"only the latest", "2026-03-01T00:00:00Z", "2026-03-05T10:00:01Z", 2, []int{4, 5}},
		{"none", "2026-03-01T00:00:00Z", "2026-03-05T10:00:01Z", 0, nil},
		{"the whole window", "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z", 100, []int{1, 2, 3, 4, 5, 6, 7, 8}},
		{"before the start", "2020-01-01T00:00:00Z", "2026-03-01T10:00:00Z", 10, nil},
		{"turned round", "2026-03-05T10:00:00Z", "2026-03-02T10:00:00Z", 10, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := days(s.Between(utc(t, c.a), utc(t, c.b), c.max)); !slices.Equal(got, c.want) {
				t.Errorf("days %v, want %v", got, c.want)
			}
		})
	}
}
