package views

import (
	"context"
	"errors"
	"time"

	"postrider/domain"
)

// MailingLine is a mailing as the list shows it at a given time.
type MailingLine struct {
	domain.MailingRow
	Now time.Time
}

// soon is how long before a start the page polls more often.
const soon = 10 * time.Minute

// poll is how often the browser polls for the mailing; "" if nothing can change.
func (m MailingLine) poll() string {
	switch {
	case m.Run.State.Active() && !m.Paused():
		return "every 1s"
	case m.NextAt.IsZero() || m.held():
		return ""
	case m.NextAt.Sub(m.Now) < soon:
		return "every 2s"
	}
	return "every 30s"
}

// held reports whether the mailing waits for a person.
func (m MailingLine) held() bool { return m.Paused() || m.Disabled() || m.Schedule.ZoneLost }

func (m MailingLine) path() string { return "/mailings/" + id(m.ID) }

// readOnly reports whether the reader may only look at the mailing.
func (m MailingLine) readOnly(ctx context.Context) bool {
	return VisitOf(ctx).User.MayMailing(domain.Edit, m.TeamID) != nil
}

// mailingColumns is how many columns the list has for the reader.
func mailingColumns(ctx context.Context) string {
	if oversees(ctx) {
		return "6"
	}
	return "5"
}

// oversees reports whether the reader sees every team's mailings.
func oversees(ctx context.Context) bool { return VisitOf(ctx).User.Oversees() }

// MailingList is what the page of the mailings shows.
type MailingList struct {
	Paging
	Mailings []MailingLine
	Q        string
	Status   string // filter; "" for any
	Team     string // "" for all teams, "own", or an id
	TeamName string // name of the team with that id
}

// narrowed reports whether the list is filtered.
func (v MailingList) narrowed() bool { return v.Q != "" || v.Status != "" || v.Team != "" }

// noneText says why the list is empty.
func (v MailingList) noneText(ctx context.Context) string {
	if v.Q == "" || v.Status != "" || v.Team != "" {
		return t(ctx, "No mailings match.")
	}
	return t(ctx, "No mailing name contains “%s”.", v.Q)
}

func (v MailingList) statuses(ctx context.Context) []Option {
	return []Option{{"", t(ctx, "Any status")}, {"created", t(ctx, "Created")}, {"running", t(ctx, "Running")},
		{"completed", t(ctx, "Completed")}, {"paused", t(ctx, "Paused")}, {"disabled", t(ctx, "Disabled")}}
}

func (v MailingList) teams(ctx context.Context) []Option {
	options := []Option{{"", t(ctx, "All teams")}}
	if VisitOf(ctx).User.MayWrite() {
		options = append(options, Option{"own", t(ctx, "My team")})
	}
	if v.TeamName != "" {
		options = append(options, Option{v.Team, v.TeamName})
	}
	return options
}

// MailingPage is what the page of one mailing shows.
type MailingPage struct {
	MailingLine
	Recipients int // how many would receive a run that started now
	LeftOut    int // how many would not, because they are undeliverable
	Coming     ComingRuns
	Runs       []domain.Run
	Log        []domain.Attempt
	LogTotal   int
	Quota      domain.Quota  // the team's
	People     []domain.User // the team's members, for managers and admins
	Reason     string        // for disabling it, as typed
	Problem    string        // why the requested action was not done
}

// zoneWhy says that the time zone no longer exists and what to do.
func (p MailingPage) zoneWhy() domain.Text {
	var refused domain.Refused
	errors.As(p.KnownZone(), &refused)
	return refused.Why
}

// waitsForTomorrow reports whether letters wait because the team's daily limit is reached.
func (p MailingPage) waitsForTomorrow() bool {
	return p.Quota.Spent() && p.Run.State.Active() && !p.held()
}

// reason is the field of the form that disables a mailing.
func (p MailingPage) reason(ctx context.Context) Field {
	return Field{Name: "reason", Label: t(ctx, "Reason"), Hint: t(ctx, "The mailing's team will see it."), Value: p.Reason, Rows: 2,
		Required: true, Attrs: map[string]any{"maxlength": id(domain.MaxReason)}}
}

// mayRun reports whether the button that starts a run is useful.
func (p MailingPage) mayRun() bool {
	return p.Mailing.MayRunNow(p.Now) == nil && !p.Run.State.Active()
}

// mayRetry reports whether letters of the latest run can be retried: its window is still open.
func (p MailingPage) mayRetry() bool {
	retryable := p.Run.State.Active() || p.Run.State == domain.RunDone
	return retryable && !p.Disabled() && p.Run.Counts.Failed+p.Run.Counts.Unknown > 0 && p.Run.Deadline.After(p.Now)
}

// finished is how many of the run's recipients are in their final state.
func finished(r domain.Run) int { return r.Counts.Recipients - r.Counts.Waiting }

// remaining estimates from the progress so far how long the rest of a run takes; zero if it is too early to tell.
func (m MailingLine) remaining() time.Duration {
	done, took := finished(m.Run), m.Now.Sub(m.Run.StartedAt)
	if !m.Run.State.Active() || done < 20 || took <= 0 || m.Paused() {
		return 0
	}
	return time.Duration(float64(took) / float64(done) * float64(m.Run.Counts.Waiting)).Round(time.Second)
}

// remainingText says how long the rest of a run takes, in the largest unit that still tells something.
func remainingText(ctx context.Context, left time.Duration) string {
	switch {
	case left < 90*time.Second:
		return t(ctx, "About %d seconds left", int(left.Seconds()))
	case left < 90*time.Minute:
		return t(ctx, "About %d minutes left", int(left.Round(time.Minute).Minutes()))
	}
	return t(ctx, "About %d hours left", int(left.Round(time.Hour).Hours()))
}

// LogPage is what the page of a mailing's log shows.
type LogPage struct {
	Paging
	Mailing    domain.Mailing
	Attempts   []domain.Attempt
	Q, Outcome string
	Masked     bool // the reader may not see or search for the recipients
}

func (v LogPage) outcomes(ctx context.Context) []Option {
	options := []Option{{"", t(ctx, "Any delivery status")}}
	for _, o := range []domain.Outcome{domain.OutcomeSent, domain.OutcomeTemporary, domain.OutcomePermanent, domain.OutcomeUncertain} {
		options = append(options, Option{string(o), outcomeText(ctx, o)})
	}
	return options
}
