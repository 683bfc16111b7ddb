package domain

import (
	"testing"
	"time"
)

func TestTightest(t *testing.T) {
	limit := func(n int) *int { return &n }
	a := Quota{MaxClients: limit(5), MaxLetters: limit(7), MaxMembers: limit(0), Clients: 3}
	b := Quota{MaxClients: limit(6), MaxLetters: limit(1), MaxWrites: limit(9)}
	const want = "max_clients=5 max_letters=1 max_megabytes=none max_members=0 max_invitations=none max_writes=9"
	for _, got := range []Quota{a.Tightest(b), b.Tightest(a)} {
		if got.String() != want || got.Clients != 0 {
			t.Errorf("got %s", got)
		}
	}
	if q := (Quota{}); q.Limited() || q.Tightest(Quota{}).Limited() || !a.Limited() {
		t.Error("what is limited is not told")
	}
	fresh := NewTeamQuota()
	for _, l := range fresh.Limits() {
		if *l.Limit == nil {
			t.Errorf("a new team has no %s", l.Name)
		}
	}
}

func TestBucket(t *testing.T) {
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	var b Bucket
	take := func(n int) (taken int, wait time.Duration) {
		for range n {
			w, ok := b.Take(60, at)
			if !ok {
				return taken, w
			}
			taken++
		}
		return taken, 0
	}
	if n, wait := take(100); n != 60 || wait != time.Second {
		t.Errorf("%d at once, then a wait of %s", n, wait)
	}
	at = at.Add(10 * time.Second)
	if n, _ := take(100); n != 10 {
		t.Errorf("%d after ten seconds", n)
	}
	at = at.Add(-time.Hour) // the clock was set back
	if n, _ := take(1); n != 0 {
		t.Error("one more when the clock went back")
	}
	at = at.Add(24 * time.Hour)
	if !b.Idle(at) {
		t.Error("a bucket that has not been touched for a day is not idle")
	}
	if n, _ := take(100); n != 60 {
		t.Errorf("%d after a day", n)
	}
	if wait, ok := (&Bucket{}).Take(0, at); ok || wait != time.Minute {
		t.Errorf("none a minute: %v, wait %s", ok, wait)
	}
}

func TestSpent(t *testing.T) {
	none, two := Quota{SentToday: 1000}, 2
	if none.Spent() {
		t.Error("no limit is used up")
	}
	for sent, want := range []bool{false, false, true, true} {
		if got := (Quota{MaxLetters: &two, SentToday: sent}).Spent(); got != want {
			t.Errorf("%d of 2: %v", sent, got)
		}
	}
	day := Day(time.Date(2026, 3, 10, 1, 0, 0, 0, time.FixedZone("", 3*3600)))
	if want := time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC); !day.Equal(want) {
		t.Errorf("the day is %s", day)
	}
}
