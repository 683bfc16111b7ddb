// Package demo fills a store with a plausible team, its history and its articles.
package demo

import (
	"context"
	"time"

	"postrider/domain"
	"postrider/store"
)

// The demo's only user.
const (
	Email    = "demo@postrider.example"
	Password = "postrider-demo"
)

// demo fills a store through the methods that the service itself uses, with past times.
type demo struct {
	store    *store.Store
	now      time.Time
	user     int64
	team     int64
	epoch    int64
	messages map[string]int64
	zone     *time.Location
}

// morning is nine o'clock, the given number of days from today.
func (d demo) morning(days int) time.Time {
	y, m, day := d.now.In(d.zone).Date()
	return time.Date(y, m, day+days, 9, 0, 0, 0, d.zone)
}

// Fill creates the demo's user, with a history of some weeks that ends at now, and mailings that run within a minute of
// now.
func Fill(ctx context.Context, db *store.Store, now time.Time) error {
	began := now.AddDate(0, 0, -45)
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		return err
	}
	u, err := db.AddUser(ctx, domain.SignUp{Email: Email, Name: "Corner Bakery", Password: Password,
		Language: "en", TimeZone: zone.String()}, domain.RoleAdmin, began)
	if err != nil {
		return err
	}
	d := demo{store: db, now: now, user: u.ID, team: u.TeamID, messages: map[string]int64{}, zone: zone}
	if d.epoch, _, err = db.TakeOver(ctx, began); err != nil {
		return err
	}
	for _, fill := range []func(context.Context, time.Time) error{d.addClients, d.addMessages, d.addHistory, d.addComing,
		d.addPosts} {
		if err := fill(ctx, began); err != nil {
			return err
		}
	}
	return nil
}

var clients = []struct{ name, email, comment string }{
	{"Anna Schmidt", "anna.schmidt@example.com", "Orders rye every Friday"},
	{"Иван Петров", "ivan.petrov@example.com", ""},
	{"Marie Dubois", "marie.dubois@example.org", "Allergic to nuts"},
	{"Ольга Соколова", "olga.sokolova@example.com", "Prefers letters in the morning"},
	{"James O'Connor", "james.oconnor@example.net", ""},
	{"Søren Nielsen", "soren.nielsen@example.org", "Café Nordlys"},
	{"Lucía Fernández", "lucia.fernandez@example.com", ""},
	{"Дмитрий Кузнецов", "d.kuznetsov@example.com", "Wholesale"},
	{"Emma Johansson", "emma.johansson@example.net", ""},
	{"Paweł Nowak", "pawel.nowak@example.org", "Moved in May"},
	{"Chiara Rossi", "chiara.rossi@example.com", ""},
	{"Екатерина Волкова", "e.volkova@example.com", "Birthday cake, 12 June"},
	{"Tom Baker", "tom.baker@example.net", "Former address bounced"},
	{"Hiroshi Tanaka", "hiroshi.tanaka@example.org", ""},
	{"Fatima Haddad", "fatima.haddad@example.com", "Vegan"},
	{"Алексей Морозов", "a.morozov@example.com", ""},
	{"Greta Lindqvist", "greta.lindqvist@example.net", ""},
	{"Nina Weber", "nina.weber@example.org", "Pays by invoice"},
}

func (d demo) addClients(ctx context.Context, at time.Time) error {
	for i, c := range clients {
		_, err := d.store.CreateClient(ctx, domain.CommandLineActor(), domain.Client{TeamID: d.team, Email: c.email, FullName: c.name,
			Comment: c.comment}, at.Add(time.Duration(i)*time.Hour))
		if err != nil {
			return err
		}
	}
	return nil
}

func (d demo) addMessages(ctx context.Context, at time.Time) error {
	texts := [][2]string{
		{"Fresh this week, {{first_name|friend}}", "Dear {{first_name|friend}},\n\nthis week we bake:\n\n" +
			"- **rye with caraway**, from Tuesday\n- walnut loaf\n- plum cake, as long as there are plums\n\n" +
			"Order by answering this letter, or [on our page](https://bakery.example.com/order).\n\nThe Corner Bakery"},
		{"We open earlier in winter", "Hello {{name|dear customer}},\n\nfrom the first of the month the doors open at **6:30**.\n\nThe Corner Bakery"},
		{"Your monthly statement", "Dear {{name|customer}},\n\nyour statement is ready. We keep your address as {{email}}: tell us when it changes.\n\nThe Corner Bakery"},
		{"Сегодня в пекарне", "Здравствуйте, {{first_name|друзья}}!\n\nСегодня ржаной хлеб — прямо из печи. Ждём вас до *19:00*.\n\nВаша пекарня"},
	}
	for _, text := range texts {
		m, err := d.store.CreateMessage(ctx, domain.CommandLineActor(), domain.Message{TeamID: d.team, Subject: text[0], Body: text[1]}, at)
		if err != nil {
			return err
		}
		d.messages[text[0]] = m.ID
	}
	return nil
}

// addMailing adds a mailing whose first run is at start, saved at the time saved.
func (d demo) addMailing(ctx context.Context, name, subject string, every domain.Periodicity, start, saved time.Time) (domain.Mailing, error) {
	schedule, err := domain.NewSchedule(domain.LocalTimeOf(start, d.zone).String(), "", d.zone.String(), string(every))
	if err != nil {
		return domain.Mailing{}, err
	}
	return d.store.CreateMailing(ctx, domain.CommandLineActor(), domain.Mailing{TeamID: d.team, Name: name, MessageID: d.messages[subject],
		Audience: domain.AudienceAll, Schedule: schedule}, saved)
}

// addHistory replays the last weeks: a weekly newsletter and one completed notice.
func (d demo) addHistory(ctx context.Context, began time.Time) error {
	const firstDay = -37
	if _, err := d.addMailing(ctx, "Weekly newsletter", "Fresh this week, {{first_name|friend}}", domain.Weekly, d.morning(firstDay), began); err != nil {
		return err
	}
	if _, err := d.addMailing(ctx, "Winter hours", "We open earlier in winter", domain.Once, d.morning(-12), began); err != nil {
		return err
	}
	for day := firstDay; ; day++ {
		for _, at := range []time.Time{d.morning(day), d.morning(day).Add(time.Hour)} { // an hour later for the retries
			if !at.Before(d.now) {
				return d.addPaused(ctx)
			}
			if err := d.pass(ctx, at); err != nil {
				return err
			}
		}
	}
}

// addPaused adds a mailing that a person has paused.
func (d demo) addPaused(ctx context.Context) error {
	statement, err := d.addMailing(ctx, "Monthly statements", "Your monthly statement", domain.Monthly, d.morning(9), d.now)
	if err != nil {
		return err
	}
	_, err = d.store.PauseMailing(ctx, domain.CommandLineActor(), statement.ID, d.now)
	return err
}

// pass does what the sender does, at a past time and with made-up answers of a relay.
func (d demo) pass(ctx context.Context, at time.Time) error {
	if _, err := d.store.StartDue(ctx, "Corner Bakery <bakery@postrider.example>", at); err != nil {
		return err
	}
	if _, err := d.store.SnapshotRecipients(ctx, at); err != nil {
		return err
	}
	claimed, err := d.store.Claim(ctx, d.epoch, 100, at)
	if err != nil || len(claimed) == 0 {
		return err
	}
	if _, _, err := d.store.Commit(ctx, nil, claimed, at); err != nil {
		return err
	}
	done := make([]store.Done, 0, len(claimed))
	for i, c := range claimed {
		then := at.Add(time.Duration(i) * 300 * time.Millisecond)
		res := answerTo(c)
		done = append(done, store.Done{Claimed: c, At: then, Result: res, Spread: 0.5})
	}
	_, _, err = d.store.Commit(ctx, done, nil, at.Add(time.Minute))
	return err
}

// answerTo is what a relay might have said to this recipient.
func answerTo(c store.Claimed) domain.Result {
	switch {
	case c.Recipient.Email == "tom.baker@example.net":
		return domain.Result{Stage: domain.StageRcpt, Outcome: domain.OutcomePermanent, Scope: domain.ScopeRecipient,
			Reply: domain.Reply{Code: 550, Enhanced: "5.1.1", Text: "<tom.baker@example.net>: user unknown"}}
	case c.Recipient.Email == "greta.lindqvist@example.net" && c.Tries == 0:
		return domain.Result{Stage: domain.StageRcpt, Outcome: domain.OutcomeTemporary, Scope: domain.ScopeRecipient,
			Reply: domain.Reply{Code: 451, Enhanced: "4.7.1", Text: "Greylisted, try again in 60 seconds"}}
	}
	return domain.Result{Stage: domain.StageDot, Outcome: domain.OutcomeSent, Scope: domain.ScopeRecipient,
		Reply: domain.Reply{Code: 250, Enhanced: "2.0.0", Text: "Ok: queued"}}
}

// addComing adds mailings that run within a minute, for people to watch.
func (d demo) addComing(ctx context.Context, _ time.Time) error {
	soon := d.now.Truncate(time.Minute).Add(time.Minute)
	if _, err := d.addMailing(ctx, "Today's bread", "Сегодня в пекарне", domain.Daily, soon, d.now); err != nil {
		return err
	}
	_, err := d.addMailing(ctx, "Reminder for Friday", "Fresh this week, {{first_name|friend}}", domain.Once, soon.Add(5*time.Minute), d.now)
	return err
}
