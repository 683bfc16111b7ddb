package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

const deviceCookie = "postrider-device"

// seenBefore is a browser that has signed in to an account and out again.
func (st *site) seenBefore(email string) *browser {
	st.t.Helper()
	b := st.browser()
	b.login(email)
	b.submit("/logout").want(st.t, 303)
	return b
}

// try submits a password from a network address.
func (b *browser) try(remote, email, password string) answer {
	r := login(email, password)
	r.RemoteAddr = remote
	return b.do(r)
}

// A browser that has signed in to an account before gets in at once, however many wrong tries come from elsewhere: neither the account's
// throttle nor the queue for hashing keeps it out.
func TestSecurityKnownDevice(t *testing.T) {
	t.Parallel()
	t.Run("five wrong tries from elsewhere do not lock the owner's browser out", func(t *testing.T) {
		st := open(t)
		st.newUser("ann@example.com")
		own := st.seenBefore("ann@example.com")
		stranger := st.browser()
		for i := range 5 {
			stranger.from(fmt.Sprintf("10.0.0.%d:1", i), "ann@example.com").want(t, 422)
		}
		stranger.from("10.0.0.9:1", "ann@example.com").want(t, 429)
		own.try("10.0.0.9:1", "ann@example.com", storetest.Password).want(t, 303)
		stranger.from("10.0.0.9:1", "ann@example.com").want(t, 429) // the owner's sign-in has not reset the throttle
	})
	t.Run("has five tries of its own, then doubling delays, and finally waits too", func(t *testing.T) {
		st := open(t)
		st.newUser("ann@example.com")
		own, other := st.seenBefore("ann@example.com"), st.seenBefore("ann@example.com")
		for range 5 {
			own.from("10.0.0.1:1", "ann@example.com").want(t, 422)
		}
		for _, seconds := range []string{"1", "2", "4", "8"} {
			a := own.try("10.0.0.2:1", "ann@example.com", storetest.Password)
			a.want(t, 429, "Too many attempts")
			if a.Header().Get("Retry-After") != seconds {
				t.Errorf("waits %s, want %s", a.Header().Get("Retry-After"), seconds)
			}
			wait, _ := time.ParseDuration(seconds + "s")
			st.now = st.now.Add(wait)
			own.from("10.0.0.2:1", "ann@example.com").want(t, 422)
		}
		other.try("10.0.0.1:1", "ann@example.com", storetest.Password).want(t, 303)
		st.browser().from("10.0.0.1:1", "ann@example.com").want(t, 422)
	})
	t.Run("is known to the accounts that have signed in there and to no other", func(t *testing.T) {
		st := open(t)
		st.newUser("ann@example.com")
		st.newUser("mallory@example.com")
		shared := st.seenBefore("ann@example.com")
		mallorys := st.seenBefore("mallory@example.com")
		planted := mallorys.cookies[deviceCookie].Value
		shared.cookies[deviceCookie] = &http.Cookie{Name: deviceCookie, Value: planted} // for example by a page on a sibling domain
		shared.login("ann@example.com")
		if shared.cookies[deviceCookie].Value == planted {
			t.Error("the planted id stays")
		}
		shared.submit("/logout")
		shared.login("mallory@example.com") // two people share the browser, which is known to both
		shared.submit("/logout")
		for i := range 10 {
			st.browser().from(fmt.Sprintf("10.0.1.%d:1", i), "ann@example.com")
			st.browser().from(fmt.Sprintf("10.0.1.%d:1", i), "mallory@example.com")
		}
		mallorys.from("10.0.2.1:1", "ann@example.com").want(t, 429)
		shared.try("10.0.2.1:1", "ann@example.com", storetest.Password).want(t, 303)
		shared.submit("/logout")
		shared.try("10.0.2.1:1", "mallory@example.com", storetest.Password).want(t, 303)
	})
	t.Run("includes the browser that set a new password from a letter", func(t *testing.T) {
		st := open(t)
		st.newUser("ann@example.com")
		b := st.browser()
		b.submit(st.forgotten("ann@example.com"), "password", newPassword).want(t, 303)
		for i := range 10 {
			st.browser().from(fmt.Sprintf("10.0.1.%d:1", i), "ann@example.com")
		}
		b.try("10.0.2.1:1", "ann@example.com", newPassword).want(t, 303)
	})
	t.Run("is forgotten after half a year, on a block, and when there are too many", func(t *testing.T) {
		st := open(t)
		u := st.newUser("ann@example.com")
		known := func() string { return strconv.Itoa(st.raw.Count("devices")) }
		for range domain.MaxDevices + 5 {
			st.remember(u)
		}
		if known() != fmt.Sprint(domain.MaxDevices) {
			t.Errorf("%s are known", known())
		}
		st.now = st.now.Add(domain.DeviceValid + time.Second)
		st.remember(u)
		if known() != "1" {
			t.Errorf("%s are known after half a year", known())
		}
		admin := st.enter(st.userOf("admin@example.com", domain.RoleAdmin))
		admin.submit("/users/"+number(u.ID)+"/block", "reason", "spam").want(t, 303)
		if known() != "0" {
			t.Errorf("%s are known after a block", known())
		}
	})
	t.Run("has a cookie that no script reads, and only a sign-in sets it", func(t *testing.T) {
		st := open(t)
		st.newUser("ann@example.com")
		b := st.browser()
		b.from("10.0.0.1:1", "ann@example.com")
		if b.cookies[deviceCookie] != nil {
			t.Error("a wrong password makes a browser known")
		}
		b.login("ann@example.com")
		c := b.cookies[deviceCookie]
		if c == nil || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || len(c.Value) != 43 || c.MaxAge != int(domain.DeviceValid.Seconds()) {
			t.Fatalf("the cookie is %+v", c)
		}
		if strings.Contains(string(st.atRest()), c.Value) {
			t.Error("its value stands in the file")
		}
	})
}

// remember makes another browser a known device of a user's account.
func (st *site) remember(u domain.User) {
	st.t.Helper()
	if err := st.store.RememberDevice(st.t.Context(), u.ID, "", store.NewToken(), st.now); err != nil {
		st.t.Fatal(err)
	}
	st.now = st.now.Add(time.Millisecond)
}

// 48 connections keep trying wrong passwords of other accounts, each from another /64. A known browser still signs in, three times in a
// row.
func TestSecurityKnownDeviceInFlood(t *testing.T) {
	st := open(t)
	st.newUser("ann@example.com")
	own := st.seenBefore("ann@example.com")
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	var turned atomic.Int32
	flooded := make(chan struct{})
	for i := range 48 {
		all.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				r := login(fmt.Sprintf("u%d-%d@example.com", i, n), "wrong password")
				r.RemoteAddr = fmt.Sprintf("[2001:db8:%x:%x::1]:9", i, n)
				w := httptest.NewRecorder()
				st.handler.ServeHTTP(w, r)
				if w.Code == http.StatusServiceUnavailable && turned.Add(1) == 20 {
					close(flooded)
				}
			}
		})
	}
	select {
	case <-flooded:
	case <-time.After(time.Minute):
		t.Error("nobody is turned away: this is no flood")
	}
	var got []int
	for range 3 {
		got = append(got, own.try("10.0.0.1:1", "ann@example.com", storetest.Password).Code)
		own.submit("/logout")
	}
	stop()
	all.Wait()
	for _, code := range got {
		if code != http.StatusSeeOther {
			t.Fatalf("the right sign-ins from a known browser got %v, want 303", got)
		}
	}
}

// IPv6 addresses are also counted by their /48, so that changing the /64 each time does not help.
func TestSecurityThrottleOfWiderNetwork(t *testing.T) {
	t.Parallel()
	st := open(t)
	st.newUser("ann@example.com")
	own := st.seenBefore("ann@example.com")
	st.raw.Insert("throttles", map[string]any{"name": "network:2001:db8:1::/48", "failures": domain.NetworkTries - 1, "until": 0, "seen_at": st.now.UnixMilli()})
	b := st.browser()
	b.from("[2001:db8:1:1::1]:9", "u1@example.com").want(t, 422)
	b.from("[2001:db8:1:2::1]:9", "u2@example.com").want(t, 429)
	b.from("[2001:db8:2:2::1]:9", "u3@example.com").want(t, 422)
	own.try("[2001:db8:1:3::1]:9", "ann@example.com", storetest.Password).want(t, 303)
	b.from("[::ffff:10.0.0.1]:9", "u4@example.com").want(t, 422) // IPv4-mapped: no /48
	if got := st.raw.Rows("throttles", "name", "name", "network:%"); len(got) != 2 {
		t.Errorf("counted are %v", got)
	}
}
