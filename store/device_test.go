package store

import (
	"errors"
	"testing"
	"time"

	"postrider/domain"
)

// Even when strangers fill every place and turn open to them, a known browser can sign in.
func TestKnownDevice(t *testing.T) {
	s, now := opened(t), time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	in := domain.SignUp{Email: "ann@example.com", Password: password, Language: "en", TimeZone: "UTC"}
	u, err := s.AddUser(t.Context(), in, domain.RoleUser, now)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RememberDevice(t.Context(), u.ID, "", "laptop", now); err != nil {
		t.Fatal(err)
	}
	for range cap(s.hashing.strangers.slots) {
		if err := s.hashing.strangers.acquire(); err != nil {
			t.Fatal(err)
		}
	}
	for range maxStrangers {
		s.hashing.strangers.turns <- struct{}{}
		s.hashing.everybody.turns <- struct{}{}
	}
	for _, c := range []struct {
		name, device, email string
		at                  time.Time
		want                error
	}{
		{"a stranger is turned away", "", in.Email, now, ErrBusy},
		{"a made-up id is a stranger's", "phone", in.Email, now, ErrBusy},
		{"an id is worthless for another account", "laptop", "bob@example.com", now, ErrBusy},
		{"the known browser signs in", "laptop", "Ann@example.com", now, nil},
		{"and does while it is known", "laptop", in.Email, now.Add(domain.DeviceValid), nil},
		{"but not forever", "laptop", in.Email, now.Add(domain.DeviceValid + time.Millisecond), ErrBusy},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := s.SignIn(t.Context(), Origin{Address: "2001:db8::/64", Device: c.device}, c.email, password, c.at)
			if !errors.Is(err, c.want) || err == nil && got.ID != u.ID {
				t.Errorf("got %+v, %v; want %v", got, err, c.want)
			}
		})
	}
	t.Run("rejected sign-ins leave no trace", func(t *testing.T) {
		var rows int
		if err := s.read.row(t.Context(), `SELECT count(*) FROM throttles`).Scan(&rows); err != nil || rows != 0 {
			t.Errorf("%d rows, %v", rows, err)
		}
	})
}

func TestWiderNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"2001:db8:1:2::/64": "2001:db8:1::/48", "10.0.0.1": "", "": "", "x": "", "10.0.0.0/24": "", "2001:db8::/32": "",
	} {
		if got, ok := widerNetwork(address); got != want || ok != (want != "") {
			t.Errorf("%q is in %q, %t", address, got, ok)
		}
	}
}
