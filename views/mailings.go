package views

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"time"

	"postrider/domain"
)

// MailingLine is a mailing as the list shows it.
type MailingLine struct {
	domain.Mailing
	Subject string     // of its message
	Run     domain.Run // the latest; ID 0 when there is none
	Now     time.Time
}

// soon is how long before a start a page looks for news more often than seldom.
const soon = 10 * time.Minute

// poll is how often the browser asks for news of the mailing; "" when there can be none.
func (m MailingLine) poll() string {
	switch {
	case m.Run.State.Active() && !m.Paused():
		return "every 1s"
	case m.NextAt.IsZero() || m.Paused():
		return ""
	case m.NextAt.Sub(m.Now) < soon:
		return "every 2s"
	}
	return "every 30s"
}

func (m MailingLine) path() string { return "/mailings/" + id(m.ID) }

// MailingList is what the page of a team's mailings shows.
type MailingList struct {
	Mailings []MailingLine
	Total    int
	Q        string
	Next     string // cursor of the next page
	Later    bool   // it is not the first page
}

func (v MailingList) link(after string) string {
	q := url.Values{"q": {v.Q}}
	if after != "" {
		q.Set("after", after)
	}
	return "/mailings?" + q.Encode()
}

func (v MailingList) next() string {
	if v.Next == "" {
		return ""
	}
	return v.link(v.Next)
}

func (v MailingList) first() string {
	if !v.Later {
		return ""
	}
	return v.link("")
}

// MailingForm is the form of a mailing, as typed.
type MailingForm struct {
	ID                         string // "" for a new one
	Name, MessageID, Audience  string
	ClientIDs                  []string
	StartsAt, EndsAt, TimeZone string
	Periodicity                string
	Version                    string
	Row                        bool   // it stands in a row of the list
	Find                       string // narrows the clients that are offered

	Messages []domain.Message // to choose from
	Clients  []domain.Client  // to pick from: those picked, and those that match Find
	Everyone int              // clients of the team
	Coming   ComingRuns
	Newer    *domain.Mailing
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

func (f MailingForm) picked(c domain.Client) bool { return slices.Contains(f.ClientIDs, id(c.ID)) }

// The fields of the form, in their order.
func (f MailingForm) fields(ctx context.Context) (name, message, audience, clients, starts, ends, zone, every Field) {
	messages := []Option{{"", t(ctx, "Choose a message")}}
	for _, m := range f.Messages {
		messages = append(messages, Option{id(m.ID), m.Subject})
	}
	zones := domain.Zones()
	if !slices.Contains(zones, f.TimeZone) && f.TimeZone != "" {
		zones = append(zones, f.TimeZone)
	}
	zoneOptions := make([]Option, 0, len(zones))
	for _, z := range zones {
		zoneOptions = append(zoneOptions, Option{z, z})
	}
	form := f.name()
	name = Field{Form: form, Name: "name", Label: t(ctx, "Name"), Value: f.Name, Required: true,
		Hint:  t(ctx, "Only your team sees it."),
		Attrs: map[string]any{"maxlength": "200", "autocomplete": "off", "data-focus": f.Row || f.ID == ""}}
	message = Field{Form: form, Name: "message_id", Label: t(ctx, "Message"), Value: f.MessageID, Required: true, Options: messages}
	audience = Field{Form: form, Name: "audience", Label: t(ctx, "Recipients"), Value: f.Audience, Options: []Option{
		{string(domain.AudienceAll), t(ctx, "All %d clients", f.Everyone)}, {string(domain.AudienceClients), t(ctx, "Picked clients")}}}
	clients = Field{Form: form, Name: "client_ids", Label: t(ctx, "Clients")}
	starts = Field{Form: form, Name: "starts_at", Label: t(ctx, "Start"), Value: f.StartsAt, Type: "datetime-local", Required: true,
		Hint: t(ctx, "The first run begins then.")}
	ends = Field{Form: form, Name: "ends_at", Label: t(ctx, "End"), Value: f.EndsAt, Type: "datetime-local",
		Hint: t(ctx, "No letter leaves after it. Empty: no end.")}
	zone = Field{Form: form, Name: "time_zone", Label: t(ctx, "Time zone"), Value: f.TimeZone, Options: zoneOptions}
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

// MailingPage is what the page of one mailing shows.
type MailingPage struct {
	MailingLine
	Recipients int // would receive a run that began now
	Coming     ComingRuns
	Runs       []domain.Run
	Log        []domain.Attempt
	LogTotal   int
}

// mayRun reports whether the button that starts a run makes sense.
func (p MailingPage) mayRun() bool {
	return p.Mailing.MayRunNow(p.Now) == nil && !p.Run.State.Active()
}

// finished is how many recipients of the run have their final state.
func finished(r domain.Run) int { return r.Counts.Recipients - r.Counts.Waiting }

// remaining estimates how long the rest of a run takes, from what has been done so far; zero when nobody can say.
func (m MailingLine) remaining() time.Duration {
	done, took := finished(m.Run), m.Now.Sub(m.Run.StartedAt)
	if !m.Run.State.Active() || done < 20 || took <= 0 || m.Paused() {
		return 0
	}
	return time.Duration(float64(took) / float64(done) * float64(m.Run.Counts.Waiting)).Round(time.Second)
}

// LogPage is what the page of a mailing's log shows.
type LogPage struct {
	Mailing    domain.Mailing
	Attempts   []domain.Attempt
	Total      int
	Q, Outcome string
	Next       string // cursor of the next page
	Later      bool   // it is not the first page
}

func (v LogPage) link(after string) string {
	q := url.Values{"q": {v.Q}, "outcome": {v.Outcome}}
	if after != "" {
		q.Set("after", after)
	}
	return "/mailings/" + id(v.Mailing.ID) + "/log?" + q.Encode()
}

func (v LogPage) next() string {
	if v.Next == "" {
		return ""
	}
	return v.link(v.Next)
}

func (v LogPage) first() string {
	if !v.Later {
		return ""
	}
	return v.link("")
}

func (v LogPage) outcomes(ctx context.Context) []Option {
	options := []Option{{"", t(ctx, "All outcomes")}}
	for _, o := range []domain.Outcome{domain.OutcomeSent, domain.OutcomeTemporary, domain.OutcomePermanent, domain.OutcomeUncertain} {
		options = append(options, Option{string(o), outcomeText(ctx, o)})
	}
	return options
}

func outcomeText(ctx context.Context, o domain.Outcome) string {
	switch o {
	case domain.OutcomeSent:
		return t(ctx, "Sent")
	case domain.OutcomeTemporary:
		return t(ctx, "Refused for now")
	case domain.OutcomePermanent:
		return t(ctx, "Failed")
	case domain.OutcomeUncertain:
		return t(ctx, "Uncertain")
	}
	return string(o)
}

func outcomeTone(o domain.Outcome) string {
	switch o {
	case domain.OutcomeSent:
		return Good
	case domain.OutcomePermanent:
		return Bad
	}
	return Warn
}

func deliveryText(ctx context.Context, s domain.DeliveryState) (tone, text string) {
	switch s {
	case domain.DeliverySent:
		return Good, t(ctx, "Sent")
	case domain.DeliveryFailed:
		return Bad, t(ctx, "Failed")
	case domain.DeliveryExpired:
		return Warn, t(ctx, "Expired")
	case domain.DeliveryCancelled:
		return Plain, t(ctx, "Cancelled")
	case domain.DeliveryUnknown:
		return Warn, t(ctx, "Unknown")
	}
	return Busy, t(ctx, "Waiting")
}

// runText is the state of a run and, where it is no success, what it means.
func runText(ctx context.Context, s domain.RunState) (tone, text, why string) {
	switch s {
	case domain.RunBuilding, domain.RunSending:
		return Busy, t(ctx, "Sending"), ""
	case domain.RunDone:
		return Good, t(ctx, "Done"), ""
	case domain.RunExpired:
		return Warn, t(ctx, "Expired"), t(ctx, "Its time was over before everybody had got the letter.")
	case domain.RunCancelled:
		return Plain, t(ctx, "Cancelled"), t(ctx, "Somebody stopped it for good.")
	case domain.RunMissed:
		return Warn, t(ctx, "Missed"), t(ctx, "It fell due while Postrider was not running or the mailing was paused. Nobody got this one.")
	case domain.RunSkipped:
		return Warn, t(ctx, "Skipped"), t(ctx, "It fell due while the previous run was still sending.")
	}
	return Plain, string(s), ""
}

func statusText(ctx context.Context, m domain.Mailing) (tone, text string) {
	switch {
	case m.Status == domain.StatusCompleted:
		return Good, t(ctx, "Completed")
	case m.Status == domain.StatusRunning:
		return Busy, t(ctx, "Running")
	}
	return Plain, t(ctx, "Created")
}

func periodicityText(ctx context.Context, p domain.Periodicity) string {
	switch p {
	case domain.Once:
		return t(ctx, "Once")
	case domain.Daily:
		return t(ctx, "Daily")
	case domain.Weekly:
		return t(ctx, "Weekly")
	case domain.Monthly:
		return t(ctx, "Monthly")
	}
	return string(p)
}

// replyText is what the relay said, code first, verbatim.
func replyText(r domain.Reply) string {
	text := r.Text
	if r.Enhanced != "" {
		text = r.Enhanced + " " + text
	}
	if r.Code != 0 {
		text = strconv.Itoa(r.Code) + " " + text
	}
	return text
}

// leftover names what became of the letters of a run that were not sent.
func leftover(ctx context.Context, n domain.Counts) []string {
	var all []string
	for _, c := range []struct {
		n   int
		key string
	}{{n.Failed, t(ctx, "%d failed", n.Failed)}, {n.Expired, t(ctx, "%d expired", n.Expired)},
		{n.Cancelled, t(ctx, "%d cancelled", n.Cancelled)}, {n.Unknown, t(ctx, "%d unknown", n.Unknown)},
		{n.Retrying, t(ctx, "%d trying again", n.Retrying)}} {
		if c.n > 0 {
			all = append(all, c.key)
		}
	}
	return all
}
