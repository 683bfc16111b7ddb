package domain_test

import (
	"math"
	"testing"
	"time"

	"postrider/domain"
)

func TestSendingRate(t *testing.T) {
	now := utc(t, "2026-03-10T12:00:00Z")
	// at makes times from gaps before now: n emails, each so long before the one that follows it.
	type gaps struct {
		n   int
		gap time.Duration
	}
	at := func(all ...gaps) (times []time.Time) {
		last := now
		for _, g := range all {
			for range g.n {
				last = last.Add(-g.gap)
				times = append(times, last)
			}
		}
		return times
	}
	for name, c := range map[string]struct {
		times []time.Time
		want  float64 // a second
	}{
		"nothing yet":                     {nil, 0},
		"too few":                         {at(gaps{9, time.Second}), 0},
		"ten a second":                    {at(gaps{100, 100 * time.Millisecond}), 10},
		"two a minute":                    {at(gaps{20, 30 * time.Second}), 1.0 / 30},
		"after a stop of two hours":       {at(gaps{50, time.Second}, gaps{1, 2 * time.Hour}, gaps{50, time.Second}), 1},
		"in bursts":                       {at(gaps{1, 10 * time.Second}, gaps{9, 0}, gaps{1, 10 * time.Second}, gaps{9, 0}), 1},
		"slower than it once was":         {at(gaps{300, time.Second}, gaps{1000, time.Millisecond}), 1},
		"all in one moment":               {at(gaps{100, 0}), 0},
		"not any more":                    {at(gaps{1, 2 * time.Minute}, gaps{50, time.Second}), 0},
		"by a clock that was turned back": {at(gaps{1, -time.Second}, gaps{30, time.Second}), 31.0 / 30},
	} {
		t.Run(name, func(t *testing.T) {
			if got := domain.SendingRate(c.times, now); math.Abs(got-c.want) > 0.02*c.want {
				t.Errorf("got %.3f a second, want %.3f", got, c.want)
			}
		})
	}
}

func TestTimeLeft(t *testing.T) {
	for name, c := range map[string]struct {
		state             domain.RunState
		waiting, retrying int
		rate              float64
		want              time.Duration
	}{
		"of what waits":                     {domain.RunSending, 120, 0, 2, time.Minute},
		"but not of what is tried later":    {domain.RunSending, 120, 60, 2, 30 * time.Second},
		"none when only retries are left":   {domain.RunSending, 60, 60, 2, 0},
		"none without a rate":               {domain.RunSending, 60, 0, 0, 0},
		"none while it is still growing":    {domain.RunBuilding, 60, 0, 2, 0},
		"none of a run whose time was over": {domain.RunExpired, 60, 0, 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := domain.Run{State: c.state, Counts: domain.Counts{Recipients: 1000, Waiting: c.waiting, Retrying: c.retrying}}
			if got := r.TimeLeft(c.rate); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
