package handlers_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
	"postrider/store/storetest"
)

const cookieName = "postrider"

func TestLogin(t *testing.T) {
	t.Parallel()
	t.Run("opens a session, and signing out ends it", func(t *testing.T) {
		each(t, func(t *testing.T, st *site, b *browser) {
			st.newUser("ann@example.com")
			b.wantGone(t, b.submit("/login", "email", "ann@example.com", "password", storetest.Password, "next", "/login?x=1"), "/login?x=1")
			old := b.cookies[cookieName]
			if !old.HttpOnly || old.SameSite != http.SameSiteLaxMode || old.Path != "/" || old.Secure || len(old.Value) < 22 {
				t.Errorf("the cookie is %v", old)
			}
			if a := b.get("/"); !strings.Contains(a.body, "ann@example.com") || a.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("not signed in, or kept in caches: %s", a.body)
			}
			b.wantGone(t, b.get("/login"), "/")
			b.wantGone(t, b.submit("/logout"), "/")
			if b.cookies[cookieName] != nil {
				t.Error("the cookie is still there")
			}
			b.cookies[cookieName] = old
			if a := b.get("/"); strings.Contains(a.body, "ann@example.com") {
				t.Error("the old cookie still opens the session")
			}
		})
	})
	t.Run("answers the same to a wrong password and to an unknown address", func(t *testing.T) {
		each(t, func(t *testing.T, st *site, b *browser) {
			st.newUser("ann@example.com")
			known := b.submit("/login", "email", "ann@example.com", "password", "wrong password")
			unknown := b.submit("/login", "email", "eve@example.com", "password", "wrong password")
			known.want(t, 422, "Wrong email address or password.")
			unknown.want(t, 422)
			if strings.ReplaceAll(known.body, "ann@", "eve@") != unknown.body {
				t.Errorf("two answers:\n%s\n%s", known.body, unknown.body)
			}
		})
	})
	t.Run("takes nothing from the address", func(t *testing.T) {
		st := open(t)
		st.newUser("ann@example.com")
		st.browser().submit("/login?email=ann@example.com&password="+url.QueryEscape(storetest.Password)).want(t, 422)
	})
}

func TestSession(t *testing.T) {
	t.Run("sends a stranger to sign in, also with htmx", func(t *testing.T) {
		st := open(t)
		b := st.browser()
		b.get("/clients?q=a%26b").wantTo(t, "/login?next=%2Fclients%3Fq%3Da%2526b")
		b.submit("/logout").wantTo(t, "/login?next=%2F")
		b.htmx = true
		b.header["HX-Current-URL"] = "http://" + publicHost + "/clients?q=x"
		a := b.get("/clients/7/edit?part=row")
		a.want(t, 401)
		a.wantTo(t, "/login?next=%2Fclients%3Fq%3Dx")
	})
}

func TestLanguage(t *testing.T) {
	st := open(t)
	b := st.browser()
	b.header["Accept-Language"] = "ru-RU,ru;q=0.9,en;q=0.5"
	b.get("/login").want(t, 200, `<html lang="ru">`, "Войти")
	b.submit("/language", "lang", "en", "next", "/login").want(t, 303)
	b.get("/login").want(t, 200, `<html lang="en">`, "Sign in")
	b.submit("/language", "lang", "xx").want(t, 422)
	t.Run("stays with the account", func(t *testing.T) {
		b, u := st.signedIn("ann@example.com")
		b.submit("/language", "lang", "ru", "next", "/").want(t, 303)
		b.get("/").want(t, 200, "Здравствуйте")
		if u, err := st.store.User(t.Context(), u.ID); err != nil || u.Language != "ru" {
			t.Errorf("%+v, %v", u, err)
		}
		b = st.browser()
		b.login("ann@example.com")
		b.get("/").want(t, 200, "Здравствуйте")
	})
}

func TestFlash(t *testing.T) {
	st := open(t)
	b, u := st.signedIn("ann@example.com")
	c := storetest.Client(t, st.store, u.TeamID, "bob@example.com")
	b.submit("/clients/"+number(c.ID)+"/delete").wantTo(t, "/clients")
	b.get("/clients").want(t, 200, "Deleted bob@example.com.")
	if a := b.get("/clients"); strings.Contains(a.body, "Deleted bob@example.com.") {
		t.Error("the news is shown twice")
	}
}

// Sessions: a random id of at least 128 bits, stored as its SHA-256, for 12 idle hours and at most 30 days.
func TestSecuritySessionIDs(t *testing.T) {
	t.Parallel()
	st := open(t)
	b, u := st.signedIn("ann@example.com")
	t.Run("have at least 128 random bits, and no two are the same", func(t *testing.T) {
		seen := map[string]bool{}
		for range 6 {
			b.login(u.Email)
			id := b.cookies[cookieName].Value
			if bits, err := base64.RawURLEncoding.DecodeString(id); err != nil || len(bits) < 16 || seen[id] {
				t.Fatalf("%q: %d bytes, %v; seen before: %v", id, len(bits), err, seen[id])
			}
			seen[id] = true
		}
	})
	t.Run("are at rest as their SHA-256 alone", func(t *testing.T) {
		id := b.cookies[cookieName].Value
		sum := sha256.Sum256([]byte(id))
		file := st.atRest()
		if !bytes.Contains(file, sum[:]) || bytes.Contains(file, []byte(id)) {
			t.Errorf("the hash is there: %v, the id: %v", bytes.Contains(file, sum[:]), bytes.Contains(file, []byte(id)))
		}
	})
	t.Run("end after twelve idle hours", func(t *testing.T) {
		b := st.enter(u)
		st.now = st.now.Add(domain.SessionIdle - time.Second)
		b.get("/clients").want(t, 200)
		st.now = st.now.Add(domain.SessionIdle)
		b.get("/clients").want(t, 303)
	})
	t.Run("end after thirty days, however often they are used", func(t *testing.T) {
		b := st.enter(u)
		for used := time.Duration(0); used < 30*24*time.Hour; used += 10 * time.Hour {
			b.get("/clients").want(t, 200)
			st.now = st.now.Add(10 * time.Hour)
		}
		b.get("/clients").want(t, 303)
		st.now = st.now.Add(time.Minute)
	})
	t.Run("do not exist for strangers: they get no cookie and leave no row", func(t *testing.T) {
		b := st.browser()
		for _, path := range []string{"/", "/login", "/clients", "/nothing"} {
			if a := b.get(path); len(a.Result().Cookies()) > 0 {
				t.Errorf("%s sets %v", path, a.Result().Cookies())
			}
		}
	})
}

// Sessions: the cookie is HttpOnly, SameSite=Lax, Path=/, and with an https public URL Secure and __Host-.
func TestSecurityCookie(t *testing.T) {
	for scheme, name := range map[string]string{"http": "postrider", "https": "__Host-postrider"} {
		t.Run("of "+scheme, func(t *testing.T) {
			st := open(t, func(s *handlers.Server) { s.URL = &url.URL{Scheme: scheme, Host: publicHost} })
			st.newUser("ann@example.com")
			b := st.browser()
			a := b.submit("/login", "email", "ann@example.com", "password", storetest.Password)
			a.want(t, 303)
			c := b.cookies[name]
			if c == nil || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" ||
				c.Secure != (scheme == "https") || c.MaxAge <= 0 || c.MaxAge > int(domain.SessionMax.Seconds()) {
				t.Errorf("the cookie is %v", a.Header()["Set-Cookie"])
			}
			b.submit("/logout").want(t, 303)
			b.cookies = map[string]*http.Cookie{}
			b.submit("/language", "lang", "ru").want(t, 303)
			if c := b.cookies["lang"]; c == nil || !c.HttpOnly || c.Secure != (scheme == "https") || c.SameSite != http.SameSiteLaxMode {
				t.Errorf("the cookie of the language is %v", c)
			}
		})
	}
}

// Sessions: a new id at sign-in (fixation); deleted at sign-out; a damaged cookie starts afresh.
func TestSecurityFixation(t *testing.T) {
	t.Parallel()
	t.Run("each sign-in makes a new id, and the old one is worthless", func(t *testing.T) {
		st := open(t)
		b, _ := st.signedIn("ann@example.com")
		first := *b.cookies[cookieName]
		b.login("ann@example.com")
		if b.cookies[cookieName].Value == first.Value {
			t.Error("the id did not change")
		}
		other := st.browser()
		other.cookies[cookieName] = &first
		other.get("/clients").wantTo(t, "/login?next=%2Fclients")
	})
	t.Run("no session is made under an id that the browser brings along", func(t *testing.T) {
		st := open(t)
		st.newUser("ann@example.com")
		b := st.browser()
		planted := "planted-by-somebody-else-0123456789"
		b.cookies[cookieName] = &http.Cookie{Name: cookieName, Value: planted}
		b.login("ann@example.com")
		if b.cookies[cookieName].Value == planted {
			t.Error("the planted id is in use")
		}
		other := st.browser()
		other.cookies[cookieName] = &http.Cookie{Name: cookieName, Value: planted}
		other.get("/clients").want(t, 303)
	})
	t.Run("a login does not take over the session of another user, nor end it elsewhere", func(t *testing.T) {
		st := open(t)
		ann, _ := st.signedIn("ann@example.com")
		bob, _ := st.signedIn("bob@example.com")
		theirs := *bob.cookies[cookieName]
		bob.login("ann@example.com")
		old := st.browser()
		old.cookies[cookieName] = &theirs
		old.get("/clients").want(t, 303)
		ann.get("/clients").want(t, 200)
	})
	t.Run("after signing out the cookie is worthless, even one stolen earlier", func(t *testing.T) {
		st := open(t)
		b, _ := st.signedIn("ann@example.com")
		stolen := st.browser()
		stolen.cookies[cookieName] = b.cookies[cookieName]
		stolen.get("/clients").want(t, 200)
		b.submit("/logout").want(t, 303)
		stolen.get("/clients").want(t, 303)
		if b.cookies[cookieName] != nil {
			t.Error("the browser still has the cookie")
		}
	})
	st := open(t)
	st.newUser("ann@example.com")
	for name, value := range damagedCookies() {
		t.Run("a cookie that is "+name+" is a fresh start", func(t *testing.T) {
			b := st.browser()
			b.header["Cookie"] = cookieName + "=" + value
			b.get("/").want(t, 200, "Sign in")
			b.get("/clients").want(t, 303)
			b.submit("/logout").want(t, 303)
			b.submit("/login", "email", "ann@example.com", "password", storetest.Password).want(t, 303)
		})
	}
}

// damagedCookies are values that no session has.
func damagedCookies() map[string]string {
	return map[string]string{"empty": "", "short": "x", "long": strings.Repeat("é", 4000), "strange": `"';--\`, "binary": "\x00\xff\x01",
		"one of many": "a; postrider=b; postrider=c", "a JSON": `{"user_id":1}`, "signed by others": "MTcwMHxEdi1CQkFFQ180SUFBUkFCRUFBQXxzaWdu"}
}

// FuzzCookie checks that with any cookie, a stranger's page is shown.
func FuzzCookie(f *testing.F) {
	for _, value := range damagedCookies() {
		f.Add(cookieName + "=" + value)
	}
	f.Add("lang=ru; postrider=\"x\"; =; ;;")
	f.Add("\x00=\xff")
	f.Add(cookieName + "=" + strings.Repeat("A", 43) + "; __Host-postrider=" + strings.Repeat("-", 43))
	st := open(f)
	st.newUser("ann@example.com")
	f.Fuzz(func(t *testing.T, cookie string) {
		b := st.browser()
		b.header["Cookie"] = cookie
		b.get("/login").want(t, 200)
		b.get("/clients").want(t, 303)
		b.submit("/language", "lang", "en").want(t, 303)
	})
}

// Sessions: the user is loaded for each request, so that a block takes effect at once.
func TestSecurityUserLoadedEveryRequest(t *testing.T) {
	for name, change := range map[string]struct {
		column string
		value  any
	}{"blocked": {"blocked_at", 1}, "not verified any more": {"verified_at", nil}} {
		t.Run("a user who is "+name+" is out with the next request", func(t *testing.T) {
			st := open(t)
			b, u := st.signedIn("ann@example.com")
			b.get("/clients").want(t, 200)
			st.raw.Set("users", change.column, change.value, "id", u.ID)
			a := b.get("/clients")
			a.wantTo(t, "/login?next=%2Fclients")
			b.get("/").wantLack(t, "ann@example.com")
		})
	}
	t.Run("a removed role no longer applies to the next request", func(t *testing.T) {
		st := open(t)
		b := st.enter(st.userOf("ann@example.com", domain.RoleAdmin))
		b.get("/audit").want(t, 200)
		st.raw.Set("users", "role", "user")
		b.get("/audit").want(t, 403)
	})
}
