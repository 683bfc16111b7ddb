package e2e

import (
	"fmt"
	"testing"
	"time"

	"postrider/domain"
	"postrider/locale"
	"postrider/mail/mailtest"
	"postrider/store"
	"postrider/store/storetest"
)

// TestPlainConfirm: without scripts, what can't be undone takes a second click, on a page that says what will happen.
func TestPlainConfirm(t *testing.T) {
	for _, lang := range languages() {
		t.Run("nothing is deleted or sent by one click, in "+lang, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t, lang)
			p := locale.For(lang, nil)
			edit(t, o.path, `UPDATE users SET role = 'admin' WHERE email = $1`, ownerEmail)
			o.share(t, colleagueEmail, lang)
			spare := storetest.Message(t, o.store, o.owner.TeamID, "Spare", "x")
			article := storetest.Post(t, o.store, "Rye bread", time.Now())
			started, startedName := o.start(t)
			relay := mailtest.New(t, mailtest.Config{})
			b := o.plain(t, serve(t, "--db", o.path, "--smtp", relay.URL()).url, ownerEmail, lang)
			colleague := fmt.Sprintf("/users/%d", o.id(t, colleagueEmail))
			for _, c := range []struct{ page, action, asks, does string }{
				{started, started + "/send", p.T("%d emails will go out now. Send them?", 1), p.T("The emails are on their way.")},
				{"/clients", fmt.Sprintf("/clients/%d/delete", o.client.ID), p.T("Delete %s? Emails waiting for this client will be cancelled.", officeClient), p.T("Deleted %s.", officeClient)},
				{"/messages", fmt.Sprintf("/messages/%d/delete", spare.ID), p.T("Delete the message “%s”?", "Spare"), p.T("Deleted “%s”.", "Spare")},
				{"/posts", fmt.Sprintf("/posts/%d/delete", article.ID), p.T("Delete the article “%s”? Links to it will stop working.", "Rye bread"), p.T("Deleted “%s”.", "Rye bread")},
				{colleague, colleague + "/remove", p.T("The user keeps their account and gets a new, empty team. The team keeps everything. We'll let them know by email."), p.T("%s is no longer in the team.", colleagueEmail)},
				{started, started + "/delete", p.T("Delete the mailing “%s”? Any send in progress is cancelled.", startedName), p.T("Deleted “%s”.", startedName)},
			} {
				before := o.all(t)
				asks := b.get(c.page).send(c.action, nil).says(200, c.asks)
				if now := o.all(t); now != before {
					t.Fatalf("one click on %s made of %s: %s", c.action, before, now)
				}
				asks.send(c.action, nil).says(200, c.does)
				relay.WaitFor(1, patience) // the first of them sends
			}
		})
	}
}

// start plans a mailing whose send may begin at any time, after one that has ended, and returns the address of its page and its name.
func (o office) start(t *testing.T) (path, name string) {
	t.Helper()
	now := time.Now()
	m := storetest.Mailing(t, o.store, o.owner.TeamID, now, domain.LocalTimeOf(now.Add(-time.Hour), time.UTC).String(), "", "UTC", domain.Once)
	edit(t, o.path, `UPDATE mailings SET next_at = NULL WHERE id = $1`, m.ID)
	return fmt.Sprintf("/mailings/%d", m.ID), m.Name
}

// id is the id of a user.
func (o office) id(t *testing.T, email string) int64 {
	t.Helper()
	u, err := o.store.UserByEmail(t.Context(), email)
	if err != nil {
		t.Fatal(err)
	}
	return u.ID
}

// all counts what the office has.
func (o office) all(t *testing.T) string {
	t.Helper()
	ctx, team := t.Context(), o.owner.TeamID
	clients, _ := o.store.Clients(ctx, team, store.ClientQuery{})
	messages, _ := o.store.Messages(ctx, team, store.MessageQuery{})
	mailings, _ := o.store.Mailings(ctx, team, store.MailingQuery{})
	posts, _ := o.store.Posts(ctx, store.PostQuery{}, time.Now())
	people, err := o.store.TeamUsers(ctx, team)
	if err != nil {
		t.Fatal(err)
	}
	runs := 0
	for _, m := range mailings.Rows {
		of, err := o.store.Runs(ctx, m.ID, 10)
		if err != nil {
			t.Fatal(err)
		}
		runs += len(of)
	}
	return fmt.Sprint(clients.Total, messages.Total, mailings.Total, posts.Total, len(people), runs)
}
