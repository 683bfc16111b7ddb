package views

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"postrider/domain"
)

func outcomeText(ctx context.Context, o domain.Outcome) string {
	switch o {
	case domain.OutcomeSent:
		return t(ctx, "Sent")
	case domain.OutcomeTemporary:
		return t(ctx, "Temporarily refused")
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

// runText is the state of a run and, unless it succeeded, what it means.
func runText(ctx context.Context, s domain.RunState) (tone, text, why string) {
	switch s {
	case domain.RunBuilding, domain.RunSending:
		return Busy, t(ctx, "Sending"), ""
	case domain.RunDone:
		return Good, t(ctx, "Done"), ""
	case domain.RunExpired:
		return Warn, t(ctx, "Expired"), t(ctx, "The sending period ended before everyone was mailed. Choose a later end next time, or send again.")
	case domain.RunCancelled:
		return Plain, t(ctx, "Cancelled"), t(ctx, "It was stopped before it finished.")
	case domain.RunMissed:
		return Warn, t(ctx, "Missed"), t(ctx, "Postrider wasn't running or the mailing was paused at the scheduled time. No one received this send. Send it again if it still matters.")
	case domain.RunSkipped:
		return Warn, t(ctx, "Skipped"), t(ctx, "The previous send was still going at the scheduled time. If this happens often, send less frequently.")
	}
	return Plain, string(s), ""
}

// stateText is the state of a mailing as word and colour; with numbers where not everyone has been mailed.
func stateText(ctx context.Context, m MailingLine) (tone, text string) {
	n := m.Run.Counts
	switch m.state() {
	case domain.MailingScheduled:
		return Plain, t(ctx, "Scheduled")
	case domain.MailingActive:
		return Good, t(ctx, "Active")
	case domain.MailingSending:
		return Busy, t(ctx, "Sending")
	case domain.MailingWaiting:
		return Warn, t(ctx, "Waiting")
	case domain.MailingPaused:
		return Warn, t(ctx, "Paused")
	case domain.MailingStopped:
		if m.Run.Short() {
			return Warn, t(ctx, "Stopped (%d of %d)", n.Sent, n.Recipients)
		}
		return Warn, t(ctx, "Stopped")
	case domain.MailingSent:
		if m.Run.Short() {
			return Warn, t(ctx, "Sent (%d of %d)", n.Sent, n.Recipients)
		}
		return Good, t(ctx, "Sent")
	case domain.MailingDisabled:
		return Bad, t(ctx, "Disabled")
	}
	return Plain, t(ctx, "Draft")
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

// replyText is the relay's reply verbatim, code first; only the code for readers who may not see its words.
func replyText(r domain.Reply) string { return strings.TrimSpace(r.Codes() + " " + r.Text) }

// stageText is how far a conversation with the relay got.
func stageText(ctx context.Context, s domain.Stage) string {
	switch s {
	case domain.StageCompose:
		return t(ctx, "Preparation")
	case domain.StageConnect:
		return t(ctx, "Connection")
	case domain.StageGreeting:
		return t(ctx, "Greeting")
	case domain.StageTLS:
		return t(ctx, "Encryption")
	case domain.StageAuth:
		return t(ctx, "Signing in")
	case domain.StageMail:
		return t(ctx, "Sender address")
	case domain.StageRcpt:
		return t(ctx, "Recipient address")
	}
	return t(ctx, "Email text")
}

// causeText tells everyone why letters are not going out: "Signing in, 535 5.7.8. The mail server doesn't accept …".
func causeText(ctx context.Context, c domain.Cause) string {
	text := stageText(ctx, c.Stage)
	if codes := c.Codes(); codes != "" {
		text += ", " + codes
	}
	return strings.TrimSpace(text + ". " + say(ctx, c.Explain()))
}

// recipientText is a recipient's address, until the client is deleted and forgotten.
func recipientText(ctx context.Context, r domain.Recipient) string {
	if r.Email == "" {
		return t(ctx, "Deleted client")
	}
	return r.Email
}

// sentText says how far a run has come; "–" for one that never began.
func sentText(ctx context.Context, r domain.Run) string {
	n := r.Counts
	switch {
	case r.State == domain.RunMissed || r.State == domain.RunSkipped:
		return "–"
	case r.State == domain.RunBuilding && n.Sent == 0:
		return t(ctx, "Preparing")
	case r.State == domain.RunBuilding:
		return t(ctx, "%d sent, preparing more", n.Sent)
	case r.State == domain.RunSending && finished(r) == 0:
		return t(ctx, "%d emails to send", n.Recipients)
	case n.Recipients == 0:
		return t(ctx, "Nobody to send to")
	}
	return t(ctx, "%d of %d sent", n.Sent, n.Recipients)
}

// rateText says how many emails go out a second or a minute; "" when that cannot be told.
func rateText(ctx context.Context, rate float64) string {
	if rate >= 1 {
		return t(ctx, "%d emails a second", int(math.Round(rate)))
	}
	if n := int(math.Round(rate * 60)); n > 0 {
		return t(ctx, "%d emails a minute", n)
	}
	return ""
}

// leftText says in words how much time is left; "" for none. Nobody can know it to the second.
func leftText(ctx context.Context, left time.Duration) string {
	const step = 5 * time.Second
	units := func(of time.Duration) int { return int((left + of/2) / of) }
	switch {
	case left <= 0:
		return ""
	case left <= time.Minute-step:
		return t(ctx, "about %d seconds left", 5*max(1, units(step)))
	case units(time.Minute) < 60:
		return t(ctx, "about %d minutes left", units(time.Minute))
	case units(time.Hour) < 48:
		return t(ctx, "about %d hours left", units(time.Hour))
	}
	return t(ctx, "about %d days left", units(24*time.Hour))
}

// paceText says how fast a mailing is sending, and how long the rest takes.
func paceText(ctx context.Context, m MailingLine) string {
	var all []string
	if m.sending() {
		all = append(all, rateText(ctx, m.Rate), leftText(ctx, m.Run.TimeLeft(m.Rate)))
	}
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), ", ")
}

// leftover says what happened to the letters of a run that were not sent.
func leftover(ctx context.Context, n domain.Counts) []string {
	var all []string
	for _, c := range []struct {
		n   int
		key string
	}{{n.Failed, t(ctx, "%d failed", n.Failed)}, {n.Expired, t(ctx, "%d expired", n.Expired)},
		{n.Cancelled, t(ctx, "%d cancelled", n.Cancelled)}, {n.Unknown, t(ctx, "%d unknown (may have arrived)", n.Unknown)},
		{n.Retrying, t(ctx, "%d waiting to retry", n.Retrying)}} {
		if c.n > 0 {
			all = append(all, c.key)
		}
	}
	return all
}

// inTime says how far away a moment is, as "in 54 minutes".
func inTime(ctx context.Context, d time.Duration) string {
	switch {
	case d < time.Minute:
		return t(ctx, "in less than a minute")
	case d < 2*time.Hour:
		return t(ctx, "in %d minutes", int(d.Round(time.Minute).Minutes()))
	case d < 2*24*time.Hour:
		return t(ctx, "in %d hours", int(d.Round(time.Hour).Hours()))
	}
	return t(ctx, "in %d days", int(d.Round(24*time.Hour).Hours())/24)
}
