package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postrider/handlers"
	"postrider/store/storetest"
)

// login is a request that tries a password.
func login(email, password string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+"/login",
		strings.NewReader(url.Values{"email": {email}, "password": {password}}.Encode()))
	r.Header.Set("Content-Type", urlencoded)
	return r
}

// from tries a wrong password from a network address.
func (b *browser) from(remote, email string) answer {
	r := login(email, "wrong password")
	r.RemoteAddr = remote
	return b.do(r)
}

// Login throttle: per account, 5 failures, then doubling delays up to 15 minutes; 429 with Retry-After; an open session is never locked
// out.
func TestSecurityThrottleOfAccount(t *testing.T) {
	t.Parallel()
	st := open(t)
	inside, _ := st.signedIn("ann@example.com")
	b := st.browser()
	fail := func(i int) answer { return b.from(fmt.Sprintf("10.0.0.%d:99", i), "ann@example.com") }
	for i := range 5 {
		fail(i).want(t, 422)
	}
	t.Run("the delays double to fifteen minutes, wherever the tries come from", func(t *testing.T) {
		var got []int
		for i := range 12 {
			a := fail(i)
			a.want(t, 429, "Too many attempts. Wait")
			seconds, err := strconv.Atoi(a.Header().Get("Retry-After"))
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, seconds)
			st.now = st.now.Add(time.Duration(seconds) * time.Second)
			fail(i).want(t, 422)
		}
		if want := []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900}; !slices.Equal(got, want) {
			t.Errorf("delays of %v, want %v", got, want)
		}
	})
	t.Run("the right password has to wait too, and then resets the throttle", func(t *testing.T) {
		right := func() answer { return b.do(login("ann@example.com", storetest.Password)) }
		right().want(t, 429)
		st.now = st.now.Add(15 * time.Minute)
		right().want(t, 303)
		for i := range 5 {
			fail(i).want(t, 422)
		}
	})
	t.Run("an open session goes on, and other accounts are not touched", func(t *testing.T) {
		fail(1).want(t, 429)
		inside.get("/clients").want(t, 200)
		inside.submit("/clients", "email", "new@example.com").want(t, 303)
		st.newUser("bob@example.com")
		b.submit("/login", "email", "bob@example.com", "password", storetest.Password).want(t, 303)
	})
	t.Run("the answer is the same for an account that does not exist", func(t *testing.T) {
		for i := range 5 {
			b.from(fmt.Sprintf("10.0.1.%d:99", i), "nobody@example.com").want(t, 422)
		}
		b.from("10.0.1.9:99", "nobody@example.com").want(t, 429)
	})
	t.Run("many tries at once do not get around it", func(t *testing.T) {
		var all sync.WaitGroup
		var looked atomic.Int32
		for i := range 30 {
			all.Go(func() {
				r := login("crowd@example.com", "wrong password")
				r.RemoteAddr = fmt.Sprintf("10.0.2.%d:99", i)
				w := httptest.NewRecorder()
				st.handler.ServeHTTP(w, r)
				if w.Code != http.StatusTooManyRequests {
					looked.Add(1)
				}
			})
		}
		all.Wait()
		if looked.Load() != 5 {
			t.Errorf("%d of them were looked at", looked.Load())
		}
	})
}

// Login throttle: per address, IPv6 by its /64; X-Forwarded-For counts only from trusted proxies. Letters are counted by the same address
// and cost no hash.
func TestSecurityThrottleOfAddress(t *testing.T) {
	t.Parallel()
	type visitor struct{ remote, forwarded string } // %x stands for the number of the try
	for _, c := range []struct {
		name                string
		path                string
		free, status        int // tries before the throttle, and the status they get
		many, again, beside visitor
	}{
		{"the addresses of one /64 count as one", "/login", 50, 422,
			visitor{"[2001:db8:1:2::%x]:9", ""}, visitor{"[2001:db8:1:2:ffff::1]:9", ""}, visitor{"[2001:db8:1:3::1]:9", ""}},
		{"a stranger who forwards a new address each time counts as one", "/forgot", 30, 303,
			visitor{"203.0.113.9:9%x", "198.51.100.%x"}, visitor{"203.0.113.9:1", "192.0.2.1"}, visitor{"203.0.113.8:1", "198.51.100.1"}},
		{"a visitor behind a proxy who prepends a new address each time counts as one", "/forgot", 30, 303,
			visitor{"10.9.0.1:9%x", "1.2.3.%x, 198.51.100.7"}, visitor{"10.9.0.2:1", "5.6.7.8, 198.51.100.7"}, visitor{"10.9.0.1:1", "198.51.100.8"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := open(t, func(s *handlers.Server) { s.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.9.0.0/16")} })
			ask := func(v visitor, i int) answer {
				r := login(fmt.Sprintf("u%d@example.com", i), "wrong password")
				r.URL.Path = c.path
				r.RemoteAddr = strings.ReplaceAll(v.remote, "%x", strconv.FormatInt(int64(i), 16))
				r.Header.Set("X-Forwarded-For", strings.ReplaceAll(v.forwarded, "%x", strconv.Itoa(i)))
				return st.browser().do(r)
			}
			for i := range c.free {
				ask(c.many, i+1).want(t, c.status)
			}
			ask(c.again, 98).want(t, 429)
			ask(c.beside, 99).want(t, c.status)
		})
	}
}

// Letters that strangers ask for are throttled too: nobody can fill a mailbox or the outbox with them.
func TestSecurityThrottleOfLetters(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/signup", "/forgot", "/verify/resend"} {
		t.Run(path, func(t *testing.T) {
			st := open(t)
			st.newUser("known@example.com")
			ask := func(path, remote, email, password string) answer {
				r := login(email, password)
				r.URL.Path = path
				r.RemoteAddr = remote
				return st.browser().do(r)
			}
			const good = "a long new password"
			for _, email := range []string{"known@example.com", "new@example.com"} {
				for i := range 10 {
					ask(path, fmt.Sprintf("10.0.0.%d:1", i), "x"+strings.ReplaceAll(email, "@", ""), "short").want(t, 422) // no letter, no try
				}
				for i := range 5 { // only one is sent, and the answers do not reveal it
					ask(path, fmt.Sprintf("10.0.0.%d:1", i), strings.ToUpper(email[:i])+email[i:], good).want(t, 303)
				}
			}
			if n := st.raw.LettersWaiting(); n > 2 {
				t.Errorf("%d letters", n)
			}
			ask(path, "10.0.9.9:1", "u0@example.com", good).want(t, 303)
			for i := range 29 { // all are counted together, and these hash no password
				ask("/forgot", "10.0.9.9:1", fmt.Sprintf("u%d@example.com", i+1), good).want(t, 303)
			}
			a := ask(path, "10.0.9.9:1", "one-more@example.com", good)
			a.want(t, 429, "Too many attempts")
			if a.Header().Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			ask(path, "10.0.9.10:1", "one-more@example.com", good).want(t, 303)
		})
	}
}
