package handlers_test

import (
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postrider/store"
)

// Passwords: 8 to 128 characters, any characters, and not one of the 3,000 most common. store/password_test.go tests how they are stored.
func TestSecurityPasswords(t *testing.T) {
	t.Parallel()
	st := open(t)
	list, err := os.ReadFile("../domain/passwords.txt")
	if err != nil {
		t.Fatal(err)
	}
	common := strings.Split(strings.TrimSpace(string(list)), "\n")
	common = slices.DeleteFunc(common, func(line string) bool { return strings.HasPrefix(line, "# ") })
	if len(common) != 3000 {
		t.Errorf("there are %d common passwords", len(common))
	}
	for i, p := range common {
		if i%3 == 1 {
			p = strings.ToUpper(p)
		}
		if a := st.browser().submit("/signup", "email", "ann@example.com", "password", p); a.Code != 422 {
			t.Errorf("%q: %d", p, a.Code)
		}
	}
	for password, want := range map[string]int{"ё2345678": 303, "ё23456": 422, strings.Repeat("ж", 128): 303, strings.Repeat("a", 129): 422,
		"\x00\n\t #é🐎x": 303, "        ": 303, "vkqzplwm": 303} {
		st.browser().submit("/signup", "email", fmt.Sprintf("u%d@example.com", len(password)), "password", password).want(t, want)
	}
}

// Passwords: at most two hashes at once; a flood of requests does not pile up.
func TestSecurityFlood(t *testing.T) {
	st := open(t)
	st.newUser("ann@example.com")
	var all sync.WaitGroup
	var busy atomic.Int32
	for i := range 120 {
		all.Go(func() {
			r := login(fmt.Sprintf("u%d@example.com", i), "wrong password")
			r.RemoteAddr = fmt.Sprintf("10.0.%d.1:99", i)
			w := httptest.NewRecorder()
			st.handler.ServeHTTP(w, r)
			switch {
			case w.Code == http.StatusUnprocessableEntity:
			case w.Code == http.StatusServiceUnavailable && w.Header().Get("Retry-After") != "" && strings.Contains(w.Body.String(), "<form"):
				busy.Add(1)
			default:
				t.Errorf("%d, %v", w.Code, w.Header())
			}
		})
	}
	all.Wait()
	if busy.Load() == 0 {
		t.Error("nobody was turned away")
	}
	st.browser().login("ann@example.com")
}

// spent is how long an answer took, in seconds.
func (st *site) spent(b *browser, path string, form ...string) float64 {
	began := time.Now()
	b.submit(path, form...)
	return time.Since(began).Seconds()
}

// tell measures how well the times of two kinds of requests can be told apart: z of a Mann–Whitney rank test, and the distance of their
// medians relative to the smaller one.
func tell(a, b []float64) (z, apart float64) {
	u := 0.0
	for _, x := range a {
		for _, y := range b {
			if x > y {
				u++
			}
		}
	}
	n, m := float64(len(a)), float64(len(b))
	median := func(all []float64) float64 { s := slices.Sorted(slices.Values(all)); return s[len(s)/2] }
	low, high := min(median(a), median(b)), max(median(a), median(b))
	return math.Abs(u-n*m/2) / math.Sqrt(n*m*(n+m+1)/12), high/low - 1
}

// Sign-up and login (for reset see TestForgot) give the same answer for known and unknown addresses, in about the same time.
func TestSecuritySameAnswer(t *testing.T) {
	for name, ask := range map[string]struct {
		path string
		form []string
	}{
		"login":   {"/login", []string{"password", "wrong password"}},
		"sign-up": {"/signup", []string{"password", "a long new password", "name", "Somebody"}},
		"resend":  {"/verify/resend", nil},
	} {
		t.Run(name, func(t *testing.T) {
			st := open(t)
			st.store.HashCost = store.HashCost{} // as outside of tests, where hashing takes most of the time of an answer
			st.newUser("is@example.com")
			st.browser().login("is@example.com") // rehashes at the new cost
			b := st.browser()
			var known, unknown []float64
			for i := range 16 {
				st.now = st.now.Add(6 * time.Hour) // past every throttle
				one := append([]string{"email", "is@example.com"}, ask.form...)
				two := append([]string{"email", fmt.Sprintf("no%d@example.com", i)}, ask.form...)
				if i%2 == 0 { // alternate who goes first
					known = append(known, st.spent(b, ask.path, one...))
					unknown = append(unknown, st.spent(b, ask.path, two...))
				} else {
					unknown = append(unknown, st.spent(b, ask.path, two...))
					known = append(known, st.spent(b, ask.path, one...))
				}
			}
			z, apart := tell(known, unknown)
			t.Logf("z %.1f, the medians are %.0f%% apart", z, 100*apart)
			if z > 4 && apart > 0.5 {
				t.Errorf("the times can be told apart: z %.1f, the medians are %.0f%% apart", z, 100*apart)
			}
			a := b.submit(ask.path, append([]string{"email", "is@example.com"}, ask.form...)...)
			c := b.submit(ask.path, append([]string{"email", "no@example.com"}, ask.form...)...)
			if a.Code != c.Code || a.Header().Get("Location") != c.Header().Get("Location") || strings.ReplaceAll(a.body, "is@", "no@") != c.body {
				t.Errorf("two answers: %d %s and %d %s", a.Code, a.body, c.Code, c.body)
			}
			for header := range a.Header() {
				if header == "Set-Cookie" { // its value is random
					random := regexp.MustCompile("-sign-up=[A-Za-z0-9_-]{43};")
					if one, two := random.ReplaceAllString(a.Header().Get(header), ""), random.ReplaceAllString(c.Header().Get(header), ""); one != two {
						t.Errorf("cookies: %q and %q", one, two)
					}
				} else if header != "X-Request-Id" && a.Header().Get(header) != c.Header().Get(header) {
					t.Errorf("%s: %q and %q", header, a.Header().Get(header), c.Header().Get(header))
				}
			}
		})
	}
	t.Run("the letter of an invitation", func(t *testing.T) {
		st := open(t)
		inviter, _ := st.signedIn("ann@example.com")
		st.newUser("is@example.com")
		b := st.browser()
		links := map[string]string{}
		for _, who := range []string{"is", "no"} {
			links[who] = shownLink(t, inviter.submit("/team/invite", "email", who+"@example.com"))
		}
		times := map[string][]float64{}
		for i := range 60 {
			st.now = st.now.Add(2 * time.Hour)
			order := []string{"is", "no"}
			if i%2 == 1 {
				order = []string{"no", "is"}
			}
			for _, who := range order {
				times[who] = append(times[who], st.spent(b, links[who]))
			}
		}
		z, apart := tell(times["is"], times["no"])
		t.Logf("z %.1f, the medians are %.0f%% apart", z, 100*apart)
		if z > 4 && apart > 0.5 {
			t.Errorf("the times can be told apart: z %.1f, the medians are %.0f%% apart", z, 100*apart)
		}
		if a := b.submit(links["no"]); a.Code != 303 {
			t.Errorf("the last one: %d", a.Code)
		}
	})
	t.Run("the test itself finds a difference", func(t *testing.T) {
		short, long := []float64{}, []float64{}
		for i := range 40 {
			short, long = append(short, 1+float64(i%7)/10), append(long, 2.5+float64(i%5)/10)
		}
		if z, apart := tell(short, long); z <= 4 || apart <= 0.5 {
			t.Errorf("z %.1f, %.2f apart", z, apart)
		}
	})
}
