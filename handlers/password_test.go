package handlers_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

const newPassword = "an entirely new password"

func TestForgot(t *testing.T) {
	t.Run("leads from the sign-in page through the letter to a new password", func(t *testing.T) {
		each(t, func(t *testing.T, st *site, b *browser) {
			inside, _ := st.signedIn("ann@example.com")
			b.get("/login").want(t, 200, `href="/forgot"`)
			b.get("/forgot").want(t, 200, `action="/forgot"`)
			b.wantGone(t, b.submit("/forgot", "email", " ANN@example.com "), "/login?notice=reset")
			b.get("/login?notice=reset").want(t, 200, "30 minutes")
			l := st.letter()
			if l.To.Email != "ann@example.com" || l.Language != "en" || !l.ExpiresAt.Equal(st.now.Add(30*time.Minute)) || st.woken.Load() != 1 {
				t.Errorf("the letter is %+v", l)
			}
			a := b.get(link(t, l))
			a.want(t, 200, `autocomplete="new-password"`)
			a.wantSecret(t)
			b.wantGone(t, b.submit(link(t, l), "password", newPassword), "/login?notice=new-password")
			inside.get("/clients").want(t, 303)
			b.submit("/login", "email", "ann@example.com", "password", storetest.Password).want(t, 422)
			b.wantGone(t, b.submit("/login", "email", "ann@example.com", "password", newPassword), "/")
			st.wantLogged(t, domain.AuditPasswordReset, "ann@example.com", "ann@example.com")
		})
	})
	t.Run("gives everyone the same answer, and writes only to accounts that are not blocked", func(t *testing.T) {
		each(t, func(t *testing.T, st *site, b *browser) {
			st.newUser("known@example.com")
			st.newUser("blocked@example.com")
			st.raw.Set("users", "blocked_at", 1, "email", "blocked@%")
			var want answer
			for i, email := range []string{"known@example.com", "nobody@example.com", "blocked@example.com"} {
				a := b.submit("/forgot", "email", email)
				if i == 0 {
					want = a
					st.letter()
				}
				if a.Code != want.Code || a.body != want.body || a.Header().Get("Location") != want.Header().Get("Location") {
					t.Errorf("%s: %d to %v", email, a.Code, a.Header())
				}
				st.noLetter(t)
			}
		})
	})
	t.Run("reports an invalid address and keeps it", func(t *testing.T) {
		each(t, func(t *testing.T, st *site, b *browser) {
			for _, email := range []string{"", "no address", "<b>"} {
				b.submit("/forgot", "email", email).want(t, 422, `id="email-mistake"`)
			}
			b.submit("/forgot", "email", `"x`).want(t, 422, `value="&#34;x"`)
		})
	})
	t.Run("sends one letter an hour, and says the same: whether there is such an account or not", func(t *testing.T) {
		st := open(t)
		st.newUser("known@example.com")
		for _, email := range []string{"known@example.com", "nobody@example.com"} {
			for range 6 {
				a := st.browser().submit("/forgot", "email", email)
				a.want(t, 303)
				a.wantTo(t, "/login?notice=reset")
			}
		}
		st.letter()
		st.noLetter(t)
	})
	t.Run("takes about the same time for everybody", func(t *testing.T) {
		st := open(t)
		st.newUser("is@example.com")
		b := st.browser()
		times := map[string][]float64{}
		for i := range 60 {
			st.now = st.now.Add(6 * time.Hour)
			emails := []string{"is@example.com", fmt.Sprintf("no%d@example.com", i)}
			if i%2 == 1 {
				emails[0], emails[1] = emails[1], emails[0]
			}
			for _, email := range emails {
				times[email[:2]] = append(times[email[:2]], st.spent(b, "/forgot", "email", email))
			}
		}
		z, apart := tell(times["is"], times["no"])
		t.Logf("z %.1f, the medians are %.0f%% apart", z, 100*apart)
		if z > 4 && apart > 0.5 {
			t.Errorf("the times can be told apart: z %.1f, the medians are %.0f%% apart", z, 100*apart)
		}
	})
	t.Run("writes in the reader's language", func(t *testing.T) {
		st := open(t)
		st.newUser("ann@example.com")
		b := st.browser()
		b.header["Accept-Language"] = "ru"
		b.submit("/forgot", "email", "ann@example.com").want(t, 303)
		if l := st.letter(); l.Language != "ru" || !strings.Contains(l.Subject, "пароль") {
			t.Errorf("the letter is %+v", l)
		}
	})
}

func TestReset(t *testing.T) {
	t.Parallel()
	t.Run("confirms the address too", func(t *testing.T) {
		st := open(t)
		b := st.browser()
		b.submit("/signup", "email", "ann@example.com", "password", storetest.Password).want(t, 303)
		verify := link(t, st.letter())
		st.now = st.now.Add(time.Hour)
		b.submit(st.forgotten("ann@example.com"), "password", newPassword).want(t, 303)
		b.submit("/login", "email", "ann@example.com", "password", newPassword).want(t, 303)
		b.submit(verify).want(t, 404)
	})
	t.Run("keeps the link valid after a bad password, and says why", func(t *testing.T) {
		each(t, func(t *testing.T, st *site, b *browser) {
			st.newUser("ann@example.com")
			path := st.forgotten("ann@example.com")
			for password, why := range map[string]string{"short": "At least 8 characters.", "": "At least 8", "password123": "most common"} {
				a := b.submit(path, "password", password)
				a.want(t, 422, `id="password-mistake"`, why)
				a.wantSecret(t)
			}
			b.wantGone(t, b.submit(path, "password", newPassword), "/login?notice=new-password")
		})
	})
	t.Run("uses a token once, also when many use it at once, and for half an hour", func(t *testing.T) {
		st := open(t)
		st.newUser("ann@example.com")
		path := st.forgotten("ann@example.com")
		var all sync.WaitGroup
		var used atomic.Int32
		for i := range 12 {
			all.Go(func() {
				r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+path, strings.NewReader(fmt.Sprintf("password=number+%d+of+many", i)))
				r.Header.Set("Content-Type", urlencoded)
				w := httptest.NewRecorder()
				st.handler.ServeHTTP(w, r)
				if w.Code == http.StatusSeeOther {
					used.Add(1)
				}
			})
		}
		all.Wait()
		if used.Load() != 1 {
			t.Errorf("it was used %d times", used.Load())
		}
		st.now = st.now.Add(time.Hour)
		late := st.forgotten("ann@example.com")
		st.now = st.now.Add(domain.ResetValid)
		st.browser().get(late).want(t, 404)
		st.browser().submit(late, "password", newPassword).want(t, 404)
	})
	t.Run("is void once there is a newer letter, another password, another address, or a block", func(t *testing.T) {
		for name, void := range map[string]func(*site, *browser, domain.User){
			"a newer letter": func(st *site, _ *browser, u domain.User) {
				st.raw.Delete("letter_counts") // an hour later the link would have expired anyway
				st.forgotten(u.Email)
			},
			"another password": func(st *site, b *browser, _ domain.User) {
				b.submit("/profile/password", "current", storetest.Password, "password", newPassword)
			},
			"another address": func(st *site, b *browser, _ domain.User) {
				b.submit("/profile/email", "email", "new@example.com", "password", storetest.Password).want(t, 303)
				b.submit(link(t, st.letter())).want(t, 303)
			},
			"a block": func(st *site, _ *browser, u domain.User) {
				st.raw.Set("users", "blocked_at", 1, "id", u.ID)
			},
			"no user left": func(st *site, b *browser, u domain.User) {
				b.submit("/profile/delete", "email", u.Email, "password", storetest.Password).want(t, 303)
			},
		} {
			t.Run(name, func(t *testing.T) {
				st := open(t)
				b, u := st.signedIn("ann@example.com")
				path := st.forgotten(u.Email)
				st.browser().get(path).want(t, 200)
				void(st, b, u)
				st.browser().get(path).want(t, 404)
				st.browser().submit(path, "password", "yet another password").want(t, 404)
			})
		}
	})
	t.Run("is the same 404 for every bad token, and no kind of token works as another", func(t *testing.T) {
		st := open(t)
		b := st.browser()
		b.submit("/signup", "email", "new@example.com", "password", storetest.Password).want(t, 303)
		verify := link(t, st.letter())
		st.newUser("ann@example.com")
		used := st.forgotten("ann@example.com")
		token := func(path string) string { return path[strings.LastIndex(path, "/")+1:] }
		b.submit("/verify/"+token(used)).want(t, 404)
		b.submit("/email/"+token(used)).want(t, 404)
		b.submit(used, "password", newPassword).want(t, 303)
		want := ""
		for _, path := range []string{used, "/reset/" + token(verify), "/reset/" + store.NewToken(), "/reset/x"} {
			for _, a := range []answer{b.get(path), b.submit(path, "password", "short"), b.submit(path, "password", newPassword)} {
				a.want(t, 404)
				a.wantSecret(t)
				body := strings.ReplaceAll(a.body, path, "")
				if want == "" {
					want = body
				}
				if body != want {
					t.Errorf("%s is told from others: %s", path, body)
				}
			}
		}
	})
	t.Run("resets the failures of an account that someone has locked", func(t *testing.T) {
		st := open(t)
		st.newUser("ann@example.com")
		b := st.browser()
		for range 7 {
			b.submit("/login", "email", "ann@example.com", "password", "wrong password")
		}
		b.submit("/login", "email", "ann@example.com", "password", storetest.Password).want(t, 429)
		b.submit(st.forgotten("ann@example.com"), "password", newPassword).want(t, 303)
		b.submit("/login", "email", "ann@example.com", "password", newPassword).want(t, 303)
	})
}

func TestResend(t *testing.T) {
	t.Run("is offered to users who know the password, and the new letter voids the old", func(t *testing.T) {
		each(t, func(t *testing.T, st *site, b *browser) {
			b.wantGone(t, b.submit("/signup", "email", "ann@example.com", "password", storetest.Password), "/login?notice=sent")
			old := link(t, st.letter())
			b.submit("/login", "email", "ann@example.com", "password", "wrong password").wantLack(t, "/verify/resend")
			b.submit("/login", "email", "ann@example.com", "password", storetest.Password).want(t, 422, `action="/verify/resend"`,
				`name="email" value="ann@example.com"`)
			b.wantGone(t, b.submit("/verify/resend", "email", "ann@example.com"), "/login?notice=resent")
			b.get("/login?notice=resent").want(t, 200, "24 hours", "one email an hour")
			st.noLetter(t) // too soon: the old one remains valid
			b.get(old).want(t, 200)
			st.now = st.now.Add(time.Hour)
			b.wantGone(t, b.submit("/verify/resend", "email", "ann@example.com"), "/login?notice=resent")
			newer := link(t, st.letter())
			b.submit(old).want(t, 404)
			b.wantGone(t, b.submit(newer), "/")
		})
	})
	t.Run("gives everyone the same answer, and writes only to those who need a letter", func(t *testing.T) {
		st := open(t)
		b := st.browser()
		st.newUser("verified@example.com")
		b.submit("/signup", "email", "blocked@example.com", "password", storetest.Password).want(t, 303)
		st.letter()
		st.raw.Set("users", "blocked_at", 1, "email", "blocked@%")
		for _, email := range []string{"verified@example.com", "nobody@example.com", "blocked@example.com"} {
			a := b.submit("/verify/resend", "email", email)
			a.want(t, 303)
			a.wantTo(t, "/login?notice=resent")
			st.noLetter(t)
		}
		b.submit("/verify/resend", "email", "no address").want(t, 422)
	})
}

func TestPasswordChange(t *testing.T) {
	t.Parallel()
	t.Run("ends all other sessions and gives the current one a new id", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			elsewhere := v.site.browser()
			elsewhere.login("ann@example.com")
			old := *v.cookies[cookieName]
			v.wantGone(t, v.submit("/profile/password", "current", storetest.Password, "password", newPassword), "/profile")
			if v.cookies[cookieName].Value == old.Value {
				t.Error("the id did not change")
			}
			v.get("/clients").want(t, 200)
			elsewhere.get("/clients").want(t, 303)
			thief := v.site.browser()
			thief.cookies[cookieName] = &old
			thief.get("/clients").want(t, 303)
			v.submit("/logout").want(t, map[bool]int{false: 303, true: 200}[v.htmx])
			v.submit("/login", "email", "ann@example.com", "password", storetest.Password).want(t, 422)
			v.wantGone(t, v.submit("/login", "email", "ann@example.com", "password", newPassword), "/")
			v.wantLogged(t, domain.AuditPasswordChange, "ann@example.com", "ann@example.com")
		})
	})
	t.Run("names a wrong password beside its field, and the mistakes of one form in no other", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.submit("/profile/password", "current", "wrong password", "password", newPassword).wantMistake(t, "password", "current", "This isn&#39;t your password.")
			a := v.submit("/profile/password", "current", storetest.Password, "password", "short")
			a.wantMistake(t, "password", "password", "At least 8 characters.")
			a.wantLack(t, `id="address-password-mistake"`, "short", storetest.Password)
			if n := strings.Count(a.body, `role="alert"`); n != 1 {
				t.Errorf("%d forms have mistakes", n)
			}
			v.wantWhole(t, a)
		})
	})
	t.Run("lets nobody guess for long, without shutting the owner out of the login", func(t *testing.T) {
		v := ann(t)
		for range 5 {
			v.submit("/profile/password", "current", "wrong password", "password", newPassword).want(t, 422)
		}
		v.submit("/profile/password", "current", storetest.Password, "password", newPassword).want(t, 429, "Too many attempts")
		v.submit("/profile/email", "email", "new@example.com", "password", storetest.Password).want(t, 429)
		v.submit("/profile/delete", "email", "ann@example.com", "password", storetest.Password).want(t, 429)
		v.get("/clients").want(t, 200)
		v.site.browser().login("ann@example.com")
		v.site.now = v.site.now.Add(time.Minute)
		v.submit("/profile/password", "current", storetest.Password, "password", newPassword).want(t, 303)
	})
	t.Run("refuses a sign-in that started with the old password", func(t *testing.T) {
		v := ann(t)
		begun, err := v.store.SignIn(t.Context(), store.Origin{Address: "::1"}, "ann@example.com", storetest.Password, v.site.now)
		if err != nil {
			t.Fatal(err)
		}
		v.submit("/profile/password", "current", storetest.Password, "password", newPassword).want(t, 303)
		err = v.store.CreateSession(t.Context(), store.NewToken(), domain.Session{UserID: begun.ID, PasswordAt: begun.PasswordAt,
			CreatedAt: v.site.now, SeenAt: v.site.now})
		if !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the session: %v", err)
		}
	})
}
