package handlers_test

import (
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
	"postrider/store/storetest"
)

// invite sends an invitation as v and returns its path as the page shows it.
func (v visit) invite(email string) string {
	v.t.Helper()
	return shownLink(v.t, v.submit("/team/invite", "email", email))
}

// inviteByLetter sends an invitation as v and returns its path in the letter, the last one in the outbox.
func (v visit) inviteByLetter(email string) string {
	v.t.Helper()
	v.letters()
	v.invite(email)
	all := v.letters()
	if len(all) != 1 {
		v.t.Fatalf("letters %+v", all)
	}
	return link(v.t, all[0])
}

// shownLink returns the path of the link that a page shows for copying.
func shownLink(t testing.TB, a answer) string {
	t.Helper()
	a.want(t, 200, `id="invite-link"`)
	_, link, _ := strings.Cut(a.body, `value="http://`+publicHost)
	link, _, _ = strings.Cut(link, `"`)
	if !strings.HasPrefix(link, "/invite/") {
		t.Fatalf("no link in %s", a.body)
	}
	return link
}

func TestTeam(t *testing.T) {
	t.Parallel()
	t.Run("shows its members, what it has and its limits", func(t *testing.T) {
		v := ann(t)
		most := 7
		if err := v.store.SetQuota(t.Context(), domain.Actor{}, v.user.TeamID, domain.Quota{MaxClients: &most}, v.site.now); err != nil {
			t.Fatal(err)
		}
		v.client("one@example.com")
		a := v.get("/team")
		a.want(t, 200, "Team “User ann@example.com”", "ann@example.com", "You", "1 of 7", "No open invitations.", `aria-current="page"`)
		a.wantLack(t, "/team/leave", "/remove")
	})
	t.Run("is renamed in place", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			a := v.submit("/team/name", "name", " Bäckerei <b> ")
			if v.htmx {
				a.want(t, 200, "Team “Bäckerei &lt;b&gt;”", "Saved.")
			} else {
				a.want(t, 303)
				v.get("/team").want(t, 200, "Team “Bäckerei &lt;b&gt;”", "Saved.")
			}
			v.submit("/team/name", "name", " ").want(t, 422, "A team needs a name.", `href="#team-name"`)
			v.submit("/team/name", "name", strings.Repeat("x", 101)).want(t, 422, "Use at most 100 characters.", strings.Repeat("x", 101))
		})
	})
	t.Run("is shared at once with those who join, and no longer with those removed", func(t *testing.T) {
		v := ann(t)
		bob, _ := v.signedIn("bob@example.com")
		cl := v.client("shared@example.com")
		to := path("clients", cl.ID)
		bob.get(to).want(t, 404)
		bob.submit(v.invite("bob@example.com")).wantTo(t, "/mailings")
		bob.get(to).want(t, 200, "shared@example.com")
		u, err := v.store.UserByEmail(t.Context(), "bob@example.com")
		if err != nil {
			t.Fatal(err)
		}
		remove := "/team/members/" + num(u.ID) + "/remove"
		v.get("/team").want(t, 200, "bob@example.com", remove, "Owner")
		v.get(remove).want(t, 200, "Remove bob@example.com", "User ann@example.com", `action="`+remove+`"`)
		bob.get(to).want(t, 200)
		v.submit(remove).wantTo(t, "/team")
		bob.get(to).want(t, 404)
		bob.get("/team").want(t, 200, "Team “User bob@example.com”")
		v.submit(remove).want(t, 404)
		v.get("/team").wantLack(t, `id="member-`+num(u.ID))
	})
	t.Run("can be left by anyone but the owner and the last member", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.submit("/team/leave").want(t, 409, "the only member", "/profile/delete")
			bob, _ := v.signedIn("bob@example.com")
			bob.submit(v.invite("bob@example.com")).wantTo(t, "/mailings")
			v.submit("/team/leave").want(t, 409, "You own the team “User ann@example.com”")
			v.get("/team").wantLack(t, "/team/leave")
			bob.get("/team/leave").want(t, 200, "User ann@example.com")
			bob.htmx = v.htmx
			bob.submit("/team/leave").wantTo(t, "/team")
			bob.htmx = false
			bob.get("/team").want(t, 200, "You&#39;ve left the team")
			v.submit("/team/leave").want(t, 409)
		})
	})
	t.Run("does not let users remove themselves", func(t *testing.T) {
		v := ann(t)
		v.submit("/team/members/"+num(v.user.ID)+"/remove").want(t, 409, "You can&#39;t remove yourself.")
	})
}

func TestAcceptingAnInvitation(t *testing.T) {
	t.Parallel()
	t.Run("makes an account for a stranger, signs in, and shows the team's data", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.client("client@example.com")
			v.mailing("2026-03-11T09:00", "")
			to := v.inviteByLetter("bob@example.com")
			b := v.site.browser()
			b.htmx = v.htmx
			b.header["Accept-Language"] = "ru"
			before := v.dump()
			a := b.get(to)
			a.want(t, 200, "Присоединиться к команде «User ann@example.com»", "bob@example.com", `action="`+to+`"`)
			a.wantSecret(t)
			v.wantSame(t, before, "a GET")
			a = b.submit(to, "name", "Bob", "password", "short")
			a.want(t, 422, `value="Bob"`, `href="#password"`)
			a.wantSecret(t)
			a = b.submit(to, "name", "Bob", "password", storetest.Password, "time_zone", "Europe/Berlin", "role", "admin", "email", "evil@example.com")
			a.wantTo(t, "/mailings")
			b.htmx = false
			b.get("/mailings").want(t, 200, "Добро пожаловать в команду «User ann@example.com»", "Mailing 2026-03-11T09:00")
			u, err := v.store.UserByEmail(t.Context(), "bob@example.com")
			if err != nil || u.Role != domain.RoleUser || u.Language != "ru" || u.TimeZone != "Europe/Berlin" || u.Name != "Bob" || u.TeamID != v.user.TeamID {
				t.Errorf("%+v, %v", u, err)
			}
			b.get(to).want(t, 404)
			v.site.browser().submit(to, "password", storetest.Password).want(t, 404)
		})
	})
	t.Run("asks the owner of an account to sign in, and then to join", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.newUser("bob@example.com")
			to := v.inviteByLetter("bob@example.com")
			b := v.site.browser()
			next := "/login?next=" + strings.ReplaceAll(to, "/", "%2F")
			b.get(to).want(t, 200, `href="`+next+`"`)
			b.submit(to, "password", storetest.Password).wantTo(t, next)
			b.submit("/login", "email", "bob@example.com", "password", storetest.Password, "next", to).wantTo(t, to)
			b.htmx = v.htmx
			b.get(to).want(t, 200, "You&#39;re signed in as bob@example.com.", "Join the team")
			b.submit(to).wantTo(t, "/mailings")
			b.get("/team").want(t, 200, "Team “User ann@example.com”")
		})
	})
	t.Run("refuses users who would leave something behind, and says what", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			b, bob := v.signedIn("bob@example.com")
			cl := storetest.Client(t, v.store, bob.TeamID, "left@example.com")
			to := v.invite("bob@example.com")
			b.htmx = v.htmx
			for _, a := range []answer{b.get(to), b.submit(to)} {
				if a.Code != 200 && a.Code != 409 {
					t.Errorf("status %d", a.Code)
				}
				a.want(t, a.Code, "1 client, 0 messages and 0 mailings", `href="/team">Team “User bob@example.com”`)
				a.wantLack(t, `action="`+to+`"`)
			}
			b.submit(to).want(t, 409)
			b.submit(path("clients", cl.ID) + "/delete")
			b.submit(to).wantTo(t, "/mailings")
		})
	})
	t.Run("is not for another signed-in user", func(t *testing.T) {
		v := ann(t)
		to := v.invite("bob@example.com")
		v.get(to).want(t, 200, "the invitation is for bob@example.com", `action="/logout"`)
		v.submit(to, "password", storetest.Password).want(t, 409, "the invitation is for bob@example.com")
		v.site.browser().get(to).want(t, 200)
	})
	for mode, status := range map[string]int{"open": 303, "invite": 303, "closed": 403} {
		t.Run("for a stranger while sign-up is "+mode, func(t *testing.T) {
			st := open(t, func(s *handlers.Server) { s.SignUp = domain.SignUpMode(mode) })
			b, u := st.signedIn("ann@example.com")
			to := visit{st, b, u}.inviteByLetter("bob@example.com")
			a := st.browser().get(to)
			a.want(t, 200)
			if closed := strings.Contains(a.body, "New accounts can&#39;t be created"); closed != (mode == "closed") {
				t.Errorf("closed: %v", closed)
			}
			st.browser().submit(to, "password", storetest.Password).want(t, status)
			_, err := st.store.UserByEmail(t.Context(), "bob@example.com")
			if (err == nil) != (status == 303) {
				t.Errorf("the user: %v", err)
			}
			carol, _ := st.signedIn("carol@example.com")
			carol.submit(visit{st, b, u}.invite("carol@example.com")).wantTo(t, "/mailings")
		})
	}
}

// The link that the inviter may pass on.
func TestInvitationByItsLink(t *testing.T) {
	t.Parallel()
	t.Run("asks for the letter, with which the invited person joins", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			to := v.invite("bob@example.com")
			old := link(t, v.letter())
			b := v.site.browser()
			b.htmx = v.htmx
			a := b.get(to)
			a.want(t, 200, "Join the team “User ann@example.com”", "bob@example.com", `action="`+to+`"`, "Send me the email", "Sign in to join")
			a.wantLack(t, `type="password"`)
			a.wantSecret(t)
			v.site.now = v.site.now.Add(time.Hour) // one letter an hour per mailbox
			woken := v.woken.Load()
			b.wantGone(t, b.submit(to), "/login?notice=invited")
			b.get("/login?notice=invited").want(t, 200, "sent an email to the invited address")
			l := v.letter()
			if l.To.Email != "bob@example.com" || !strings.Contains(l.Body, "ann") || v.woken.Load() != woken+1 {
				t.Errorf("the letter is %+v", l)
			}
			b.get(old).want(t, 404)
			b.get(link(t, l)).want(t, 200, `type="password"`)
			b.wantGone(t, b.submit(link(t, l), "password", storetest.Password), "/mailings")
			b.get("/team").want(t, 200, "Team “User ann@example.com”")
			b.get(to).want(t, 404)
			b.submit(to).want(t, 404)
		})
	})
	t.Run("lets an account join whose owner signs in", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.newUser("bob@example.com")
			to := v.invite("bob@example.com")
			b := v.site.browser()
			b.get(to).want(t, 200, `href="/login?next=`+strings.ReplaceAll(to, "/", "%2F")+`"`)
			b.submit("/login", "email", "bob@example.com", "password", storetest.Password, "next", to).wantTo(t, to)
			b.htmx = v.htmx
			b.get(to).want(t, 200, "You&#39;re signed in as bob@example.com.")
			b.wantGone(t, b.submit(to), "/mailings")
		})
	})
	t.Run("limits the letters to one mailbox", func(t *testing.T) {
		v := ann(t)
		to := v.invite("bob@example.com")
		first := link(t, v.letter())
		for _, letters := range []int{0, 1, 1, 0} { // within an hour of the invitation, then hourly: three a day
			for range 3 {
				v.site.browser().submit(to).wantTo(t, "/login?notice=invited")
			}
			if got := v.letters(); len(got) != letters {
				t.Fatalf("%d letters, want %d", len(got), letters)
			} else if letters == 0 && first != "" {
				v.site.browser().get(first).want(t, 200) // the one already sent stays valid
			}
			first = ""
			v.site.now = v.site.now.Add(time.Hour)
		}
	})
	t.Run("offers nothing to a stranger while sign-up is closed", func(t *testing.T) {
		st := open(t, func(s *handlers.Server) { s.SignUp = "closed" })
		b, u := st.signedIn("ann@example.com")
		v := visit{st, b, u}
		v.newUser("known@example.com")
		for _, email := range []string{"known@example.com", "bob@example.com"} {
			to := v.invite(email)
			v.letters()
			a := st.browser().get(to)
			a.want(t, 200, "Sign-up is closed. If you have an account")
			a.wantLack(t, "<button>Send", `type="password"`)
			st.browser().submit(to).want(t, 403)
			st.noLetter(t)
		}
	})
}

func TestBadInvitations(t *testing.T) {
	v := ann(t)
	used := v.inviteByLetter("used@example.com")
	b := v.site.browser()
	b.submit(used, "password", storetest.Password).want(t, 303)
	late := v.inviteByLetter("late@example.com")
	v.site.now = v.site.now.Add(domain.InvitationValid)
	v.login("ann@example.com")
	void := v.invite("void@example.com")
	blocked := v.inviteByLetter("blocked@example.com")
	u := v.newUser("blocked@example.com")
	if _, err := v.store.BlockUser(t.Context(), domain.Actor{}, u.ID, "because", v.site.now); err != nil {
		t.Fatal(err)
	}
	v.raw.Delete("invitations", "email", "void@example.com")
	stranger := v.site.browser()
	for name, to := range map[string]string{"used": used, "late": late, "void": void, "blocked": blocked, "unknown": "/invite/" + strings.Repeat("x", 43), "short": "/invite/x"} {
		for _, a := range []answer{stranger.get(to), stranger.submit(to, "password", storetest.Password), v.get(to), v.submit(to)} {
			a.want(t, 404, "This link no longer works", "withdrawn")
			a.wantSecret(t)
			if strings.Contains(a.body, name+"@example.com") {
				t.Errorf("%s: it says for whom it is", name)
			}
		}
	}
}

// Adding a client over the team's limit is reported as a mistake in the form.
func TestClientQuota(t *testing.T) {
	asBoth(t, func(t *testing.T, v visit) {
		most := 1
		if err := v.store.SetQuota(t.Context(), domain.Actor{}, v.user.TeamID, domain.Quota{MaxClients: &most}, v.site.now); err != nil {
			t.Fatal(err)
		}
		v.submit("/clients", "email", "one@example.com")
		v.submit("/clients", "email", "two@example.com", "comment", "kept").want(t, 422, "Your team can have up to 1 client.", "two@example.com", "kept")
		if all := v.clients(v.user.TeamID); len(all) != 1 {
			t.Errorf("clients %q", all)
		}
	})
}
