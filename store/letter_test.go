package store

import (
	"fmt"
	"testing"
	"time"

	"postrider/domain"
)

// letters requests letters as strangers do, and reports which may go.
type letters struct {
	t  *testing.T
	s  *Store
	at time.Time
}

func (l *letters) ask(p pool, userID int64, to, address string) (ok bool) {
	l.t.Helper()
	a, err := domain.ParseAddress(to)
	if err != nil {
		l.t.Fatal(err)
	}
	err = l.s.tx(l.t.Context(), func(tx transaction) (err error) {
		_, ok, err = countLetter(l.t.Context(), tx, cause{pool: p, to: a, userID: userID, address: address}, l.at)
		return err
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return ok
}

func TestLetterCaps(t *testing.T) {
	setUp := func(t *testing.T) *letters {
		return &letters{t, opened(t), time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)}
	}
	t.Run("one an hour and three in any 24 hours go to one mailbox, however it is spelled and whoever asks", func(t *testing.T) {
		l := setUp(t)
		forms := []string{"ann.smith@gmail.com", "annsmith+1@gmail.com", "ANNSMITH@googlemail.com", "a.n.n.smith+x@Gmail.com"}
		sent := []time.Duration{}
		begun := l.at
		for i := range 3 * 24 * 6 { // every ten minutes, for three days
			if l.ask([]pool{poolStrangers, poolAccounts, poolMembers}[i%3], 0, forms[i%len(forms)], fmt.Sprintf("2001:db8:%x::/64", i)) {
				sent = append(sent, l.at.Sub(begun))
			}
			l.at = l.at.Add(10 * time.Minute)
		}
		for i, at := range sent {
			if i > 0 && at-sent[i-1] < time.Hour || i > 2 && at-sent[i-3] < 24*time.Hour {
				t.Errorf("letters went at %v", sent)
				break
			}
		}
		if len(sent) != 9 {
			t.Errorf("%d letters in three days: %v", len(sent), sent)
		}
		if !l.ask(poolStrangers, 0, "other@gmail.com", "192.0.2.1") {
			t.Error("another mailbox gets none")
		}
	})
	for name, c := range map[string]struct {
		cap         int
		to, address func(i int) string
		free        [2]string // to and address of another one that may still go
	}{
		"a /24 of IPv4": {domain.NetworkLettersADay, func(i int) string { return fmt.Sprintf("u@host%d.example", i) },
			func(i int) string { return fmt.Sprintf("203.0.113.%d", i) }, [2]string{"x@host.example", "203.0.114.1"}},
		"a /48 of IPv6": {domain.NetworkLettersADay, func(i int) string { return fmt.Sprintf("u@host%d.example", i) },
			func(i int) string { return fmt.Sprintf("2001:db8:7:%x::/64", i) }, [2]string{"x@host.example", "2001:db8:8::/64"}},
		"a domain and all below it": {domain.DomainLettersADay, func(i int) string { return fmt.Sprintf("u%d@sub%d.victim.co.uk", i, i%7) },
			func(i int) string { return fmt.Sprintf("2001:db8:%x::/64", i) }, [2]string{"x@other.co.uk", "192.0.2.1"}},
		"the installation": {domain.StrangerLettersADay, func(i int) string { return fmt.Sprintf("u@host%d.example", i) },
			func(i int) string { return fmt.Sprintf("2001:db8:%x::/64", i) }, [2]string{}},
	} {
		t.Run("no more than the cap go by "+name+", and as many again a day later", func(t *testing.T) {
			l := setUp(t)
			for range 2 {
				sent := 0
				for i := range c.cap + 20 {
					if l.ask(poolStrangers, 0, c.to(i), c.address(i)) {
						sent++
					}
				}
				if sent != c.cap {
					t.Errorf("%d letters, want %d", sent, c.cap)
				}
				if c.free[0] != "" && !l.ask(poolStrangers, 0, c.free[0], c.free[1]) {
					t.Error("nobody else gets one")
				}
				if !l.ask(poolAccounts, 1, "owner@example.com", "203.0.113.1") {
					t.Error("who has an account gets none")
				}
				l.at = l.at.Add(24 * time.Hour)
			}
			if n := l.s.count(t, `SELECT count(*) FROM letter_counts`); n > 2*c.cap+4 {
				t.Errorf("%d rows for letters that did not go", n)
			}
		})
	}
	t.Run("the last letter of a day to an account is reserved for a network from which its owner has signed in", func(t *testing.T) {
		l := setUp(t)
		l.s.set(t, `INSERT INTO audit (at, actor_id, actor, address, action, subject, detail) VALUES (1, 7, '', '192.0.2.7', 'sign-in', '', '')`)
		for i, want := range []bool{true, true, false, false} {
			if got := l.ask(poolAccounts, 7, "ann@example.com", fmt.Sprintf("2001:db8:%x::/64", i)); got != want {
				t.Errorf("a stranger's letter %d goes: %v", i+1, got)
			}
			l.at = l.at.Add(time.Hour)
		}
		for i, want := range []bool{true, false} {
			if got := l.ask(poolAccounts, 7, "ann@example.com", "192.0.2.7"); got != want {
				t.Errorf("the owner's letter %d goes: %v", i+1, got)
			}
			l.at = l.at.Add(time.Hour)
		}
	})
}

func TestOrganization(t *testing.T) {
	for typed, want := range map[string]string{
		"x@example.com": "example.com", "x@a.b.example.com": "example.com", "x@victim.co.uk": "victim.co.uk", "x@mail.victim.co.uk": "victim.co.uk",
		"x@googlemail.com": "gmail.com", "x@one.github.io": "one.github.io", "x@host.invalid": "host.invalid", "x@co.uk": "co.uk",
	} {
		a, err := domain.ParseAddress(typed)
		if err != nil {
			t.Fatal(typed, err)
		}
		if got := organization(a); got != want {
			t.Errorf("%s is of %s, want %s", typed, got, want)
		}
	}
}
