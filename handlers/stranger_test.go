package handlers_test

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
	"postrider/store/storetest"
)

// One day of a stranger with an IPv6 /32 and ten other people's mailboxes in every spelling: no mailbox gets more than three letters or two
// within an hour, the total stays below the caps, and no data is left behind.
func TestSecurityStrangersDay(t *testing.T) {
	t.Parallel()
	st := open(t, func(s *handlers.Server) { s.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} })
	st.userOf("admin@example.org", domain.RoleAdmin)
	st.newUser("victim0@gmail.com") // has an account
	puppet := st.newUser("puppet@example.net")
	if _, err := st.store.Key(t.Context(), "outbox"); err != nil { // otherwise made once by the first letter
		t.Fatal(err)
	}
	before := st.rowCounts()
	inside := st.enter(puppet)
	b := st.browser()
	b.header["X-Forwarded-For"], inside.header["X-Forwarded-For"] = "2001:db8::1", "2001:db8::1"
	const begun = 330 // unconfirmed accounts: asking for the letter again costs no hash
	st.raw.AddBegun(begun, st.now)
	from := 0
	ask := func(path string, form ...string) {
		from++
		b.header["X-Forwarded-For"] = fmt.Sprintf("2001:db8:%x:%x::1", from, from)
		if a := b.submit(path, form...); a.Code != 303 && a.Code != 422 && a.Code != 429 {
			t.Fatalf("%s %q: %d", path, form, a.Code)
		}
	}
	for step := range 24 * 3 { // steps of twenty minutes
		for i := range 10 {
			ask([]string{"/forgot", "/verify/resend"}[(step+i)%2], "email", spelled(i, step))
		}
		for i := range 5 {
			n := (5*step + i) % begun
			ask("/verify/resend", "email", fmt.Sprintf("begun%d@host%d.example", n, n))
		}
		if step%3 == 1 {
			ask("/signup", "email", spelled(step%10, step), "password", storetest.Password, "name", "http://evil.example "+strings.Repeat("x", 150))
		}
		if step%9 == 0 {
			ask("/login", "email", spelled(step%10, step), "password", "wrong password")
		}
		if step%30 == 29 { // renews the idle session
			inside.cookies = st.enter(puppet).cookies
		}
		inside.submit("/team/invite", "email", spelled(step%10, step))
		st.now = st.now.Add(20 * time.Minute)
	}
	st.wantFewLetters(t)
	for range 3 {
		st.now = st.now.Add(100 * 24 * time.Hour)
		for more := true; more; {
			var err error
			if more, err = st.store.Expire(t.Context(), st.now); err != nil {
				t.Fatal(err)
			}
		}
		for more := true; more; {
			var err error
			if more, err = st.store.DeleteSome(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	st.raw.Delete("audit", "action", "sign-in")
	st.raw.Delete("audit", "action", "invitation") // by the puppet's confirmed account
	for table, n := range st.rowCounts() {
		if n != before[table] {
			t.Errorf("%s has %s rows, and had %s", table, n, before[table])
		}
	}
}

// spelled is one of the ways to write mailbox number i.
func spelled(i, way int) string {
	name := fmt.Sprintf("victim%d", i)
	return []string{name + "@gmail.com", fmt.Sprintf("%s+%d@gmail.com", name, way), "v.ic.tim" + name[6:] + "@gmail.com", strings.ToUpper(name) + "@GMail.com",
		name + "@googlemail.com", fmt.Sprintf("v.%s+x.%d@GoogleMail.COM", name[1:], way)}[way%6]
}

// wantFewLetters checks all letters of the day.
func (st *site) wantFewLetters(t *testing.T) {
	t.Helper()
	boxes, all, strangers := map[string]int{}, 0, 0
	last := map[string]int64{}
	for _, row := range st.raw.Rows("outbox", "email, created_at, name, subject, body") {
		parts := strings.SplitN(row, "|", 4)
		local, host, _ := strings.Cut(strings.ToLower(parts[0]), "@")
		local, _, _ = strings.Cut(local, "+")
		box := strings.ReplaceAll(local, ".", "") + "@" + strings.ReplaceAll(host, "googlemail", "gmail")
		var at int64
		if _, err := fmt.Sscan(parts[1], &at); err != nil {
			t.Fatal(err)
		}
		if boxes[box] > 0 && at-last[box] < time.Hour.Milliseconds() {
			t.Errorf("two letters to %s within an hour", box)
		}
		last[box] = at
		boxes[box]++
		all++
		if box != "victim0@gmail.com" && !strings.Contains(parts[3], "Invitation") {
			strangers++
		}
		if strings.Contains(row, "evil") || parts[2] != "" && box != "victim0@gmail.com" {
			t.Errorf("the letter to %s holds what a stranger has typed: %s", box, row)
		}
	}
	most := 0
	for box, n := range boxes {
		if most = max(most, n); n > 3 {
			t.Errorf("%d letters to %s", n, box)
		}
	}
	if cap := domain.StrangerLettersADay; strangers > cap || strangers < cap*9/10 {
		t.Errorf("%d letters to strangers, want at most %d, and few less", strangers, cap)
	}
	if cap := domain.StrangerLettersADay + domain.AccountLettersADay; all > cap {
		t.Errorf("%d letters in all, want at most %d", all, cap)
	}
	t.Logf("%d letters in all, at most %d to one mailbox", all, most)
}

// rowCounts counts the rows of each table except the bookkeeping of SQLite and goose, which does not grow.
func (st *site) rowCounts() map[string]string {
	st.t.Helper()
	all := map[string]string{}
	for _, table := range st.raw.Tables() {
		all[table] = strconv.Itoa(st.raw.Count(table))
	}
	return all
}
