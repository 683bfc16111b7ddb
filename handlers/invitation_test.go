package handlers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
)

func TestInviting(t *testing.T) {
	t.Run("sends a letter and shows another link once", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.submit("/team/name", "name", "*Evil* [team](http://evil.example) "+strings.Repeat("x", 60))
			shown := v.invite("Bob@example.com")
			l := v.letter()
			if link(t, l) == shown || l.To.Email != "Bob@example.com" || l.Language != "en" || l.ExpiresAt != v.site.now.Add(domain.InvitationValid) {
				t.Errorf("the letter is %+v", l)
			}
			for _, text := range []string{"*Evil* ", "](http", strings.Repeat("x", 40)} {
				if strings.Contains(l.Body, text) {
					t.Errorf("%q stands in %s", text, l.Body)
				}
			}
			if v.woken.Load() == 0 {
				t.Error("the sender was not woken")
			}
			a := v.get("/team")
			a.want(t, 200, "Bob@example.com", "/renew", "/withdraw")
			a.wantLack(t, "invite-link", shown)
			for _, secret := range []string{shown, link(t, l)} {
				if strings.Contains(strings.Join(withoutOutbox(v.dump()), "\n"), strings.TrimPrefix(secret, "/invite/")) {
					t.Error("a table holds the token")
				}
			}
		})
	})
	t.Run("says when the letter has to wait", func(t *testing.T) {
		st := open(t, func(s *handlers.Server) { s.Relay = func() domain.RelayState { return domain.RelayState{Down: true} } })
		b, _ := st.signedIn("ann@example.com")
		b.submit("/team/invite", "email", "bob@example.com").want(t, 200, "The mail server is down")
	})
	t.Run("writes in the inviter's language", func(t *testing.T) {
		v := ann(t)
		v.submit("/language", "lang", "ru")
		v.invite("bob@example.com")
		if l := v.letter(); l.Language != "ru" || l.Subject != "Приглашение в Postrider" {
			t.Errorf("the letter is %+v", l)
		}
	})
	t.Run("again makes a new link, and the old one is void", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			old := v.invite("bob@example.com")
			v.submit("/team/invitations/1/renew").want(t, 429, "less than an hour ago")
			v.site.now = v.site.now.Add(time.Hour)
			newer := shownLink(t, v.submit("/team/invitations/1/renew"))
			b := v.site.browser()
			b.get(old).want(t, 404)
			b.get(newer).want(t, 200)
			v.submit("/team/invitations/1/withdraw")
			b.get(newer).want(t, 404)
			v.get("/team").want(t, 200, "No open invitations.")
			v.submit("/team/invitations/1/renew").want(t, 404)
		})
	})
	t.Run("keeps invalid input, and throttles after 20 an hour", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.submit("/team/invite", "email", "nobody").want(t, 422, `value="nobody"`, `href="#invite-email"`)
			v.submit("/team/invite", "email", "ann@example.com").want(t, 422, "is already in the team")
			for n := range domain.InvitationsAnHour {
				v.invite(fmt.Sprintf("i%d@example.com", n))
			}
			a := v.submit("/team/invite", "email", "late@example.com")
			a.want(t, 429, "late@example.com", "Wait 60 minutes")
			if a.Header().Get("Retry-After") != "3600" {
				t.Errorf("Retry-After %q", a.Header().Get("Retry-After"))
			}
		})
	})
}

// withoutOutbox leaves out the letters: their tokens are erased once they are sent.
func withoutOutbox(rows []string) (rest []string) {
	for _, row := range rows {
		if !strings.HasPrefix(row, "outbox: ") {
			rest = append(rest, row)
		}
	}
	return rest
}
