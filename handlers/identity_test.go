package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store/storetest"
)

// letters takes all letters out of the outbox.
func (st *site) letters() (all []domain.SystemLetter) {
	for {
		l, err := st.store.ClaimLetter(st.t.Context(), 1, st.now)
		if err != nil {
			return all
		}
		all = append(all, l)
	}
}

// folded are addresses that Unicode lowercasing or normalization turns into another address. Mail servers may treat the two as different.
var folded = map[string]string{
	"m\u0130ke@example.com":                "mike@example.com",                     // LATIN CAPITAL LETTER I WITH DOT ABOVE
	"\u212aate@example.com":                "kate@example.com",                     // KELVIN SIGN
	"\u212bsa@example.com":                 "åsa@example.com",                      // ANGSTROM SIGN
	"Ä\u0130@b\u00fccher.example":          "äi@bücher.example",                    // and the domain in U-labels
	"\u0421\u0430\u0448\u0430@example.com": "\u0441\u0430\u0448\u0430@example.com", // a Cyrillic name with a capital
	"e\u0301lodie@example.com":             "\u00e9lodie@example.com",              // NFD and NFC
	"\uff41nn@example.com":                 "ann@example.com",                      // FULLWIDTH LATIN SMALL LETTER A
	"\u017fam@example.com":                 "sam@example.com",                      // LATIN SMALL LETTER LONG S
}

// A mailbox that only looks like an account's address gets no letter about that account and learns nothing about it.
func TestSecurityFoldedAddresses(t *testing.T) {
	t.Parallel()
	for typed, owner := range folded {
		t.Run(typed, func(t *testing.T) {
			st := open(t)
			st.userFrom(domain.SignUp{Email: owner, Name: "Owner", Language: "en", TimeZone: "UTC"}, domain.RoleUser)
			a := domainKey(t, owner)
			st.raw.Set("users", "email_key", a)
			thief := st.browser()
			for _, path := range []string{"/forgot", "/verify/resend"} {
				thief.submit(path, "email", typed).want(t, 303)
				for _, l := range st.letters() {
					t.Errorf("%s: a letter to %s: %s", path, l.To.Email, l.Body)
				}
			}
			thief.submit("/login", "email", typed, "password", storetest.Password).want(t, 422)
			thief.submit("/signup", "email", typed, "password", newPassword).want(t, 303)
			all := st.letters()
			if len(all) != 1 || !strings.Contains(all[0].Body, "/verify/") {
				t.Errorf("signing up, they get %+v", all)
			}
			if n := st.raw.Count("users"); n != 2 {
				t.Errorf("there are %d accounts", n)
			}
		})
	}
}

func domainKey(t *testing.T, email string) string {
	t.Helper()
	a, err := domain.ParseAddress(email)
	if err != nil {
		t.Fatal(err)
	}
	return a.Key()
}

// A letter about an account goes to the address stored in the account, however the address was typed in the request.
func TestSecurityLettersToTheStoredAddress(t *testing.T) {
	t.Parallel()
	want := func(t *testing.T, st *site, what string) {
		t.Helper()
		for i, l := range st.letters() {
			if l.To.Email != "ann@example.com" && i == 0 {
				t.Errorf("%s: the letter goes to %s", what, l.To.Email)
			}
		}
	}
	t.Run("of an account", func(t *testing.T) {
		st := open(t)
		st.newUser("ann@example.com")
		eve, of := st.signedIn("eve@example.com")
		b := st.browser()
		b.submit("/forgot", "email", "ANN@Example.COM").want(t, 303)
		want(t, st, "reset")
		st.now = st.now.Add(time.Hour) // one letter an hour per mailbox
		b.submit("/signup", "email", "Ann@example.com", "password", newPassword).want(t, 303)
		want(t, st, "signing up again")
		st.now = st.now.Add(time.Hour) // one letter an hour per mailbox
		eve.submit("/profile/email", "email", "aNN@example.com", "password", storetest.Password).want(t, 303)
		want(t, st, "taking the address")
		st.now = st.now.Add(24 * time.Hour) // three letters a day per mailbox
		eve = st.enter(of)
		eve.submit("/team/invite", "email", "ANN@example.com").want(t, 200)
		want(t, st, "an invitation")
	})
	t.Run("of an unconfirmed account", func(t *testing.T) {
		st := open(t)
		b := st.browser()
		b.submit("/signup", "email", "ann@example.com", "password", storetest.Password).want(t, 303)
		want(t, st, "signing up")
		st.now = st.now.Add(time.Hour) // one letter an hour per mailbox
		b.submit("/signup", "email", "ANN@example.com", "password", storetest.Password).want(t, 303)
		want(t, st, "signing up again")
		st.now = st.now.Add(time.Hour) // one letter an hour per mailbox
		b.submit("/verify/resend", "email", "ANN@example.com").want(t, 303)
		want(t, st, "the letter again")
	})
}

// If someone else started an account with your address and you confirm it, nothing they set stays in force.
func TestSecurityAccountBegunBySomeoneElse(t *testing.T) {
	t.Parallel()
	const eves = "the password of Eve"
	refused := func(t *testing.T, st *site) {
		t.Helper()
		if a := st.browser().submit("/login", "email", "ann@example.com", "password", eves); a.Code != 422 {
			t.Errorf("Eve signs in: %d", a.Code)
		}
	}
	t.Run("a sign-up", func(t *testing.T) {
		st := open(t)
		eve, ann := st.browser(), st.browser()
		eve.submit("/signup", "email", "ann@example.com", "password", eves, "name", "Eve").want(t, 303)
		to := link(t, st.letter())
		ann.get(to).want(t, 200, "<button")
		ann.submit(to)
		refused(t, st)
		ann.submit(to, "password", newPassword).want(t, 303)
		refused(t, st)
		ann.get("/profile").want(t, 200, "ann@example.com")
		st.browser().submit("/login", "email", "ann@example.com", "password", newPassword).want(t, 303)
	})
	t.Run("a sign-up whose letter was asked for once more", func(t *testing.T) {
		st := open(t)
		eve, ann := st.browser(), st.browser()
		eve.submit("/signup", "email", "ann@example.com", "password", eves).want(t, 303)
		st.letter()
		st.now = st.now.Add(time.Hour) // one letter an hour per mailbox
		eve.submit("/verify/resend", "email", "ann@example.com").want(t, 303)
		to := link(t, st.letter())
		ann.submit(to)
		ann.submit(to, "password", newPassword)
		refused(t, st)
	})
	t.Run("another sign-up after the owner's", func(t *testing.T) {
		st := open(t)
		eve, ann := st.browser(), st.browser()
		ann.submit("/signup", "email", "ann@example.com", "password", storetest.Password).want(t, 303)
		st.letter()
		st.now = st.now.Add(time.Hour) // one letter an hour per mailbox
		eve.submit("/signup", "email", "ann@example.com", "password", eves).want(t, 303)
		to := link(t, st.letter())
		ann.submit(to)
		ann.submit(to, "password", newPassword)
		refused(t, st)
	})
	t.Run("a change of address", func(t *testing.T) {
		st := open(t)
		eve, _ := st.signedIn("eve@example.com")
		eve.submit("/profile/email", "email", "ann@example.com", "password", storetest.Password).want(t, 303)
		to := link(t, st.letter())
		ann := st.browser()
		ann.get(to).want(t, 200, "eve@example.com", "ann@example.com")
		if a := ann.submit(to); a.Code != 422 {
			t.Errorf("Ann gives her address to the account of Eve by one click: %d", a.Code)
		}
		ann.submit(to, "password", newPassword).want(t, 422)
		if a := st.browser().submit("/login", "email", "ann@example.com", "password", storetest.Password); a.Code != 422 {
			t.Errorf("Eve signs in as Ann: %d", a.Code)
		}
	})
}

// The link shown to the inviter proves nobody's address.
func TestSecurityCopiedInvitation(t *testing.T) {
	t.Parallel()
	t.Run("makes no account in the name of somebody else", func(t *testing.T) {
		v := ann(t)
		to := v.invite("bob@example.com")
		v.letters()
		puppet := v.site.browser()
		puppet.submit(to, "name", "Bob", "password", storetest.Password, "time_zone", "UTC")
		if a := puppet.get("/team"); a.Code == http.StatusOK {
			t.Error("whoever holds the link is signed in as Bob")
		}
		if u, err := v.store.UserByEmail(t.Context(), "bob@example.com"); err == nil && (u.Verified() || u.TeamID == v.user.TeamID) {
			t.Errorf("an account of Bob: %+v", u)
		}
	})
	t.Run("neither takes over nor changes a sign-up that waits for its confirmation", func(t *testing.T) {
		v := ann(t)
		bob := v.site.browser()
		bob.submit("/signup", "email", "bob@example.com", "password", newPassword, "name", "Bob").want(t, 303)
		own := link(t, v.letter())
		to := v.invite("bob@example.com")
		before := v.raw.Rows("users", "*")
		v.site.browser().submit(to, "name", "Eve", "password", storetest.Password)
		if change := changed(before, v.raw.Rows("users", "*")); change != "" {
			t.Errorf("it changed %s", change)
		}
		bob.submit(own).want(t, 303)
		bob.get("/team").want(t, 200, "Team “Bob”")
	})
	t.Run("does not reveal whether the address has an account", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.newUser("confirmed@example.com")
			v.site.browser().submit("/signup", "email", "waiting@example.com", "password", newPassword).want(t, 303)
			blocked := v.newUser("blocked@example.com")
			v.raw.Set("users", "blocked_at", 1, "id", blocked.ID)
			eve := v.site.browser()
			eve.htmx = v.htmx
			want := map[string]string{}
			for _, who := range []string{"nobody", "confirmed", "waiting", "blocked"} {
				to := v.invite(who + "@example.com")
				for name, a := range map[string]answer{"GET": eve.get(to), "POST": eve.submit(to, "name", "Eve", "password", storetest.Password)} {
					got := strings.NewReplacer(to, "/invite/…", strings.ReplaceAll(to, "/", "%2F"), "%2Finvite%2F…", who+"@", "…@").
						Replace(http.StatusText(a.Code) + a.Header().Get("Location") + a.Header().Get("HX-Redirect") + a.body)
					if want[name] == "" {
						want[name] = got
					}
					if got != want[name] {
						t.Errorf("%s: %s is told from nobody: %s\nand\n%s", name, who, got, want[name])
					}
				}
			}
		})
	})
}

// The newest member cannot take the team from its founder.
func TestSecurityTeamTakenOver(t *testing.T) {
	t.Parallel()
	v := ann(t)
	bob, u := v.signedIn("bob@example.com")
	bob.submit(v.invite("bob@example.com")).wantTo(t, "/mailings")
	v.letters()
	founder := num(v.user.ID)
	for _, path := range []string{"/team/members/" + founder + "/remove", "/team/members/" + num(u.ID) + "/owner", "/users/" + num(u.ID) + "/owner", "/users/" + founder + "/remove"} {
		if a := bob.submit(path, "password", storetest.Password); a.Code != 403 && a.Code != 404 {
			t.Errorf("%s: %d", path, a.Code)
		}
	}
	v.get("/team").want(t, 200, "Team “User ann@example.com”", "bob@example.com")
	remove := "/team/members/" + num(u.ID) + "/remove"
	v.submit(remove).wantTo(t, "/team")
	all := v.letters()
	if len(all) != 1 || all[0].To.Email != "bob@example.com" || !strings.Contains(all[0].Body, "ann") {
		t.Errorf("whoever was removed hears %+v", all)
	}
}
