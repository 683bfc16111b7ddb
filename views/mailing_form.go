package views

import (
	"context"
	"time"

	"postrider/domain"
)

// MailingForm is the form of a mailing, as typed.
type MailingForm struct {
	ID                         string // "" for a new one
	Name, MessageID, Audience  string
	ClientIDs                  []string
	StartsAt, EndsAt, TimeZone string
	Periodicity                string
	Version                    string
	Key                        string // of a new one: the form makes one mailing, however often its button is pressed
	Row                        bool   // it stands in a row of the list
	Find                       string // narrows the clients that are offered

	Messages []domain.Message // to choose from
	Clients  []domain.Client  // to pick from: those picked, and those that match Find
	Everyone int              // clients of the team
	Coming   ComingRuns
	Conflict Conflict
}

func (f MailingForm) name() string {
	if f.ID == "" {
		return "mailing-new"
	}
	return "mailing-" + f.ID
}

func (f MailingForm) action() string {
	if f.ID == "" {
		return "/mailings"
	}
	return "/mailings/" + f.ID
}

func (f MailingForm) title(ctx context.Context) string {
	if f.ID == "" {
		return t(ctx, "New mailing")
	}
	return t(ctx, "Edit mailing")
}

// picked is the set of the clients that are picked: there may be thousands.
func (f MailingForm) picked() map[string]bool {
	all := make(map[string]bool, len(f.ClientIDs))
	for _, id := range f.ClientIDs {
		all[id] = true
	}
	return all
}

// The fields of the form, in their order.
func (f MailingForm) fields(ctx context.Context) (name, message, audience, clients, starts, ends, zone, every Field) {
	messages := []Option{{"", t(ctx, "Choose a message")}}
	for _, m := range f.Messages {
		messages = append(messages, Option{id(m.ID), m.Subject})
	}
	form := f.name()
	name = Field{Form: form, Name: "name", Label: t(ctx, "Name"), Value: f.Name, Required: true,
		Hint:  t(ctx, "Only your team sees it."),
		Attrs: map[string]any{"maxlength": "200", "autocomplete": "off", "autofocus": f.Row || f.ID == ""}}
	message = Field{Form: form, Name: "message_id", Label: t(ctx, "Message"), Value: f.MessageID, Required: true, Options: messages}
	audience = Field{Form: form, Name: "audience", Label: t(ctx, "Recipients"), Value: f.Audience, Options: []Option{
		{string(domain.AudienceAll), t(ctx, "All %d clients", f.Everyone)}, {string(domain.AudienceClients), t(ctx, "Picked clients")}}}
	clients = Field{Form: form, Name: "client_ids", Label: t(ctx, "Clients")}
	starts = Field{Form: form, Name: "starts_at", Label: t(ctx, "Start"), Value: f.StartsAt, Type: "datetime-local", Required: true,
		Hint: t(ctx, "The first run begins then.")}
	ends = Field{Form: form, Name: "ends_at", Label: t(ctx, "End"), Value: f.EndsAt, Type: "datetime-local",
		Hint: t(ctx, "No letter leaves after it. Empty: no end.")}
	zone = Field{Form: form, Name: "time_zone", Label: t(ctx, "Time zone"), Value: f.TimeZone, Options: zoneOptions(f.TimeZone)}
	every = Field{Form: form, Name: "periodicity", Label: t(ctx, "How often"), Value: f.Periodicity, Options: []Option{
		{string(domain.Once), t(ctx, "Once")}, {string(domain.Daily), t(ctx, "Daily")},
		{string(domain.Weekly), t(ctx, "Weekly")}, {string(domain.Monthly), t(ctx, "Monthly")}}}
	return name, message, audience, clients, starts, ends, zone, every
}

// ComingRuns are the next runs of a mailing as the scheduler will start them.
type ComingRuns struct {
	Runs       []domain.Occurrence
	Zone       *time.Location
	Now        time.Time
	Unreadable bool // the form does not say enough yet
}
