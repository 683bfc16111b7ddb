package views

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"postrider/domain"
)

// MailingForm is the form of a mailing, and the options it offers.
type MailingForm struct {
	Form
	Messages []domain.Message
	Clients  []domain.Client // the selected ones, and those that match the search
	Everyone int             // how many clients the team has
	Coming   ComingRuns
}

// FormOfMailing is the form of a mailing as saved.
func FormOfMailing(m domain.Mailing) Form {
	values := url.Values{
		"name":        {m.Name},
		"message_id":  {id(m.MessageID)},
		"audience":    {string(m.Audience)},
		"client_ids":  nil,
		"starts_at":   {m.Schedule.Start.String()},
		"ends_at":     {m.Schedule.End.String()},
		"time_zone":   {m.Schedule.Zone.String()},
		"periodicity": {string(m.Schedule.Every)},
	}
	for _, client := range m.ClientIDs {
		values.Add("client_ids", id(client))
	}
	return savedForm("mailing", m.ID, m.Version, m.UpdatedAt, values)
}

// Read sets m's fields from the form. The error is domain.Invalid and contains all mistakes.
func (f MailingForm) Read(m domain.Mailing) (domain.Mailing, error) {
	wrong := domain.Invalid{}
	m.Name, m.Audience, m.FormKey, m.Version = f.Value("name"), domain.Audience(f.Value("audience")), f.Key(), f.version()
	m.MessageID, _ = strconv.ParseInt(f.Value("message_id"), 10, 64) // 0 if none was chosen, which Check reports
	m.ClientIDs = nil
	seen := map[int64]bool{}
	for _, typed := range f.Values["client_ids"] {
		client, err := strconv.ParseInt(typed, 10, 64)
		if err != nil {
			wrong.Add("client_ids", "Some of the selected clients no longer exist. Select again.")
		}
		if !seen[client] {
			m.ClientIDs = append(m.ClientIDs, client)
		}
		seen[client] = true
	}
	var err error
	m.Schedule, err = f.Schedule()
	for _, err := range []error{err, m.Check()} {
		var more domain.Invalid
		if errors.As(err, &more) {
			for field, why := range more {
				wrong.Add(field, why.Key, why.Args...)
			}
		}
	}
	return m, wrong.Or()
}

// Schedule is the typed schedule. The error is domain.Invalid.
func (f MailingForm) Schedule() (domain.Schedule, error) {
	return domain.NewSchedule(f.Value("starts_at"), f.Value("ends_at"), f.Value("time_zone"), f.Value("periodicity"))
}

// Key lets the server ignore a second submission of a new mailing's form; "" if missing or too long.
func (f MailingForm) Key() string {
	if key := f.Value("form_key"); len(key) <= domain.MaxFormKey {
		return key
	}
	return ""
}

func (f MailingForm) title(ctx context.Context) string {
	if f.ID == "" {
		return t(ctx, "New mailing")
	}
	return t(ctx, "Edit mailing")
}

// Picked are the ids of the selected clients. Invalid ones are left out.
func (f MailingForm) Picked() (ids []int64) {
	for _, typed := range f.Values["client_ids"] {
		if client, err := strconv.ParseInt(typed, 10, 64); err == nil {
			ids = append(ids, client)
		}
	}
	return ids
}

// picked is the set of the selected clients: there may be thousands.
func (f MailingForm) picked() map[string]bool {
	all := map[string]bool{}
	for _, client := range f.Values["client_ids"] {
		all[client] = true
	}
	return all
}

// pickedText is the same for the same clients in any order.
func pickedText(ids []string) string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return strings.Join(slices.Compact(ids), " ")
}

func (f MailingForm) called(ctx context.Context) Field {
	return f.field(Field{Name: "name", Label: t(ctx, "Name"), Required: true, Hint: t(ctx, "Only your team sees this."),
		Attrs: map[string]any{"maxlength": "200", "autocomplete": "off", "autofocus": f.Row || f.ID == ""}})
}

func (f MailingForm) message(ctx context.Context) Field {
	messages := []Option{{"", t(ctx, "Choose a message")}}
	for _, m := range f.Messages {
		messages = append(messages, Option{id(m.ID), m.Subject})
	}
	return f.field(Field{Name: "message_id", Label: t(ctx, "Message"), Required: true, Options: messages})
}

func (f MailingForm) audience(ctx context.Context) Field {
	return f.field(Field{Name: "audience", Label: t(ctx, "Recipients"), Choices: true, Options: []Option{
		{string(domain.AudienceAll), t(ctx, "All %d clients", f.Everyone)}, {string(domain.AudienceClients), t(ctx, "Selected clients")}}})
}

func (f MailingForm) clients(ctx context.Context) Field {
	return f.field(Field{Name: "client_ids", Label: t(ctx, "Clients")})
}

func (f MailingForm) starts(ctx context.Context) Field {
	return f.field(Field{Name: "starts_at", Label: t(ctx, "Start"), Type: "datetime-local", Required: true, Hint: t(ctx, "The first send starts at this time.")})
}

func (f MailingForm) ends(ctx context.Context) Field {
	return f.field(Field{Name: "ends_at", Label: t(ctx, "End"), Type: "datetime-local", Hint: t(ctx, "Optional. No emails go out after this time.")})
}

func (f MailingForm) zone(ctx context.Context) Field {
	return f.field(Field{Name: "time_zone", Label: t(ctx, "Time zone"), Options: zoneOptions(f.Value("time_zone"))})
}

func (f MailingForm) every(ctx context.Context) Field {
	return f.field(Field{Name: "periodicity", Label: t(ctx, "How often"), Choices: true, Options: []Option{
		{string(domain.Once), t(ctx, "Once")}, {string(domain.Daily), t(ctx, "Daily")},
		{string(domain.Weekly), t(ctx, "Weekly")}, {string(domain.Monthly), t(ctx, "Monthly")}}})
}

func (f MailingForm) fields(ctx context.Context) []Field {
	return []Field{f.called(ctx), f.message(ctx), f.audience(ctx), f.clients(ctx), f.starts(ctx), f.ends(ctx), f.zone(ctx), f.every(ctx)}
}

// ComingRuns are the next runs of a mailing as the scheduler will start them.
type ComingRuns struct {
	Runs       []domain.Occurrence
	Zone       *time.Location
	Now        time.Time
	Unreadable bool // the form is still incomplete
}
