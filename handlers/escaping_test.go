package handlers_test

import (
	"net/url"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store"
)

// evil is a hostile text that closes attributes, tags and comments.
const evil = `--><script>alert(1)</script>"'><b onmouseover=alert(2)>`

// wantEscaped fails unless the evil text is shown and no part of it is parsed as HTML.
func (a answer) wantEscaped(t testing.TB) {
	t.Helper()
	a.want(t, a.Code, "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&gt;&lt;b onmouseover=alert(2)&gt;")
	a.wantLack(t, "<script>alert", "<b onmouseover", `"'>`, "-->")
}

// Input: text is shown escaped, wherever it comes from: names, comments, the relay's replies, form input.
func TestSecurityEscaping(t *testing.T) {
	t.Parallel()
	t.Run("the names of a client, a message and a mailing on every page and fragment", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			cl, msg, m := v.evilThings()
			for _, to := range []string{"/clients", "/clients?part=list", path("clients", cl.ID), path("clients", cl.ID) + "?part=row",
				path("clients", cl.ID) + "/edit", path("clients", cl.ID) + "/edit?part=row",
				"/messages", "/messages?part=list", path("messages", msg.ID), path("messages", msg.ID) + "?part=row",
				path("messages", msg.ID) + "/edit", path("messages", msg.ID) + "/edit?part=row",
				"/mailings", "/mailings?part=list", path("mailings", m.ID), path("mailings", m.ID) + "?part=row",
				path("mailings", m.ID) + "?part=live", path("mailings", m.ID) + "/edit", path("mailings", m.ID) + "/edit?part=row",
				path("mailings", m.ID) + "/log", "/mailings/new", "/mailings/picker"} {
				a := v.get(to)
				a.want(t, 200)
				a.wantEscaped(t)
			}
		})
	})
	t.Run("in the flash after an action", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			_, msg, m := v.evilThings()
			v.submit(path("messages", msg.ID) + "/delete").wantEscaped(t)
			v.wantGone(t, v.submit(path("mailings", m.ID)+"/delete"), "/mailings")
			if a := v.submit(path("messages", msg.ID) + "/delete"); v.htmx {
				a.wantEscaped(t)
			} else {
				v.get("/messages").wantEscaped(t)
			}
		})
	})
	t.Run("the words of the relay, in the log and on the mailing's page", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.client("own@example.com")
			m := v.mailing("2026-03-10T11:00", "")
			v.deliver(domain.Result{Stage: domain.StageRcpt, Outcome: domain.OutcomePermanent, Scope: domain.ScopeRecipient,
				Reply: domain.Reply{Code: 550, Enhanced: "5.1.1", Text: evil}})
			for _, to := range []string{"", "?part=live", "/log"} {
				a := v.get(path("mailings", m.ID) + to)
				a.want(t, 200, "550 5.1.1 --&gt;", "There&#39;s no mailbox with this address.")
				a.wantEscaped(t)
			}
			v.get("/clients/1").want(t, 200, m.Name, "Failed")
		})
	})
	t.Run("the User-Agent of a browser", func(t *testing.T) {
		st := open(t)
		st.newUser("ann@example.com")
		b := st.browser()
		b.header["User-Agent"] = evil + " Firefox/99"
		b.login("ann@example.com")
		a := b.get("/profile")
		a.want(t, 200, "ann@example.com")
		a.wantLack(t, "<script>alert", "<b onmouseover")
	})
	t.Run("a search text", func(t *testing.T) {
		v := ann(t)
		for _, list := range []string{"/clients", "/messages", "/mailings"} {
			for _, v.htmx = range []bool{false, true} {
				v.get(list + "?part=list&q=" + url.QueryEscape(evil)).wantEscaped(t)
			}
		}
	})
	t.Run("form input that is shown again", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			for to, form := range map[string][]string{
				"/clients":  {"email", evil, "full_name", evil, "comment", evil},
				"/messages": {"subject", evil, "body", evil + "{{" + evil},
				"/mailings": mailingFields(1, "name", evil, "message_id", evil, "starts_at", evil, "time_zone", evil, "client_ids", evil, "find", evil),
			} {
				a := v.submit(to, append(form, "version", evil)...)
				a.want(t, 422)
				a.wantEscaped(t)
			}
		})
	})
}

// evilThings makes a client, a message and a mailing with the evil text in every field, and a refused letter.
func (v visit) evilThings() (domain.Client, domain.Message, domain.Mailing) {
	v.t.Helper()
	ctx := v.t.Context()
	cl, err := v.store.CreateClient(ctx, domain.CommandLineActor(), domain.Client{TeamID: v.user.TeamID, Email: "own@example.com", FullName: evil, Comment: evil}, v.site.now)
	if err != nil {
		v.t.Fatal(err)
	}
	msg := v.message(evil, evil)
	m := v.mailing("2026-03-10T11:00", "")
	m.Name, m.MessageID = evil, msg.ID
	if m, err = v.store.UpdateMailing(ctx, domain.CommandLineActor(), m, v.site.now); err != nil {
		v.t.Fatal(err)
	}
	v.deliver(domain.Result{Stage: domain.StageRcpt, Outcome: domain.OutcomePermanent, Scope: domain.ScopeRecipient})
	return cl, msg, m
}

func TestMailingLog(t *testing.T) {
	v := ann(t)
	v.client("one@example.com")
	m := v.mailing("2026-03-10T11:00", "")
	v.get(path("mailings", m.ID)+"/log").want(t, 200, "<h1>Log</h1>", "0 attempts")
	v.deliver(domain.Result{Outcome: domain.OutcomeSent, Reply: domain.Reply{Code: 250, Enhanced: "2.0.0", Text: "queued as 7"}})
	t.Run("shows each attempt with the relay's own words", func(t *testing.T) {
		v.get(path("mailings", m.ID)+"/log").want(t, 200, "250 2.0.0 queued as 7", "one@example.com", "Sent", "1 attempt")
		v.get(path("mailings", m.ID)).want(t, 200, "250 2.0.0 queued as 7", "1 of 1 sent", "Full log")
	})
	t.Run("can be narrowed to an outcome or a recipient", func(t *testing.T) {
		for query, there := range map[string]bool{"?outcome=sent": true, "?outcome=permanent": false, "?q=ONE%40": true,
			"?q=nobody": false, "?outcome=%27": false, "?after=zzz": true} {
			if got := strings.Contains(v.get(path("mailings", m.ID)+"/log"+query).body, "queued as 7"); got != there {
				t.Errorf("%s: shown: %v", query, got)
			}
		}
	})
	t.Run("outlives the client", func(t *testing.T) {
		page, err := v.store.Clients(t.Context(), v.user.TeamID, store.ClientQuery{})
		if err != nil {
			t.Fatal(err)
		}
		v.submit(path("clients", page.Rows[0].ID)+"/delete").want(t, 303)
		v.get(path("mailings", m.ID)+"/log").want(t, 200, "one@example.com", "queued as 7")
	})
}
