package handlers_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store/storetest"
)

func TestProfile(t *testing.T) {
	t.Parallel()
	t.Run("is saved, and the flash is in the chosen language", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.get("/profile").want(t, 200, `id="about-name"`, `value="User ann@example.com"`, `<option value="UTC" selected>`)
			v.wantGone(t, v.submit("/profile", "name", " Анна ", "language", "ru", "time_zone", "Europe/Moscow", "role", "admin", "email", "x@example.com",
				"team_id", "7", "verified_at", ""), "/profile")
			was := v.htmx
			v.htmx = false
			v.get("/profile").want(t, 200, `value="Анна"`, "Сохранено.", `<option value="Europe/Moscow" selected>`)
			v.htmx = was
			u, err := v.store.User(t.Context(), v.user.ID)
			if err != nil || u.Name != "Анна" || u.Language != "ru" || u.TimeZone != "Europe/Moscow" || u.Role != domain.RoleUser ||
				u.Email != v.user.Email || u.TeamID != v.user.TeamID || !u.Verified() {
				t.Errorf("%+v, %v", u, err)
			}
		})
	})
	t.Run("shows each mistake beside its field, and what was typed", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			for field, values := range map[string][]string{"name": {strings.Repeat("я", 201), "a\nb", "\xff"},
				"time_zone": {"", "Mars/Olympus", "../../etc/passwd"}, "language": {"", "de", "<b>"}} {
				for _, value := range values {
					form := map[string]string{"name": "Ann", "language": "en", "time_zone": "UTC"}
					form[field] = value
					a := v.submit("/profile", "name", form["name"], "language", form["language"], "time_zone", form["time_zone"])
					a.wantMistake(t, "about", field, "")
					a.wantLack(t, "<b>")
				}
			}
		})
	})
	t.Run("is there for every role", func(t *testing.T) {
		for _, role := range domain.Roles() {
			st := open(t)
			b := st.enter(st.userOf("ann@example.com", role))
			b.get("/profile").want(t, 200)
			b.submit("/profile", "name", "Ann", "language", "en", "time_zone", "UTC").want(t, 303)
			b.submit("/profile/password", "current", storetest.Password, "password", newPassword).want(t, 303)
			b.get("/profile").want(t, 200)
		}
	})
}

var publicID = regexp.MustCompile(`name="session" value="([^"]+)"`)

func TestSessions(t *testing.T) {
	t.Parallel()
	const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
	t.Run("are listed in short, with this one marked", func(t *testing.T) {
		st := open(t)
		st.newUser("ann@example.com")
		b := st.browser()
		b.header["User-Agent"] = firefox
		b.login("ann@example.com")
		st.now = st.now.Add(time.Hour)
		other := st.browser()
		other.header["User-Agent"] = "<script>alert(1)</script>"
		other.login("ann@example.com")
		a := b.get("/profile")
		a.want(t, 200, "Firefox on Linux", "Another app", "This device", "192.0.2.1", `datetime="2026-03-10T12:00:00Z"`, `datetime="2026-03-10T13:00:00Z"`,
			"Sign out everywhere else")
		a.wantLack(t, "alert(1)", b.cookies[cookieName].Value, other.cookies[cookieName].Value)
		if ids := publicID.FindAllStringSubmatch(a.body, -1); len(ids) != 1 {
			t.Errorf("%d sessions can be ended", len(ids))
		}
		st.now = st.now.Add(domain.SessionIdle / 2)
		b.get("/clients").want(t, 200, `<a class="who" href="/profile"`)
		st.now = st.now.Add(domain.SessionIdle / 2)
		b.get("/profile").wantLack(t, "Another app") // it expired unused
	})
	t.Run("can be ended one by one, and the public id opens nothing", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			elsewhere, third := v.site.browser(), v.site.browser()
			elsewhere.login("ann@example.com")
			third.login("ann@example.com")
			id := publicID.FindStringSubmatch(third.get("/profile").body)[1]
			thief := v.site.browser()
			thief.cookies[cookieName] = &http.Cookie{Name: cookieName, Value: id}
			thief.get("/profile").want(t, 303)
			third.htmx = v.htmx
			v.wantGone(t, third.submit("/profile/sessions", "session", id), "/profile")
			gone := 0
			for _, b := range []*browser{v.browser, elsewhere} {
				b.htmx = false
				if b.get("/profile").Code == 303 {
					gone++
				}
			}
			if gone != 1 {
				t.Errorf("%d sessions have ended", gone)
			}
			third.htmx = false
			third.get("/profile").want(t, 200)
			third.submit("/profile/sessions", "session", id).want(t, 404)
			v.wantLogged(t, domain.AuditSessionsEnd, "ann@example.com", "ann@example.com")
		})
	})
	t.Run("can all be ended at once, except the current one", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			var others []*browser
			for range 3 {
				b := v.site.browser()
				b.login("ann@example.com")
				others = append(others, b)
			}
			bob, _ := v.signedIn("bob@example.com")
			v.wantGone(t, v.submit("/profile/sessions", "others", "1"), "/profile")
			for _, b := range others {
				b.get("/profile").want(t, 303)
			}
			v.get("/profile").want(t, 200)
			v.get("/profile").wantLack(t, "Sign out everywhere else")
			bob.get("/profile").want(t, 200)
			if all := v.logged(domain.AuditSessionsEnd); len(all) != 1 || all[0].Detail != "3" {
				t.Errorf("the log holds %+v", all)
			}
		})
	})
	t.Run("of other users do not exist", func(t *testing.T) {
		v := ann(t)
		v.site.browser().login("ann@example.com")
		id := publicID.FindStringSubmatch(v.get("/profile").body)[1]
		bob, _ := v.signedIn("bob@example.com")
		for _, id := range []string{id, "", "x", "%", strings.Repeat("a", 9000), "'; DROP TABLE sessions"} {
			bob.submit("/profile/sessions", "session", id).want(t, 404)
		}
		v.get("/profile").want(t, 200, "Sign out that device")
	})
}

func TestSignInIsLogged(t *testing.T) {
	st := open(t)
	b := st.browser()
	b.submit("/signup", "email", "ann@example.com", "password", storetest.Password).want(t, 303)
	st.wantLogged(t, domain.AuditSignUp, "ann@example.com", "ann@example.com")
	b.submit("/login", "email", "ann@example.com", "password", storetest.Password).want(t, 422)
	b.submit("/login", "email", "Ann@example.com", "password", "wrong password").want(t, 422)
	st.raw.Set("users", "blocked_at", 1)
	st.raw.Set("users", "blocked_why", "x")
	b.submit("/login", "email", "ann@example.com", "password", storetest.Password).want(t, 422)
	b.submit("/login", "email", strings.Repeat("é", 300)+"\x00", "password", "x").want(t, 422)
	var got []string
	for _, e := range st.logged(domain.AuditSignInFailed) {
		got = append(got, e.Subject+": "+e.Detail)
	}
	want := []string{strings.Repeat("é", 127) + ": ", "ann@example.com: blocked", "Ann@example.com: ", "ann@example.com: not confirmed"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("the log holds %q", got)
	}
	st.raw.Set("users", "blocked_at", nil)
	st.raw.Set("users", "verified_at", 1)
	st.now = st.now.Add(time.Second)
	b.login("ann@example.com")
	st.wantLogged(t, domain.AuditSignIn, "ann@example.com", "ann@example.com")
	u, err := st.store.UserByEmail(t.Context(), "ann@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if row, err := st.store.UserRow(t.Context(), u.ID, st.now); err != nil || !row.SignedInAt.Equal(st.now) {
		t.Errorf("signed in at %s, %v", row.SignedInAt, err)
	}
	for _, e := range append(st.logged(""), domain.AuditEntry{}) {
		if strings.Contains(e.Subject+e.Detail, "password") || strings.Contains(e.Subject+e.Detail, storetest.Password) {
			t.Errorf("the log holds a password: %+v", e)
		}
	}
}

func TestRussianProfile(t *testing.T) {
	v := inRussian(t)
	v.site.browser().login(v.user.Email)
	stranger := v.site.browser()
	stranger.header["Accept-Language"] = "ru"
	for _, page := range []string{"/profile", "/profile/delete"} {
		v.get(page).wantRussian(t, 200, page)
	}
	for _, page := range []string{"/forgot", "/login?notice=reset", "/login?notice=resent", "/login?notice=new-password", "/login?notice=new-email",
		"/login?notice=deleted", "/signup"} {
		stranger.get(page).wantRussian(t, 200, page)
	}
	for what, c := range map[string]struct {
		to     string
		status int
		form   []string
	}{
		"a wrong password":           {"/profile/password", 422, []string{"current", "x", "password", newPassword}},
		"a short password":           {"/profile/password", 422, []string{"password", "x"}},
		"no zone":                    {"/profile", 422, []string{"language", "ru"}},
		"no language":                {"/profile", 422, []string{"time_zone", "UTC"}},
		"the same address":           {"/profile/email", 422, []string{"email", v.user.Email}},
		"no address":                 {"/profile/email", 422, []string{"email", "x"}},
		"another account's deletion": {"/profile/delete", 422, []string{"email", "x"}},
		"no session":                 {"/profile/sessions", 404, nil},
	} {
		v.submit(c.to, c.form...).wantRussian(t, c.status, what)
	}
	v.submit("/profile/email", "email", "new@example.com", "password", storetest.Password).want(t, 303)
	for range 2 {
		if l := v.letter(); l.Language != "ru" || !regexp.MustCompile(`[а-я]{3}`).MatchString(l.Subject+l.Body) {
			t.Errorf("the letter is %+v", l)
		}
	}
	v.get("/profile").wantRussian(t, 200, "the news")
	admin := v.userOf("admin@example.com", domain.RoleAdmin)
	v.raw.Set("teams", "name", "Команда")
	b := v.enter(admin)
	b.submit("/profile", "language", "ru", "time_zone", "UTC", "name", "Анна").want(t, 303)
	b.submit("/profile/delete", "email", admin.Email, "password", storetest.Password).wantRussian(t, 409, "the last admin")
}
