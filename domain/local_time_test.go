package domain_test

import (
	"testing"
	"time"

	"postrider/domain"
)

func TestParseLocalTime(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"a date and a time", "2026-03-01T10:00", "2026-03-01T10:00"},
		{"seconds are dropped", "2026-03-01T10:00:59", "2026-03-01T10:00"},
		{"so are their fractions", "2026-03-01T10:00:59.999", "2026-03-01T10:00"},
		{"the first minute", "1970-01-01T00:00", "1970-01-01T00:00"},
		{"the last minute", "9999-12-31T23:59", "9999-12-31T23:59"},
		{"a leap day", "2024-02-29T00:00", "2024-02-29T00:00"},
		{"no leap day in 2100", "2100-02-29T00:00", ""},
		{"too early", "1969-12-31T23:59", ""},
		{"a year of five digits", "12026-03-01T10:00", ""},
		{"nothing", "", ""},
		{"only a date", "2026-03-01", ""},
		{"24 o'clock", "2026-03-01T24:00", ""},
		{"a minute of 60", "2026-03-01T10:60", ""},
		{"an hour of one digit", "2026-03-01T9:00", ""},
		{"a space instead of the T", "2026-03-01 10:00", ""},
		{"a zone", "2026-03-01T10:00Z", ""},
		{"words", "tomorrow", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, err := domain.ParseLocalTime(c.in)
			if w.String() != c.want || (err == nil) != (c.want != "") {
				t.Fatalf("ParseLocalTime(%q) = %q, %v; want %q", c.in, w, err, c.want)
			}
			if _, ours := err.(domain.LocalTimeError); err != nil && !ours {
				t.Fatalf("the error is a %T, want a LocalTimeError", err)
			}
			if w.IsZero() != (c.want == "") {
				t.Fatalf("IsZero() = %v", w.IsZero())
			}
		})
	}
}

func TestLocalTimeOf(t *testing.T) {
	at := time.Date(2026, 7, 1, 22, 30, 59, 999, time.UTC)
	if got := domain.LocalTimeOf(at, zone(t, "Europe/Berlin")).String(); got != "2026-07-02T00:30" {
		t.Errorf("22:30:59 UTC is %s in Berlin, want 2026-07-02T00:30", got)
	}
	if a, b := domain.LocalTimeOf(at, time.UTC), domain.LocalTimeOf(at.Add(-59*time.Second), time.UTC); a != b {
		t.Errorf("two instants of one minute give %v and %v", a, b)
	}
	if got := domain.LocalTimeOf(time.Time{}, time.UTC); !got.IsZero() {
		t.Errorf("the zero time gives %v, want none", got)
	}
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, ok := domain.LoadZone(name)
	if !ok {
		t.Fatalf("no zone %s", name)
	}
	return z
}
