package handlers_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
	"postrider/store"
	"postrider/store/storetest"
)

const ownersPassword = "the owner's own words"

// setUp returns a path that makes the first admin, as the terminal shows it.
func (st *site) setUp() string {
	st.t.Helper()
	token := store.NewToken()
	if waits, err := st.store.OpenSetup(st.t.Context(), token); err != nil || !waits {
		st.t.Fatalf("there is no set-up link: %t, %v", waits, err)
	}
	return "/setup/" + token
}

// A new installation on the internet belongs to whoever reads its terminal: no stranger becomes admin by being first.
func TestSecurityFirstStranger(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"open", "invite", "closed"} {
		t.Run("does not become admin when sign-up is "+mode, func(t *testing.T) {
			st := open(t, func(s *handlers.Server) { s.SignUp = domain.SignUpMode(mode) })
			b := st.browser()
			status := http.StatusForbidden
			if mode == "open" {
				status = http.StatusSeeOther
			}
			b.submit("/signup", "email", "mallory@example.com", "password", storetest.Password).want(t, status)
			if n := st.raw.Count("users", "role", "admin"); n != 0 {
				t.Errorf("%d admins", n)
			}
			if mode != "open" {
				return
			}
			b.submit(link(t, st.letter())).want(t, 303)
			b.login("mallory@example.com")
			b.get("/audit").want(t, 403)
			b.get("/clients").want(t, 200)
		})
	}
	t.Run("does not become admin by a reset of the password either", func(t *testing.T) {
		st := open(t)
		b := st.browser()
		b.submit("/signup", "email", "mallory@example.com", "password", storetest.Password).want(t, 303)
		st.letter()
		st.now = st.now.Add(time.Hour)
		b.submit(st.forgotten("mallory@example.com"), "password", newPassword).want(t, 303)
		b.submit("/login", "email", "mallory@example.com", "password", newPassword).want(t, 303)
		b.get("/audit").want(t, 403)
	})
	t.Run("cannot keep the owner's address by signing up with it first", func(t *testing.T) {
		st := open(t)
		st.browser().submit("/signup", "email", "owner@example.com", "password", storetest.Password, "name", "Mallory's").want(t, 303)
		strangers := link(t, st.letter())
		b := st.browser()
		b.wantGone(t, b.submit(st.setUp(), "email", "Owner@example.com", "password", ownersPassword), "/")
		b.get("/audit").want(t, 200)
		b.get("/team").wantLack(t, "Mallory")
		st.browser().submit(strangers).want(t, 404)
		st.browser().submit("/login", "email", "owner@example.com", "password", storetest.Password).want(t, 422)
		st.browser().submit("/login", "email", "owner@example.com", "password", ownersPassword).want(t, 303)
	})
	t.Run("sees on the pages that an admin is missing, until there is one", func(t *testing.T) {
		for _, mode := range []string{"open", "closed"} {
			st := open(t, func(s *handlers.Server) { s.SignUp = domain.SignUpMode(mode) })
			for _, path := range []string{"/", "/signup", "/login"} {
				st.browser().get(path).want(t, 200, "There&#39;s no admin yet", "terminal")
			}
			b := st.browser()
			b.submit(st.setUp(), "email", "owner@example.com", "password", ownersPassword).want(t, 303)
			for _, path := range []string{"/", "/signup", "/login"} {
				st.browser().get(path).wantLack(t, "There&#39;s no admin yet")
			}
		}
	})
}

// The set-up link: 32 random bytes, stored as a hash, works once, void after a newer start and once there is an admin.
func TestSecuritySetup(t *testing.T) {
	t.Parallel()
	form := []string{"email", "owner@example.com", "password", ownersPassword, "name", "Owner", "time_zone", "Europe/Berlin", "role", "user"}
	t.Run("makes a confirmed admin who is signed in, with or without htmx", func(t *testing.T) {
		each(t, func(t *testing.T, st *site, b *browser) {
			path := st.setUp()
			b.get(path).want(t, 200, "Set up Postrider", `name="password"`)
			b.submit(path, "email", "owner", "password", "short").want(t, 422, `value="owner"`, `id="password-mistake"`)
			b.wantGone(t, b.submit(path, form...), "/")
			u, err := st.store.UserByEmail(t.Context(), "owner@example.com")
			if err != nil || !u.Verified() || u.Role != domain.RoleAdmin || u.Name != "Owner" || u.TimeZone != "Europe/Berlin" {
				t.Errorf("%+v, %v", u, err)
			}
			b.htmx = false
			b.get("/").want(t, 200, "You&#39;re the admin")
			st.wantLogged(t, domain.AuditSetUp, "owner@example.com", "owner@example.com")
			if all := st.logged(domain.AuditSignIn); len(all) != 1 {
				t.Errorf("signed in %d times", len(all))
			}
			st.noLetter(t)
		})
	})
	dead := func(t *testing.T, st *site, path string) {
		t.Helper()
		st.browser().get(path).want(t, 404, "This link no longer works")
		st.browser().submit(path, form...).want(t, 404)
	}
	t.Run("stops working once it is used, a newer start prints another, or there is an admin", func(t *testing.T) {
		st := open(t)
		old := st.setUp()
		fresh := st.setUp()
		dead(t, st, old)
		dead(t, st, "/setup/"+store.NewToken())
		st.browser().get(fresh).want(t, 200)
		in := domain.SignUp{Email: "added@example.com", Password: storetest.Password, Language: "en", TimeZone: "UTC"}
		if u, err := st.store.AddUser(t.Context(), in, "", st.now); err != nil || u.Role != domain.RoleAdmin {
			t.Fatalf("%+v, %v", u, err)
		}
		dead(t, st, fresh)
		if waits, err := st.store.OpenSetup(t.Context(), store.NewToken()); err != nil || waits {
			t.Errorf("a start with an admin shows a link: %t, %v", waits, err)
		}
	})
	t.Run("stays usable after a mistake, and says what is wrong with a taken address", func(t *testing.T) {
		st := open(t)
		st.newUser("owner@example.com") // signed up while sign-up was open, and confirmed
		path, b := st.setUp(), st.browser()
		b.submit(path, form...).want(t, 422, "A user with this address already exists.")
		b.submit(path, "email", "other@example.com", "password", ownersPassword).want(t, 303)
		dead(t, st, path)
	})
	t.Run("makes one admin when two open it at once", func(t *testing.T) {
		st := open(t)
		path := st.setUp()
		var all sync.WaitGroup
		codes := make([]int, 4)
		for i := range codes {
			all.Go(func() {
				codes[i] = st.browser().submit(path, "email", string(rune('a'+i))+"@example.com", "password", ownersPassword).Code
			})
		}
		all.Wait()
		slices.Sort(codes)
		if !slices.Equal(codes, []int{303, 404, 404, 404}) {
			t.Errorf("they got %v", codes)
		}
		if got := st.raw.Count("users"); got != 1 {
			t.Errorf("%d users", got)
		}
	})
	t.Run("is nowhere in the file, and blocking the admin prints no new one", func(t *testing.T) {
		st := open(t)
		path := st.setUp()
		if strings.Contains(string(st.atRest()), strings.TrimPrefix(path, "/setup/")) {
			t.Error("the token stands in the file")
		}
		st.browser().submit(path, form...).want(t, 303)
		st.raw.Set("users", "blocked_at", 1)
		if waits, err := st.store.OpenSetup(t.Context(), store.NewToken()); err != nil || waits {
			t.Errorf("a link for the next one: %t, %v", waits, err)
		}
	})
}

// A block permanently revokes the user's pending links and sessions: none of them works again after unblocking.
func TestSecurityBlockedForGood(t *testing.T) {
	t.Parallel()
	v := ann(t)
	admin := v.enter(v.userOf("admin@example.com", domain.RoleAdmin))
	reset := v.forgotten("ann@example.com")
	v.submit("/profile/email", "email", "new@example.com", "password", storetest.Password).want(t, 303)
	change := link(t, v.letter())
	v.letter()
	invitation := v.invite("friend@example.com")
	stranger := v.site.browser()
	stranger.submit("/signup", "email", "late@example.com", "password", storetest.Password).want(t, 303)
	verify := link(t, v.letter())
	late, err := v.store.UserByEmail(t.Context(), "late@example.com")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{reset, change, invitation, verify} {
		stranger.get(path).want(t, 200)
	}
	for _, id := range []int64{v.user.ID, late.ID} {
		admin.submit("/users/"+number(id)+"/block", "reason", "spam").want(t, 303)
		admin.submit("/users/"+number(id)+"/unblock").want(t, 303)
	}
	for _, path := range []string{reset, change, invitation, verify} {
		stranger.get(path).want(t, 404)
		stranger.submit(path, "password", newPassword).want(t, 404)
	}
	v.get("/clients").want(t, 303)
}

// A blocked user who signs up again sees the same answer as anyone else and gets no link that would not work.
func TestSecurityBlockedSignUp(t *testing.T) {
	t.Parallel()
	st := open(t)
	b := st.browser()
	again := func() answer {
		return b.submit("/signup", "email", "late@example.com", "password", "another long password")
	}
	b.submit("/signup", "email", "late@example.com", "password", storetest.Password).want(t, 303)
	st.letter()
	st.raw.Set("users", "blocked_at", 1)
	st.raw.Set("users", "blocked_by", "x")
	st.raw.Set("users", "blocked_why", "spam")
	before := st.raw.Rows("users", "password_hash")
	st.now = st.now.Add(time.Hour)
	again().wantTo(t, "/login?notice=sent")
	if l := st.letter(); link(t, l) != "/login" {
		t.Errorf("the letter leads to %s", link(t, l))
	}
	if after := st.raw.Rows("users", "password_hash"); !slices.Equal(before, after) {
		t.Error("a stranger has taken the password away")
	}
	b.submit("/login", "email", "late@example.com", "password", storetest.Password).want(t, 422, "spam")
	st.raw.Set("users", "blocked_at", nil)
	st.raw.Set("users", "blocked_why", "")
	st.now = st.now.Add(24 * time.Hour)
	again().wantTo(t, "/login?notice=sent")
	if path := link(t, st.letter()); !strings.HasPrefix(path, "/verify/") {
		t.Errorf("let in again, the letter leads to %s", path)
	}
}
