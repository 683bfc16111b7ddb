package views

import (
	"context"
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
	Paging
	Mailings []MailingLine
	Q        string
}

// MailingPage is what the page of one mailing shows.
type MailingPage struct {
	MailingLine
	Recipients int // would receive a run that began now
	LeftOut    int // would not, because their address cannot be written to
	Coming     ComingRuns
	Runs       []domain.Run
	Log        []domain.Attempt
	LogTotal   int
}

// mayRun reports whether the button that starts a run makes sense.
func (p MailingPage) mayRun() bool {
	return p.Mailing.MayRunNow(p.Now) == nil && !p.Run.State.Active()
}

// mayRetry reports whether letters of the latest run can be tried again: its time is not over.
func (p MailingPage) mayRetry() bool {
	retryable := p.Run.State.Active() || p.Run.State == domain.RunDone
	return retryable && p.Run.Counts.Failed+p.Run.Counts.Unknown > 0 && p.Run.Deadline.After(p.Now)
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
	Paging
	Mailing    domain.Mailing
	Attempts   []domain.Attempt
	Q, Outcome string
}

func (v LogPage) outcomes(ctx context.Context) []Option {
	options := []Option{{"", t(ctx, "All outcomes")}}
	for _, o := range []domain.Outcome{domain.OutcomeSent, domain.OutcomeTemporary, domain.OutcomePermanent, domain.OutcomeUncertain} {
		options = append(options, Option{string(o), outcomeText(ctx, o)})
	}
	return options
}
