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
	"postrider/locale"
)

// MailingForm is the form of a mailing, and the options it offers.
type MailingForm struct {
	Form
	Messages []domain.Message // the one that is chosen, and the newest that match what is searched for
	Matching int              // messages that match
	Clients  []domain.Client  // the selected ones, and those that match the search
	Everyone int              // how many clients the team has
	Coming   ComingRuns
	Now      time.Time // that "now" means
	Ran      bool      // a run has begun, so that the mailing begins no more
	Receive  int       // how many would receive a run that began now; 0 while none would begin

	Unlisted   []int64 // picked clients that are not among them
	Selected   int     // picked clients
	Selectable int     // clients that match what is searched for and can be written to
}

// The values of the choice when a mailing begins.
const (
	beginNow = "now"
	beginAt  = "at"
)

// Begins reports whether the mailing is to begin now, whatever start is typed.
func (f MailingForm) Begins() bool { return f.Value("begin") == beginNow && !f.takes("starts_at") }

// start is the start as typed, or what "now" is in the zone of the form: the same as in the question, so that pressing its button
// twice makes the same mailing twice.
func (f MailingForm) start() string {
	if !f.Begins() {
		return f.Value("starts_at")
	}
	if at := f.Value(NowField); at != "" && f.Value(AgreedField) != "" {
		return at
	}
	zone, ok := domain.LoadZone(f.Value("time_zone"))
	if !ok {
		zone = time.UTC // which is refused with the form
	}
	return domain.LocalTimeOf(f.Now, zone).String()
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
	return domain.NewSchedule(f.start(), f.Value("ends_at"), f.Value("time_zone"), f.Value("periodicity"))
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

// daysWithoutEnd is how long the last run of a mailing without an end may take.
const daysWithoutEnd = int(domain.RunWithoutEnd / (24 * time.Hour))

// selectText is the button that picks all that match at once; "" where that would be nobody, or more than can be picked.
func (f MailingForm) selectText(ctx context.Context) string {
	switch {
	case f.Selectable == 0 || f.Selectable > domain.MaxPicked:
		return ""
	case f.Value("find") == "":
		return t(ctx, "Select all %d", f.Selectable)
	}
	return t(ctx, "Select all %d that match", f.Selectable)
}

// pickedText is the same for the same clients in any order.
func pickedText(ids []string) string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return strings.Join(slices.Compact(ids), " ")
}

func (f MailingForm) called(ctx context.Context) Field {
	return f.field(Field{Name: "name", Label: t(ctx, "Name"), Required: true, Hint: t(ctx, "Only your team sees this."),
		Attrs: map[string]any{"maxlength": "200", "autofocus": f.Row || f.ID == ""}})
}

func (f MailingForm) message(ctx context.Context) Field {
	messages := []Option{{"", t(ctx, "Choose a message")}}
	for _, m := range f.Messages {
		messages = append(messages, Option{id(m.ID), m.Subject})
	}
	return f.field(Field{Name: "message_id", Label: t(ctx, "Message"), Required: true, Options: messages})
}

// noMessage reports whether the team has none to choose.
func (f MailingForm) noMessage() bool { return len(f.Messages) == 0 && f.Value("find_message") == "" }

// hidesMessages reports whether there are more messages than the form shows.
func (f MailingForm) hidesMessages() bool {
	return f.Matching > len(f.Messages) || f.Value("find_message") != ""
}

func (f MailingForm) audience(ctx context.Context) Field {
	return f.field(Field{Name: "audience", Label: t(ctx, "Recipients"), Choices: true, Options: []Option{
		{string(domain.AudienceAll), t(ctx, "All %d clients", f.Everyone)}, {string(domain.AudienceClients), t(ctx, "Selected clients")}}})
}

func (f MailingForm) clients(ctx context.Context) Field {
	return f.field(Field{Name: "client_ids", Label: t(ctx, "Clients")})
}

func (f MailingForm) begin(ctx context.Context) Field {
	field := f.field(Field{Name: "begin", Label: t(ctx, "Begin"), Choices: true, Options: []Option{
		{beginNow, t(ctx, "Now")}, {beginAt, t(ctx, "At a time")}}})
	if field.Value != beginNow {
		field.Value = beginAt
	}
	return field
}

func (f MailingForm) starts(ctx context.Context) Field {
	return f.field(Field{Name: "starts_at", Label: t(ctx, "Start"), Type: "datetime-local", Required: true, Hint: t(ctx, "The first send starts at this time.")})
}

func (f MailingForm) ends(ctx context.Context) Field {
	return f.field(Field{Name: "ends_at", Label: t(ctx, "End"), Type: "datetime-local", Hint: t(ctx, "Optional. No emails go out after this time. Without an end, a send stops when the next one starts, or after %d days if it is the last.", daysWithoutEnd)})
}

func (f MailingForm) zone(ctx context.Context) Field {
	return f.field(Field{Name: "time_zone", Label: t(ctx, "Time zone"), Required: true, Offers: offeredZones(ctx, f.Now),
		Hint: t(ctx, "Type part of its name to search."), Attrs: map[string]any{"maxlength": "64", "spellcheck": "false"}})
}

func (f MailingForm) every(ctx context.Context) Field {
	return f.field(Field{Name: "periodicity", Label: t(ctx, "How often"), Choices: true, Options: []Option{
		{string(domain.Once), t(ctx, "Once")}, {string(domain.Daily), t(ctx, "Daily")},
		{string(domain.Weekly), t(ctx, "Weekly")}, {string(domain.Monthly), t(ctx, "Monthly")}}})
}

func (f MailingForm) fields(ctx context.Context) []Field {
	return []Field{f.called(ctx), f.message(ctx), f.audience(ctx), f.clients(ctx), f.begin(ctx), f.starts(ctx), f.zone(ctx), f.every(ctx), f.ends(ctx)}
}

// offeredZones are the time zones to choose from: the reader's own first, with what its clocks differ from UTC at now.
func offeredZones(ctx context.Context, now time.Time) []Option {
	own := locale.From(ctx).Zone()
	zones := []Option{{own.String(), own.String() + " (UTC" + now.In(own).Format("-07:00") + ")"}}
	for _, z := range domain.Zones() {
		if z != own.String() {
			zones = append(zones, Option{z, z})
		}
	}
	return zones
}

// saveID is the id of the button that saves the form.
func (f MailingForm) saveID() string { return f.name() + "-save" }

// saveText says what the button of the form does, whatever is typed by the time it is pressed.
func (f MailingForm) saveText(ctx context.Context) string {
	if f.ID == "" {
		return t(ctx, "Schedule")
	}
	return t(ctx, "Save changes")
}

// firstText is what the button says before the next runs are asked for. Where a script asks for the form it says at once what it does
// now, so that no button beside it moves.
func (f MailingForm) firstText(ctx context.Context) string {
	if VisitOf(ctx).Partial {
		return f.savesNow(ctx)
	}
	return f.saveText(ctx)
}

// savesNow says what the button of the form does as it is typed now.
func (f MailingForm) savesNow(ctx context.Context) string {
	switch {
	case f.Receive > 0:
		return t(ctx, "Review and send to %d", f.Receive)
	case f.ID != "" || len(f.Coming.Runs) == 0 || !f.Coming.Runs[0].At.After(f.Now):
		return f.saveText(ctx)
	}
	first, in := f.Coming.Runs[0].At, locale.For(locale.From(ctx).Lang(), f.Coming.Zone)
	if first.Sub(f.Now) < 6*24*time.Hour {
		return t(ctx, "Schedule for %s", in.Weekday(first)+" "+in.Clock(first))
	}
	return t(ctx, "Schedule for %s", in.Time(first))
}

// ComingRuns are the next runs of a mailing as the scheduler will start them.
type ComingRuns struct {
	Runs       []domain.Occurrence
	Zone       *time.Location
	Now        time.Time
	Unreadable bool // the form is still incomplete
}
