package views

import (
	"context"
	"strings"

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
