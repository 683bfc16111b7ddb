package handlers_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
	"postrider/store/storetest"
)

func TestTeamQuota(t *testing.T) {
	w := watching(t, domain.RoleAdmin)
	quota := func() domain.Quota {
		q, err := w.store.Quota(t.Context(), w.bob.TeamID, w.site.now)
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	to := path("teams", w.bob.TeamID) + "/quota"
	for _, typed := range []string{"-1", "1.5", "many", "99999999999"} {
		w.submit(to, "max_clients", "7", "max_letters", typed).wantMistakes(t, "max_letters", "Enter a whole number")
	}
	if q := quota(); q.MaxClients != nil || q.MaxLetters != nil {
		t.Errorf("a mistake has set %+v", q)
	}
	a := w.submit(to, "max_clients", "1", "max_letters", " 1 ", "user_id", num(w.bob.ID))
	a.want(t, 303)
	a.wantTo(t, path("users", w.bob.ID))
	if q := quota(); *q.MaxClients != 1 || *q.MaxLetters != 1 {
		t.Errorf("the quota is %+v", q)
	}
	w.get(path("users", w.bob.ID)).want(t, 200, `name="max_letters"`, "Emails per day", "0 of 1")
	w.owner.submit("/clients", "email", "third@example.com").want(t, 422, "up to 1 client.")
	second := storetest.Mailing(t, w.store, w.bob.TeamID, w.site.now, "2026-03-10T12:00", "", "UTC", domain.Daily)
	w.owner.get(path("mailings", second.ID)).wantLack(t, "limit of 1 email")
	w.site.now = w.site.now.Add(2 * time.Minute)
	w.deliver(domain.Result{Stage: domain.StageDot, Outcome: domain.OutcomeSent, Scope: domain.ScopeRecipient,
		Reply: domain.Reply{Code: 250}})
	w.owner.get(path("mailings", second.ID)).want(t, 200, "The team has reached today&#39;s limit of 1 email.", "11 Mar 2026, 00:00")
	w.submit(to, "max_clients", "", "max_letters", "").want(t, 303)
	if q := quota(); q.MaxClients != nil || q.MaxLetters != nil {
		t.Errorf("without limits it is %+v", q)
	}
	w.submit("/teams/999/quota").want(t, 404)
	w.owner.submit(to, "max_letters", "9").want(t, 403)
}

// Where anyone on the internet can sign up, a new team has limits from its first day. Where the operator is alone or chooses who comes, it
// has none.
func TestNewTeamsQuota(t *testing.T) {
	for _, c := range []struct {
		signUp, url string
		limited     bool
	}{
		{"open", "https://post.example.com", true},
		{"open", "http://192.0.2.1:8080", true},
		{"open", "http://localhost:8080", false},
		{"open", "http://127.0.0.1:8080", false},
		{"open", "http://[::1]:8080", false},
		{"invite", "https://post.example.com", false},
		{"closed", "https://post.example.com", false},
	} {
		st := open(t, func(s *handlers.Server) {
			u, err := url.Parse(c.url)
			if err != nil {
				t.Fatal(err)
			}
			s.SignUp, s.URL = domain.SignUpMode(c.signUp), u
		})
		if got := st.store.NewTeam.Limited(); got != c.limited {
			t.Errorf("%s at %s: limits %v", c.signUp, c.url, got)
		}
	}
	st := open(t)
	st.userOf("admin@example.org", domain.RoleAdmin)
	b := st.browser()
	b.submit("/signup", "email", "new@example.com", "password", storetest.Password).want(t, 303)
	b.submit(link(t, st.letter())).want(t, 303)
	b.login("new@example.com")
	b.get("/team").want(t, 200, "Usage", "0 of 1,000", "0 of 200", "0 of 50", "1 of 5", "0 of 5", "at most 60", "midnight UTC")
	u, err := st.store.UserByEmail(t.Context(), "new@example.com")
	if err != nil {
		t.Fatal(err)
	}
	admin := st.enter(st.userOf("second@example.org", domain.RoleAdmin))
	a := admin.get(path("users", u.ID))
	a.want(t, 200, "0 of 200", `name="max_letters"`, `value="200"`, `name="max_megabytes"`, `name="max_members"`, `name="max_invitations"`, `name="max_writes"`)
	admin.submit(path("teams", u.TeamID)+"/quota", "max_letters", "5000", "max_writes", "").want(t, 303)
	if q, err := st.store.Quota(t.Context(), u.TeamID, st.now); err != nil || q.String() != "max_clients=1000 max_letters=5000 max_megabytes=50 max_members=5 max_invitations=5 max_writes=none" {
		t.Errorf("raised it is %s, %v", q, err)
	}
	admin.get("/audit").want(t, 200, "Emails per day: 5000", "Changes per minute: no limit")
}

// A team that saves too fast is refused before its form is read. What stops something always works.
func TestSecurityWritesAMinute(t *testing.T) {
	t.Parallel()
	v := ann(t)
	bob := v.newUser("bob@example.com")
	v.raw.Set("users", "team_id", v.user.TeamID, "id", bob.ID)
	other, _ := v.signedIn("other@example.com")
	v.client("one@example.com")
	m := v.mailing("2026-03-10T11:00", "")
	few := 3
	if err := v.store.SetQuota(t.Context(), domain.Actor{}, v.user.TeamID, domain.Quota{MaxWrites: &few}, v.site.now); err != nil {
		t.Fatal(err)
	}
	for i := range few { // whatever is saved
		v.submit([]string{"/clients", "/messages", "/profile"}[i], "email", "x").want(t, 422)
	}
	for _, b := range []*browser{v.browser, v.enter(bob)} { // a colleague counts too
		for _, to := range []string{"/clients", "/messages", "/mailings", path("mailings", m.ID) + "/send", "/team/name", "/team/invite", "/language"} {
			a := b.submit(to, "email", "new@example.com", "name", "x", "lang", "ru")
			a.want(t, 429, "Your team can save 3 times a minute")
			if a.Header().Get("Retry-After") != "20" {
				t.Errorf("%s: to be tried again after %q", to, a.Header().Get("Retry-After"))
			}
		}
	}
	if all := v.clients(v.user.TeamID); len(all) != 1 { // the client of the mailing
		t.Errorf("clients %q", all)
	}
	v.byHtmx(func() { v.submit("/clients", "email", "new@example.com").want(t, 429, "Your team can save") })
	other.submit("/clients", "email", "new@example.com").want(t, 303)
	v.get("/clients").want(t, 200)
	v.submit(path("mailings", m.ID)+"/pause").want(t, 303)
	if !v.stored(m.ID).Paused() {
		t.Error("it is not paused")
	}
	v.submit("/messages/preview", "subject", "x", "body", "x").want(t, 200)
	v.site.now = v.site.now.Add(20 * time.Second)
	v.submit("/clients", "email", "new@example.com").want(t, 303)
	v.submit("/clients", "email", "newer@example.com").want(t, 429)
	v.submit("/profile/sessions", "others", "1").want(t, 303)
	v.submit("/logout").want(t, 303)
	t.Run("nobody saves faster than a person can, in any team", func(t *testing.T) {
		saved := 0
		for range domain.UserWrites + 50 {
			if a := other.submit("/clients", "email", "no address"); a.Code == 422 {
				saved++
			}
		}
		if saved != domain.UserWrites {
			t.Errorf("%d were looked at", saved)
		}
	})
	t.Run("every path that is never counted is one of a POST", func(t *testing.T) {
		for path := range handlers.Uncounted {
			if !slices.Contains(v.lines(), "POST "+path) {
				t.Errorf("there is no %s", path)
			}
		}
	})
}

// A form that exceeds the team's storage keeps what was typed.
func TestStorageQuota(t *testing.T) {
	asBoth(t, func(t *testing.T, v visit) {
		none := 0
		if err := v.store.SetQuota(t.Context(), domain.Actor{}, v.user.TeamID, domain.Quota{MaxMegabytes: &none}, v.site.now); err != nil {
			t.Fatal(err)
		}
		v.submit("/messages", "subject", "Kept subject", "body", "kept body").want(t, 422, "can store up to 0 MB", "Kept subject", "kept body")
		v.submit("/clients", "email", "kept@example.com", "comment", "kept comment").want(t, 422, "can store up to 0 MB", "kept@example.com", "kept comment")
	})
}

// A user's page offers to block and unblock the whole team.
func TestBlockingATeam(t *testing.T) {
	w := watching(t, domain.RoleManager)
	puppet := w.newUser("puppet@example.com")
	w.raw.Set("users", "team_id", w.bob.TeamID, "id", puppet.ID)
	inside := w.enter(puppet)
	to := path("users", w.bob.ID)
	w.get(to).want(t, 200, `name="team" value="1"`, "everyone in the team")
	w.submit(to+"/block", "team", "1", "reason", "").want(t, 422, `name="team" value="1" checked`)
	inside.get("/clients").want(t, 200)
	w.submit(to+"/block", "team", "1", "reason", "spam").want(t, 303)
	w.get(to).want(t, 200, "2 people in the team are blocked.")
	inside.get("/clients").want(t, 303)
	w.owner.submit("/clients", "email", "x@example.com").wantTo(t, "/login?next=%2F")
	w.submit(to+"/unblock", "team", "1").want(t, 303)
	for _, id := range []int64{w.bob.ID, puppet.ID} {
		if u, err := w.store.User(t.Context(), id); err != nil || u.Blocked() {
			t.Errorf("%s is blocked still, %v", u.Email, err)
		}
	}
}

// An invitation repeats nothing that others typed but two plain names, and its To is the bare address.
func TestSecurityInvitationCarriesNoAds(t *testing.T) {
	t.Parallel()
	const spam = "WIN http://evil.example/now www.evil.example me@evil.example +7 800 555-35-35 \u202e**x** "
	v := named(t, spam+strings.Repeat("y", 100))
	v.raw.Set("teams", "name", spam) // accepted by an older version
	v.invite("victim@example.com")
	l := v.letter()
	if l.To.Name != "" || l.To.Email != "victim@example.com" {
		t.Errorf("it is to %+v", l.To)
	}
	text := strings.Replace(l.Subject+l.Body, link(t, l), "", 1)
	for _, bad := range []string{"evil.example", "@", "://evil", "www.", "555", "\u202e", "*", "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q stands in %s", bad, text)
		}
	}
	v.raw.Set("users", "name", "💰💰")
	v.raw.Set("teams", "name", "!!!")
	v.invite("other@example.com")
	if l := v.letter(); !strings.Contains(l.Body, "Someone invites you to a team") {
		t.Errorf("without names it says %s", l.Body)
	}
}
